package guidepost.server;

import guidepost.journal.JournalEngine;
import guidepost.journal.kafka.KafkaEngine;
import guidepost.journal.kafka.KafkaOptions;
import guidepost.journal.rocksdb.RocksEngine;
import java.nio.file.Path;

/// Which engines a server can keep its journals with: the one place that names them. Everything
/// else goes by [JournalEngine].
public final class Engines {

  /// How a place of several servers' journals begins.
  private static final String SHARED = "kafka://";

  private Engines() {}

  /// True if a place is of journals that several servers share.
  static boolean isShared(String place) {
    return place.startsWith(SHARED);
  }

  /// The engine of several servers that share one log on Apache Kafka.
  ///
  /// @param options where the log is, and how this server takes part
  static JournalEngine shared(KafkaOptions options) {
    return KafkaEngine.of(options, Version.current());
  }

  /// The embedded engine, in a data directory of this machine.
  public static JournalEngine embedded(Path data) {
    return RocksEngine.in(data);
  }
}
