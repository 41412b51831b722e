package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tukaani.xz.XZInputStream;

/// A BIRD 2 with static routes in a process of its own, without a device, a kernel's table or any
/// capability, asked through its control socket as `birdc` does.
final class Bird implements AutoCloseable {

  /// What it reads of a connection goes into 1 KiB that it may fill before it starts again at their
  /// beginning, and then it hangs up; a question has at most 55 bytes.
  private static final int QUESTIONS_A_CONNECTION = 16;

  private static final String GREETING = "0001 BIRD 2";
  private static final Pattern LAST_LINE = Pattern.compile("\\d{4} .*");
  private static final Pattern ROUTE = Pattern.compile("(?: |1007-) *(\\S+/\\d+) .*");
  private static final String NOT_FOUND = "8001";

  private final Process process;
  private final Path control;

  private Bird(Process process, Path control) {
    this.process = process;
    this.control = control;
  }

  /// The program; the test that asks is skipped, and says so, where it is not installed.
  static Path require() {
    Path program = Path.of("/usr/sbin/bird");
    assumeTrue(Files.isExecutable(program), "SKIPPED: needs BIRD 2 (Debian package bird2)");
    return program;
  }

  /// Starts one with the prefixes of two lists.
  static Bird start(Path program, Path directory, Path ipv4, Path ipv6) throws IOException {
    Path configuration = directory.resolve("bird.conf");
    try (Writer out = Files.newBufferedWriter(configuration)) {
      out.write("router id 192.0.2.1;\n");
      writeStatic(out, "ipv4", ipv4);
      writeStatic(out, "ipv6", ipv6);
    }
    Path control = directory.resolve("bird.ctl");
    Path log = directory.resolve("bird.log");
    List<String> command = new ArrayList<>(withoutPrivileges());
    command.addAll(
        List.of(
            program.toString(), "-f", "-c", configuration.toString(), "-s", control.toString()));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    await().until(() -> Files.exists(control) || !process.isAlive());
    assertThat(process.isAlive()).as(() -> "BIRD runs: " + log).isTrue();
    return new Bird(process, control);
  }

  private static List<String> withoutPrivileges() {
    return System.getProperty("user.name").equals("root")
        ? List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--")
        : List.of();
  }

  private static void writeStatic(Writer out, String family, Path xz) throws IOException {
    out.write("protocol static {\n  %s;\n".formatted(family));
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new XZInputStream(Files.newInputStream(xz)), StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.write("  route " + line + " blackhole;\n");
      }
    }
    out.write("}\n");
  }

  /// How many routes it has.
  int routeCount() throws IOException {
    String last = ask(List.of("show route count")).getFirst().getLast();
    return Integer.parseInt(last.replaceFirst("0014 Total: (\\d+) .*", "$1"));
  }

  /// The longest match of each address, in the form of [PrefixOracle#longest].
  List<String> longest(List<String> addresses) throws IOException {
    List<String> longest = new ArrayList<>();
    for (int from = 0; from < addresses.size(); from += QUESTIONS_A_CONNECTION) {
      int to = Math.min(from + QUESTIONS_A_CONNECTION, addresses.size());
      List<String> questions =
          addresses.subList(from, to).stream().map(address -> "show route for " + address).toList();
      for (List<String> reply : ask(questions)) {
        longest.add(prefix(reply));
      }
    }
    return longest;
  }

  private static String prefix(List<String> reply) throws IOException {
    for (String line : reply) {
      Matcher route = ROUTE.matcher(line);
      if (route.matches()) {
        return PrefixOracle.canonical(route.group(1));
      }
    }
    assertThat(reply).singleElement().asString().startsWith(NOT_FOUND);
    return "";
  }

  /// Asks over a connection of its own.
  private List<List<String>> ask(List<String> questions) throws IOException {
    byte[] asked = (String.join("\n", questions) + "\n").getBytes(StandardCharsets.US_ASCII);
    try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(control));
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    Channels.newInputStream(socket), StandardCharsets.US_ASCII))) {
      socket.write(ByteBuffer.wrap(asked));
      assertThat(lines.readLine()).startsWith(GREETING);
      List<List<String>> replies = new ArrayList<>();
      while (replies.size() < questions.size()) {
        replies.add(reply(lines));
      }
      return replies;
    }
  }

  /// All lines; the last one has a space after its code.
  private static List<String> reply(BufferedReader lines) throws IOException {
    List<String> reply = new ArrayList<>();
    do {
      String line = lines.readLine();
      if (line == null) {
        throw new IOException("BIRD hung up after " + reply);
      }
      reply.add(line);
    } while (!LAST_LINE.matcher(reply.getLast()).matches());
    return reply;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
