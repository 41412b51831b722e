package guidepost.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server in a process of its own, as `./guidepost serve` starts it.
///
/// Threads: one.
final class MeasuredServer implements AutoCloseable {

  private static final Pattern LISTENING = Pattern.compile("listening on \\[([^,\\]]*)");
  private static final double KIBIBYTES_A_MEBIBYTE = 1024;

  private final Process process;
  private final String address;
  private final Duration startedAfter;

  private MeasuredServer(Process process, String address, Duration startedAfter) {
    this.process = process;
    this.address = address;
    this.startedAfter = startedAfter;
  }

  /// Starts one and waits until it serves.
  static MeasuredServer start(Path data) throws IOException {
    return start(data, List.of());
  }

  /// The same, with further options of its virtual machine.
  static MeasuredServer start(Path data, List<String> jvm) throws IOException {
    return start(data, jvm, List.of());
  }

  /// The same, with further options of the server.
  static MeasuredServer start(Path data, List<String> jvm, List<String> options)
      throws IOException {
    return start(data, jvm, options, Map.of());
  }

  /// The same, with further variables of its environment. It has no web port unless the options say
  /// so.
  static MeasuredServer start(
      Path data, List<String> jvm, List<String> options, Map<String, String> environment)
      throws IOException {
    long begun = System.nanoTime();
    Path target = Path.of(System.getProperty("guidepost.root"), "cli", "target");
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        List.of(
            "-XX:AOTCache=" + target.resolve("server.aot"),
            "-Xlog:disable",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.library.path=" + target.resolve("lib")));
    command.addAll(jvm);
    String more = System.getenv("GUIDEPOST_SERVER_OPTS");
    if (more != null && !more.isBlank()) {
      command.addAll(List.of(more.strip().split("\\s+")));
    }
    command.addAll(
        List.of(
            "-cp",
            target.resolve("lib") + "/*",
            "guidepost.cli.Main",
            "serve",
            "--data",
            data.toString(),
            "--listen",
            "127.0.0.1:0"));
    command.addAll(options);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("GUIDEPOST_WEB_ENABLED", "false");
    builder.environment().putAll(environment);
    Process process = builder.start();
    BufferedReader out = process.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      said.append(line).append('\n');
      Matcher matcher = LISTENING.matcher(line);
      if (matcher.find()) {
        Thread.ofPlatform().daemon().start(() -> drain(out));
        return new MeasuredServer(
            process, matcher.group(1), Duration.ofNanos(System.nanoTime() - begun));
      }
    }
    throw new IOException("the server did not start:\n" + said);
  }

  /// Reads on, so that the server never waits for somebody to read what it says.
  private static void drain(BufferedReader out) {
    try {
      out.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      // It has ended.
    }
  }

  /// HOST:PORT.
  String address() {
    return address;
  }

  /// From the start of the process until it serves.
  Duration startedAfter() {
    return startedAfter;
  }

  /// Processor time that it has used, of all its threads.
  Duration processorTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /// The same in nanoseconds, as of rivals.
  long processorNanos() throws IOException {
    return ProcessorTime.nanosOf(process.toHandle());
  }

  /// Heap that is in use after a collection, MiB.
  double heapMebibytes() throws IOException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    run(jcmd, "GC.run");
    Matcher used = Pattern.compile("used (\\d+)K").matcher(run(jcmd, "GC.heap_info"));
    return used.find() ? Long.parseLong(used.group(1)) / KIBIBYTES_A_MEBIBYTE : Double.NaN;
  }

  private String run(String jcmd, String command) throws IOException {
    Process asking = new ProcessBuilder(jcmd, Long.toString(process.pid()), command).start();
    return new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /// True unless it has ended.
  boolean isAlive() {
    return process.isAlive();
  }

  /// Memory of the process that is not swapped out, MiB.
  double residentMebibytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
            .filter(line -> line.startsWith("VmRSS"))
            .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElse(0)
        / KIBIBYTES_A_MEBIBYTE;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
