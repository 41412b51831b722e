package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.server.Engines;
import guidepost.server.GuidepostServer;
import guidepost.server.ListenAddress;
import guidepost.server.ServerOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// A server in this process, and commands that ask it.
final class ServedCommands implements AutoCloseable {

  /// What asks by the socket in the data directory.
  private static final Set<String> ADMIN = Set.of("backup", "compact", "dump", "verify");

  private final Path data;
  private final GuidepostServer server;

  ServedCommands(Path data) throws Exception {
    this.data = data;
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(data))
                .listeningOn(List.of(ListenAddress.parse("127.0.0.1:0"))));
  }

  /// What a command printed, and how it ended.
  record Ran(int code, String out, String err) {}

  Ran run(String input, String... args) {
    String[] all = Arrays.copyOf(args, args.length + 2);
    boolean admin = ADMIN.contains(args[0]);
    all[args.length] = admin ? "--data" : "--server";
    all[args.length + 1] = admin ? data.toString() : address();
    return runAlone(input, all);
  }

  /// Where it listens.
  String address() {
    return server.addresses().getFirst().toString();
  }

  /// A command that asks no server.
  static Ran runAlone(String input, String... args) {
    Recorder recorder = new Recorder().reading(input);
    int code = recorder.run(args);
    return new Ran(code, recorder.out(), recorder.err());
  }

  /// The output of a command that must succeed.
  String ok(String input, String... args) {
    Ran ran = run(input, args);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    return ran.out();
  }

  @Override
  public void close() {
    server.close();
  }
}
