package guidepost.server;

import guidepost.journal.JournalEngine;
import guidepost.journal.kafka.KafkaEngine;
import guidepost.journal.kafka.KafkaOptions;
import guidepost.journal.rocksdb.RocksEngine;
import java.nio.file.Path;
import java.util.Map;

/// Which engines a server can keep its journals with: the one place that names them. Everything
/// else goes by [JournalEngine].
public final class Engines {

  private Engines() {}

  /// The engine of a log that nothing was written to, to be filled.
  ///
  /// @param place `kafka://HOST:PORT,HOST:PORT/PREFIX`
  /// @param config settings of Kafka's clients
  /// @param from where these were read from, for people; empty if nowhere
  /// @throws IllegalArgumentException if the place is not of that form; the message is the rule
  public static JournalEngine shared(String place, Map<String, String> config, String from) {
    return shared(KafkaOptions.parse(place, Path.of("")).withConfig(config, from));
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
