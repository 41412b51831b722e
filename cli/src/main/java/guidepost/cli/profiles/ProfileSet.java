package guidepost.cli.profiles;

import guidepost.cli.options.ProfileFile;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.CommandFailures;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `profile set`.
@Command(
    name = "set",
    description = {
      "Add a profile, or replace what one says; the others stay as they are.",
      "Tokens go into a file of their own: name it with --token-file."
    })
final class ProfileSet implements Callable<Integer> {

  private final Terminal terminal;

  @Parameters(paramLabel = "NAME", description = "The profile")
  private String name = "";

  @Option(
      names = "--server",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Where the server is")
  private String server = "";

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

  @Option(names = "--token-file", paramLabel = "FILE", description = "Show the token in this file")
  private @Nullable Path tokenFile;

  ProfileSet(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if ((certificate == null) != (key == null)) {
      throw CommandException.usage("--cert and --key must be given together");
    }
    Path file = ProfileFile.place(System.getenv());
    boolean isNew = ProfileFile.read(file).filter(it -> it.profiles().containsKey(name)).isEmpty();
    try {
      Path real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
      Files.createDirectories(real.getParent());
      List<String> before = Files.exists(real) ? Files.readAllLines(real) : List.of();
      ProfileText.replace(real, ProfileText.with(file, before, name, values()));
    } catch (IOException e) {
      throw CommandFailures.of(file.toString(), e);
    }
    terminal.line("%s %s: %s".formatted(isNew ? "added" : "changed", name, server));
    return ExitCodes.OK;
  }

  /// Files are relative to where the command runs; in the profile they must lead there from
  /// anywhere.
  private SequencedMap<String, String> values() {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    values.put("server", server);
    if (tls) {
      values.put("tls", "true");
    }
    put(values, "ca", ca);
    put(values, "cert", certificate);
    put(values, "key", key);
    if (serverName != null) {
      values.put("server_name", serverName);
    }
    put(values, "token_file", tokenFile);
    return values;
  }

  private static void put(SequencedMap<String, String> values, String key, @Nullable Path file) {
    if (file != null) {
      values.put(key, file.toAbsolutePath().normalize().toString());
    }
  }
}
