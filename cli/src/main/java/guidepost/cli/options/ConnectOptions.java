package guidepost.cli.options;

import guidepost.cli.output.CommandException;
import guidepost.client.ClientTls;
import guidepost.client.ServerAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which server a command asks, and how it reaches it.
///
/// | the server is that of | |
/// |---|---|
/// | `--profile NAME` | with its TLS and its token |
/// | `--server HOST:PORT`, else `GUIDEPOST_SERVER` | and of no profile: its token is for its server |
/// | the current profile | if there is a file of profiles |
/// | `localhost:50051` | |
///
/// The other options change what a profile says.
final class ConnectOptions {

  static final String SERVER_VARIABLE = "GUIDEPOST_SERVER";
  static final String TOKEN_VARIABLE = "GUIDEPOST_TOKEN";

  private static final ServerAddress LOCAL =
      new ServerAddress("localhost", ServerAddress.DEFAULT_PORT);

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      split = ",",
      converter = ClientOptions.Server.class,
      description =
          "The server, or several that share their state, with commas between them (default:"
              + " $$GUIDEPOST_SERVER, else the current profile, else localhost:50051)")
  private @Nullable List<ServerAddress> servers;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "The server of a profile; see \"guidepost profile\"")
  private @Nullable String profile;

  @Option(names = "--tls", description = "Encrypt; the other options of TLS do so too")
  private boolean tls;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Trust a server whose certificate these CAs signed (default: those of Java)")
  private @Nullable Path ca;

  @Option(names = "--cert", paramLabel = "FILE", description = "Show this certificate")
  private @Nullable Path certificate;

  @Option(names = "--key", paramLabel = "FILE", description = "Its private key")
  private @Nullable Path key;

  @Option(
      names = "--server-name",
      paramLabel = "NAME",
      description = "The name in the server's certificate (default: the host of its address)")
  private @Nullable String serverName;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Show the token in this file (default: $$GUIDEPOST_TOKEN, if set)")
  private @Nullable Path tokenFile;

  /// What they mean.
  ///
  /// @throws CommandException if they contradict each other, or a file is not what it must be
  Profile resolve(Map<String, String> environment) {
    if (profile != null && servers != null) {
      throw CommandException.usage("at most one of --profile and --server may be given");
    }
    if ((certificate == null) != (key == null)) {
      throw CommandException.usage("--cert and --key must be given together");
    }
    Profile chosen = changed(chosen(environment));
    String token = environment.getOrDefault(TOKEN_VARIABLE, "").strip();
    boolean hasToken = chosen.token().isPresent() || chosen.tokenFile().isPresent();
    return hasToken || token.isEmpty() ? chosen : chosen.withToken(token);
  }

  private Profile chosen(Map<String, String> environment) {
    if (servers != null) {
      return Profile.of(servers);
    }
    if (profile != null) {
      Path file = ProfileFile.place(environment);
      String name = profile;
      return ProfileFile.read(file)
          .orElseThrow(
              () ->
                  CommandException.usage(
                      "profile \"%s\": there is no file of profiles %s".formatted(name, file)))
          .named(name);
    }
    String named = environment.getOrDefault(SERVER_VARIABLE, "");
    return named.isEmpty() ? current(environment) : Profile.of(addresses(named));
  }

  private static List<ServerAddress> addresses(String text) {
    try {
      return Profile.servers(text);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("%s: %s".formatted(SERVER_VARIABLE, e.getMessage()));
    }
  }

  private static Profile current(Map<String, String> environment) {
    Optional<ProfileFile> file = ProfileFile.read(ProfileFile.place(environment));
    return file.flatMap(profiles -> profiles.current().map(profiles::named))
        .orElse(Profile.of(List.of(LOCAL)));
  }

  private Profile changed(Profile chosen) {
    ClientTls before = chosen.tls().orElse(ClientTls.TRUSTED);
    ClientTls after =
        new ClientTls(
            Optional.ofNullable(ca).or(before::ca),
            Optional.ofNullable(certificate).or(before::certificate),
            Optional.ofNullable(key).or(before::key),
            Optional.ofNullable(serverName).or(before::serverName));
    boolean encrypts = tls || chosen.tls().isPresent() || asksForTls();
    Profile reached = encrypts ? chosen.with(after) : chosen;
    return tokenFile == null ? reached : reached.withTokenFile(tokenFile);
  }

  /// Not by comparing records, which costs a command ten milliseconds for the first two.
  private boolean asksForTls() {
    return ca != null || certificate != null || key != null || serverName != null;
  }
}
