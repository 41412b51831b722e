package guidepost.cli.certs;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.CommandFailures;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cert dev`.
@Command(
    name = "dev",
    description = {
      "Make a CA and, signed by it, a certificate for a server and one for a client.",
      "They are for trying TLS out, on this machine or in a laboratory. Nothing that exists is"
          + " overwritten."
    })
final class CertDev implements Callable<Integer> {

  private static final String CLIENT = "developer";

  /// What a server on this machine is called.
  private static final List<String> HERE = List.of("localhost", "127.0.0.1", "::1");

  /// Browsers take none that is valid for longer.
  private static final int DAYS_MAX = 825;

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> ALL_MAY_READ =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

  private static final String ACCESS =
      """
      # Whoever shows client.pem may do everything.
      identities:
        - name: %1$s
          by: certificate:%1$s
      grants:
        - {who: %1$s, role: admin, tables: ["*"], sources: ["*"], layers: ["*"], travellers: ["*"]}
      """
          .formatted(CLIENT);

  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "Where to, made if absent (default: guidepost-certs)")
  private Path directory = Path.of("guidepost-certs");

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description =
          "Another name or address of the server, besides localhost, 127.0.0.1 and ::1; repeatable")
  private List<String> hosts = List.of();

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "365",
      description = "How long they are valid (default: ${DEFAULT-VALUE})")
  private int days = 365;

  CertDev(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (days < 1 || days > DAYS_MAX) {
      throw CommandException.usage("days \"%d\": must be 1..%d".formatted(days, DAYS_MAX));
    }
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    List<SubjectName> names = names();
    requireAbsent();
    write(made(new TestAuthority("Guidepost development CA", now, Duration.ofDays(days)), names));
    explain(now.plus(Duration.ofDays(days)));
    return ExitCodes.OK;
  }

  private List<SubjectName> names() {
    Set<String> all = new LinkedHashSet<>(HERE);
    all.addAll(hosts);
    return all.stream().map(CertDev::name).toList();
  }

  private static SubjectName name(String host) {
    return SubjectName.parse(host)
        .orElseThrow(
            () ->
                CommandException.usage(
                    "host \"%s\": must be a name or an address, without a port".formatted(host)));
  }

  private static SequencedMap<String, String> made(TestAuthority ca, List<SubjectName> names) {
    TestAuthority.Pair server = ca.server("guidepost", names);
    TestAuthority.Pair client = ca.client(CLIENT, List.of(new SubjectName.Host(CLIENT)));
    SequencedMap<String, String> files = new LinkedHashMap<>();
    files.put("ca.pem", ca.own().certificate());
    files.put("ca.key", ca.own().key());
    files.put("server.pem", server.certificate());
    files.put("server.key", server.key());
    files.put("client.pem", client.certificate());
    files.put("client.key", client.key());
    files.put("access.yaml", ACCESS);
    return files;
  }

  /// Before anything is made: a set of which the half is new would fit nothing.
  private void requireAbsent() {
    for (String name :
        List.of(
            "ca.pem",
            "ca.key",
            "server.pem",
            "server.key",
            "client.pem",
            "client.key",
            "access.yaml")) {
      Path file = directory.resolve(name);
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw exists(file);
      }
    }
  }

  private static CommandException exists(Path file) {
    return CommandException.usage(
        "file \"%s\": exists already and is not overwritten; name another directory"
            .formatted(file));
  }

  private void write(Map<String, String> files) {
    Path current = directory;
    try {
      Files.createDirectories(directory);
      for (Map.Entry<String, String> each : files.entrySet()) {
        current = directory.resolve(each.getKey());
        write(current, each.getValue());
      }
    } catch (FileAlreadyExistsException e) {
      throw exists(current);
    } catch (IOException e) {
      throw CommandFailures.of(current.toString(), e);
    }
  }

  /// A key is its owner's alone from its first byte on.
  private static void write(Path file, String text) throws IOException {
    FileAttribute<?> who = file.toString().endsWith(".key") ? OWNER_ONLY : ALL_MAY_READ;
    try (var channel =
        Files.newByteChannel(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), who)) {
      var bytes = java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  private void explain(Instant ends) {
    String serve =
        "guidepost serve --tls-certificate %s --tls-key %s"
            .formatted(word("server.pem"), word("server.key"));
    String call = "guidepost status --ca %s".formatted(word("ca.pem"));
    List<String> lines = new ArrayList<>();
    lines.add("made certificates in %s, valid until %s".formatted(directory, ends));
    lines.add("");
    lines.add("Serve with TLS, and call:");
    lines.add("  " + serve);
    lines.add("  " + call);
    lines.add("");
    lines.add("Let in only who shows the client's certificate:");
    lines.add(
        "  %s --tls-client-ca %s --access-file %s"
            .formatted(serve, word("ca.pem"), word("access.yaml")));
    lines.add("  %s --cert %s --key %s".formatted(call, word("client.pem"), word("client.key")));
    lines.forEach(terminal::line);
  }

  /// A file as a word of a shell.
  private String word(String name) {
    String path = directory.resolve(name).toString();
    return path.matches("[A-Za-z0-9/._+-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }
}
