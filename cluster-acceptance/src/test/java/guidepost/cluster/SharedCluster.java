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
      makeCertificates(certificates());
      running =
          Brokers.asProcesses(
              Files.createDirectory(files.resolve("brokers")),
              4,
              certificates().resolve("server.pem"),
              certificates().resolve("server.key"));
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

  /// Those of the brokers, with the CA that signed them.
  static Path certificates() throws Exception {
    return directory().resolve("certs");
  }

  /// Makes a CA and what it signs.
  static void makeCertificates(Path to) throws Exception {
    int code =
        ClusterProcesses.command(directory().resolve("certs.log"), "cert", "dev", to.toString());
    if (code != 0) {
      throw new IllegalStateException(Files.readString(directory().resolve("certs.log")));
    }
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
