package guidepost.cluster;

import guidepost.journal.kafka.Brokers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The brokers and servers that all tests of this module share, since starting them takes seconds.
final class SharedCluster {

  static final String PREFIX = "gp";

  private static @Nullable Brokers brokers;
  private static @Nullable ClusterProcesses servers;
  private static @Nullable Path directory;

  private SharedCluster() {}

  /// Three brokers, each server with a way of its own to them.
  static synchronized Brokers brokers() throws Exception {
    Brokers running = brokers;
    if (running == null) {
      Path files = directory();
      running = Brokers.asProcesses(Files.createDirectory(files.resolve("brokers")), 4);
      brokers = running;
      Brokers started = running;
      atEnd(
          () -> {
            started.close();
            Brokers.delete(files);
          });
    }
    return running;
  }

  private static void atEnd(Runnable what) {
    Runtime.getRuntime().addShutdownHook(new Thread(what));
  }

  private static Path directory() throws Exception {
    Path made = directory;
    if (made == null) {
      made = Files.createTempDirectory("cluster");
      directory = made;
    }
    return made;
  }

  /// Three servers, which make snapshots as often as they can.
  static synchronized ClusterProcesses servers() throws Exception {
    ClusterProcesses running = servers;
    if (running == null) {
      Brokers on = brokers();
      running =
          ClusterProcesses.start(
              Files.createDirectory(directory().resolve("servers")),
              way -> on.place(PREFIX, way),
              "--write-timeout",
              "6s",
              "--stale-after",
              "5s",
              "--snapshot-after",
              "1");
      servers = running;
      atEnd(running::close);
    }
    return running;
  }

  static void startWhatIsMissing() throws Exception {
    ClusterProcesses all = servers();
    for (int i = 0; i < ClusterProcesses.COUNT; i++) {
      if (!all.isRunning(i)) {
        all.start(i);
      }
    }
    for (int i = 0; i < ClusterProcesses.COUNT; i++) {
      all.awaitListening(i);
    }
    all.awaitLeader();
  }
}
