package guidepost.cli.options;

import guidepost.client.ClientTls;
import guidepost.client.ServerAddress;
import java.nio.file.Path;
import java.util.Optional;

/// A server with all that is needed to reach it.
///
/// @param server where it listens
/// @param tls how to make sure that it is the server; empty: plaintext
/// @param token what is shown to it; empty: none, or that of the file
/// @param tokenFile a file that holds the token
public record Profile(
    ServerAddress server,
    Optional<ClientTls> tls,
    Optional<String> token,
    Optional<Path> tokenFile) {

  /// A server in plaintext, with nothing to show.
  static Profile of(ServerAddress server) {
    return new Profile(server, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /// The same with TLS.
  Profile with(ClientTls newTls) {
    return new Profile(server, Optional.of(newTls), token, tokenFile);
  }

  /// The same with another token file, which is read when the command connects.
  Profile withTokenFile(Path file) {
    return new Profile(server, tls, Optional.empty(), Optional.of(file));
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
