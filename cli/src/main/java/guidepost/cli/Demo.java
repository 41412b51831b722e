package guidepost.cli;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import guidepost.cli.server.ServeCommand;
import guidepost.cli.server.ServerSignals;
import guidepost.client.GuidepostClient;
import guidepost.client.ServerAddress;
import guidepost.server.Engines;
import guidepost.server.GuidepostServer;
import guidepost.server.ListenAddress;
import guidepost.server.ServerOptions;
import guidepost.server.ServerStartException;
import guidepost.server.WebSettings;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `demo`.
@Command(
    name = "demo",
    description =
        "Start a server on a fresh temporary directory, import this machine's routes and a sample"
            + " of places, make one call of every kind, and stay up until Ctrl-C; meanwhile"
            + " somebody drives, notes are posted and routes change, for those who look at the"
            + " pages.")
final class Demo implements Callable<Integer> {

  /// What is typed, and what is typed into it.
  private record Call(String input, List<String> arguments) {
    static Call of(String input, String... arguments) {
      return new Call(input, List.of(arguments));
    }
  }

  /// From Berne to the hut.
  private static final String TRACK =
      """
      lat,lon,time
      46.94,7.44,2026-07-01T08:00:00Z
      46.55,7.98,2026-07-01T09:10:00Z
      """;

  private static final List<Call> CALLS =
      List.of(
          Call.of("", "route", "import", "--from-kernel"),
          Call.of("", "route", "add", "203.0.113.0", "255.255.255.0", "--nh", "198.51.100.1"),
          Call.of("", "route", "add", "203.0.112.0/20", "--nh", "198.51.100.2"),
          Call.of("", "route", "get", "203.0.113.77"),
          Call.of("203.0.113.9\n203.0.114.9\n", "route", "lookup"),
          Call.of("", "route", "explain", "203.0.113.77"),
          Call.of("", "route", "longer", "203.0.112.0/20"),
          Call.of("", "route", "shorter", "203.0.113.77"),
          Call.of("", "route", "list"),
          Call.of("", "route", "watch", "--prefix", "203.0.113.0/24", "--after=0", "--changes=1"),
          Call.of("", "feature", "put", "46.55,7.98", "Hut", "--category", "shelter"),
          Call.of("", "feature", "get", "46.55,7.98"),
          Call.of("", "feature", "list", "45.8,5.9", "47.8,10.5"),
          Call.of("", "feature", "near", "46.6,8.0", "--k", "3"),
          Call.of(TRACK, "feature", "along", "-", "--within", "20km"),
          Call.of(TRACK, "trip", "record", "-"),
          Call.of("", "trip", "list"),
          Call.of("", "note", "post", "46.55,7.98", "Rocks on the road", "--kind", "hazard"),
          Call.of("", "note", "list", "--near", "46.55,7.98"),
          Call.of("Snow on the pass\n", "chat", "46.55,7.98"),
          Call.of("Cleared\n", "chat", "46.55,7.98"),
          Call.of("", "status"));

  private final Terminal terminal;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:50051",
      description = "Where to listen (default: ${DEFAULT-VALUE})")
  private String listen = "";

  @Option(
      names = "--web-listen",
      paramLabel = "HOST:PORT",
      description =
          "Where the pages are (default: 127.0.0.1:8080, and without them if that is taken)")
  private @Nullable String webListen;

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      description = "Make the calls at this server instead of starting one, and end")
  private @Nullable String server;

  /// Set by a signal: no further call is made.
  private volatile boolean ended;

  Demo(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (server != null) {
      makeAll(server);
      return ExitCodes.OK;
    }
    Path data = temporaryDirectory();
    try (GuidepostServer server = start(data)) {
      ServerSignals.listen().stopWith(() -> end(server));
      show(server, data);
      server.awaitTermination();
      return ExitCodes.OK;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.OK;
    } finally {
      delete(data);
    }
  }

  private void end(GuidepostServer server) {
    ended = true;
    server.stop();
  }

  private void show(GuidepostServer server, Path data) {
    String address = server.addresses().getFirst().toString();
    say(
        server
            .webAddress()
            .map(pages -> "The pages are at http://%s/: open them in a browser.".formatted(pages))
            .orElse("There are no pages: --web-listen chooses an address for them."));
    say("A server listens on %s; its data is in %s.".formatted(address, data));
    makeAll(address);
    if (!ended) {
      Thread.ofPlatform().daemon().name("demo-life").start(() -> live(address));
      showWhatToTry(address);
    }
  }

  private void live(String address) {
    try (GuidepostClient client = GuidepostClient.connect(ServerAddress.parse(address))) {
      new DemoLife(client, () -> ended).run();
    } catch (StatusRuntimeException e) {
      terminal.complain("the demonstration goes on without changes: " + e.getMessage());
    }
  }

  private void makeAll(String address) {
    say("The places are from Natural Earth (naturalearthdata.com), public domain.");
    importPlaces(address);
    for (Iterator<Call> calls = CALLS.iterator(); calls.hasNext() && !ended; ) {
      make(address, calls.next());
    }
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("guidepost-demo");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private GuidepostServer start(Path data) {
    try {
      return GuidepostServer.start(
          ServerOptions.with(Engines.embedded(data.resolve("data")))
              .listeningOn(List.of(ListenAddress.parse(listen)))
              .withWeb(web()));
    } catch (ServerStartException e) {
      throw ServeCommand.notStarted(e);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("%s; choose another with --listen".formatted(e.getMessage()));
    }
  }

  private WebSettings web() {
    return webListen == null
        ? WebSettings.at(WebSettings.LOOPBACK).ifFree()
        : WebSettings.at(ListenAddress.parse(webListen));
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void importPlaces(String address) {
    try (InputStream places =
        Objects.requireNonNull(Demo.class.getResourceAsStream("places.csv"))) {
      say("");
      say("$ guidepost feature import -");
      run(address, places, "feature", "import", "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void make(String address, Call call) {
    InputStream input = new ByteArrayInputStream(call.input.getBytes(StandardCharsets.UTF_8));
    say("");
    say("$ " + typed(call));
    run(address, input, call.arguments.toArray(String[]::new));
  }

  /// As a shell takes it, so that it can be pasted.
  private static String typed(Call call) {
    String command =
        "guidepost " + call.arguments.stream().map(Demo::quoted).collect(Collectors.joining(" "));
    return call.input.isEmpty()
        ? command
        : "printf %s | %s".formatted(quoted(call.input.replace("\n", "\\n")), command);
  }

  private static String quoted(String word) {
    return word.matches("[\\w./:,=+-]+") ? word : "'" + word + "'";
  }

  private void run(String address, InputStream input, String... arguments) {
    String[] all =
        Stream.concat(Stream.of(arguments), Stream.of("--server", address)).toArray(String[]::new);
    Main.run(new Terminal(input, terminal.out(), terminal.err(), stream -> false), all);
  }

  private void showWhatToTry(String address) {
    say("");
    say("The server stays up until Ctrl-C. Five things to try in another terminal:");
    String server = address.equals("127.0.0.1:50051") ? "" : " --server " + address;
    Stream.of(
            "route lookup 203.0.113.9 203.0.112.9",
            "feature near 46.2,6.15 --k 3",
            "chat 46.55,7.98",
            "route export --format jsonl",
            "status --json")
        .forEach(command -> say("  ./guidepost " + command + server));
    terminal.flush();
  }

  private void say(String line) {
    terminal.line(line);
    terminal.flush();
  }
}
