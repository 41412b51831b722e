package guidepost.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/// How long other programs than a test's had the processors, so that a limit of time holds on a
/// machine that others use too.
///
/// Source: proc_stat(5) and proc_pid_stat(5). Time that the machine's host gave to other machines
/// counts too. Where the system keeps no such accounts the answer is always zero, and a limit holds
/// as it is.
final class OtherPrograms {

  private static final Path PROC = Path.of("/proc");

  /// Hundredths of a second: USER_HZ, a constant of Linux's interface.
  private static final int TICK_MILLIS = 10;

  private static final int FIRST_OF_MACHINE = 1;
  private static final int IDLE = 4;
  private static final int IOWAIT = 5;
  private static final int STEAL = 8;

  /// Counted behind the name, which may hold spaces.
  private static final int USER_TIME = 11;

  private OtherPrograms() {}

  /// Since the machine started; only differences mean something.
  ///
  /// @param server one process that is still there and is the test's own; those that ended count
  ///   with this one
  static Duration processorTime(ServerProcess server) throws IOException {
    if (!Files.exists(PROC.resolve("stat"))) {
      return Duration.ZERO;
    }
    long own = ticks("self", 4) + ticks(Long.toString(server.handle().pid()), 2);
    return Duration.ofMillis((machine() - own) * TICK_MILLIS);
  }

  private static long machine() throws IOException {
    try (Stream<String> lines = Files.lines(PROC.resolve("stat"))) {
      String[] numbers = lines.findFirst().orElseThrow().split(" +", -1);
      long busy = 0;
      for (int i = FIRST_OF_MACHINE; i <= STEAL; i++) {
        busy += i == IDLE || i == IOWAIT ? 0 : Long.parseLong(numbers[i]);
      }
      return busy;
    }
  }

  /// The first of a process's times: in its code, in the kernel, and both of the ended ones that it
  /// began.
  private static long ticks(String process, int count) throws IOException {
    String stat = Files.readString(PROC.resolve(process).resolve("stat"));
    String[] numbers = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = 0;
    for (int i = USER_TIME; i < USER_TIME + count; i++) {
      ticks += Long.parseLong(numbers[i]);
    }
    return ticks;
  }
}
