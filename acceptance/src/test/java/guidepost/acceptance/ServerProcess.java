package guidepost.acceptance;

import static org.awaitility.Awaitility.await;

import guidepost.testing.Patience;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A server in a process of its own, on a port of 127.0.0.1 that the system chose.
final class ServerProcess implements AutoCloseable {

  private static final Pattern LISTENING = Pattern.compile("listening on \\[(.*)]");
  private static final Pattern WEB_PORT = Pattern.compile("web port on (http://\\S+)");
  private static final long END_SECONDS_MAX = Patience.SECONDS;

  private final Path data;
  private final Process process;
  private final List<String> output = Collections.synchronizedList(new ArrayList<>());
  private final List<String> addresses;

  private @Nullable ManagedChannel channel;

  private ServerProcess(Path data, Process process, List<String> addresses, BufferedReader out) {
    this.data = data;
    this.process = process;
    this.addresses = addresses;
    Thread.ofPlatform().daemon().start(() -> out.lines().forEach(output::add));
  }

  static ServerProcess start(Path data, String... options) throws IOException {
    return start(List.of(), data, options);
  }

  /// @param prefix what the command begins with, such as another program that runs it
  static ServerProcess start(List<String> prefix, Path data, String... options) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("serve", "--data", data.toString(), "--listen", "127.0.0.1:0"));
    arguments.addAll(List.of(options));
    List<String> command = new ArrayList<>(prefix);
    command.addAll(Jvm.command(arguments.toArray(String[]::new)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader out = process.inputReader();
    StringBuilder before = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      before.append(line).append('\n');
      Matcher matcher = LISTENING.matcher(line);
      if (matcher.find()) {
        return new ServerProcess(data, process, List.of(matcher.group(1).split(", ")), out);
      }
    }
    throw new IOException("the server did not start:\n" + before);
  }

  /// HOST:PORT of the first address it listens on.
  String address() {
    return addresses.getFirst();
  }

  /// The address of its web port, once it is open.
  String webPort() {
    await()
        .atMost(Patience.LIMIT)
        .until(() -> WEB_PORT.matcher(output()).find() || !process.isAlive());
    Matcher found = WEB_PORT.matcher(output());
    if (!found.find()) {
      throw new AssertionError("the server has no web port:\n" + output());
    }
    return found.group(1);
  }

  /// All of them.
  List<String> addresses() {
    return addresses;
  }

  /// Its data directory.
  Path data() {
    return data;
  }

  ManagedChannel channel() {
    ManagedChannel open = channel;
    if (open == null) {
      open = NettyChannelBuilder.forTarget(address()).usePlaintext().build();
      channel = open;
    }
    return open;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /// What it printed since it began to listen.
  String output() {
    return String.join("\n", output);
  }

  /// Sends SIGTERM.
  void terminate() {
    handle().destroy(); // unlike Process.destroy, leaves the output readable
  }

  /// Sends SIGKILL and waits for the end.
  void kill() throws InterruptedException {
    killAll();
    awaitExit();
  }

  /// Also what a prefix of the command began.
  private void killAll() {
    List<ProcessHandle> begun = process.descendants().toList();
    process.destroyForcibly();
    begun.forEach(ProcessHandle::destroyForcibly);
    begun.forEach(each -> each.onExit().orTimeout(END_SECONDS_MAX, TimeUnit.SECONDS).join());
  }

  int awaitExit() throws InterruptedException {
    if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
      throw new AssertionError("the server did not end:\n" + output());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    if (channel != null) {
      channel.shutdownNow();
    }
    killAll();
    process.onExit().orTimeout(END_SECONDS_MAX, TimeUnit.SECONDS).join();
  }
}
