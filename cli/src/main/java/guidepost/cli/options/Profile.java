package guidepost.cli.options;

import guidepost.client.ClientTls;
import guidepost.client.ServerAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A server with all that is needed to reach it.
///
/// @param server where it listens, or the first of several that share their state
/// @param others the others of those
/// @param tls how to make sure that it is the server; empty: plaintext
/// @param token what is shown to it; empty: none, or that of the file
/// @param tokenFile a file that holds the token
public record Profile(
    ServerAddress server,
    List<ServerAddress> others,
    Optional<ClientTls> tls,
    Optional<String> token,
    Optional<Path> tokenFile) {

  /// A server that is alone.
  public Profile(
      ServerAddress server,
      Optional<ClientTls> tls,
      Optional<String> token,
      Optional<Path> tokenFile) {
    this(server, List.of(), tls, token, tokenFile);
  }

  /// Servers in plaintext, with nothing to show.
  ///
  /// @param servers at least one
  static Profile of(List<ServerAddress> servers) {
    return new Profile(
        servers.getFirst(),
        servers.subList(1, servers.size()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /// Reads `HOST:PORT`, or several with commas between them.
  ///
  /// @throws IllegalArgumentException if it is neither
  static List<ServerAddress> servers(String text) {
    return Arrays.stream(text.split(",", -1)).map(ServerAddress::parse).toList();
  }

  /// All of them.
  List<ServerAddress> servers() {
    return Stream.concat(Stream.of(server), others.stream()).toList();
  }

  /// The same with a token, and no file of one.
  Profile withToken(String text) {
    return new Profile(server, others, tls, Optional.of(text), Optional.empty());
  }

  /// The same with TLS.
  Profile with(ClientTls newTls) {
    return new Profile(server, others, Optional.of(newTls), token, tokenFile);
  }

  /// The same with another token file, which is read when the command connects.
  Profile withTokenFile(Path file) {
    return new Profile(server, others, tls, Optional.empty(), Optional.of(file));
  }

  /// What it shows of itself, in words; never a token.
  public String proofs() {
    boolean hasToken = token.isPresent() || tokenFile.isPresent();
    boolean hasCertificate = tls.flatMap(ClientTls::certificate).isPresent();
    return hasToken
        ? hasCertificate ? "token, certificate" : "token"
        : hasCertificate ? "certificate" : "";
  }

  /// Without the token.
  @Override
  public String toString() {
    return "%s (%s)".formatted(server, proofs());
  }
}
