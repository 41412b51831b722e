package guidepost.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What a process and all that it began have used of the processors, from `/proc/PID/stat`, which
/// counts hundredths of a second.
final class ProcessorTime {

  private static final long NANOS_A_TICK = 10_000_000;

  /// Of what follows the name of the program: own user and system time, then those of children that
  /// ended.
  private static final List<Integer> TICKS = List.of(11, 12, 13, 14);

  private ProcessorTime() {}

  static long nanosOf(ProcessHandle process) throws IOException {
    long ticks = 0;
    for (ProcessHandle each : Stream.concat(Stream.of(process), process.descendants()).toList()) {
      ticks += ticksOf(each.pid());
    }
    return ticks * NANOS_A_TICK;
  }

  private static long ticksOf(long pid) throws IOException {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return TICKS.stream().mapToLong(field -> Long.parseLong(fields[field])).sum();
    } catch (NoSuchFileException e) {
      return 0; // ended meanwhile: its parent has what it used
    }
  }
}
