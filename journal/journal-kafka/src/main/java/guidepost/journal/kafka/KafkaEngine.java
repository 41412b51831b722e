package guidepost.journal.kafka;

import guidepost.journal.JournalDraft;
import guidepost.journal.JournalEngine;
import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import guidepost.journal.Retention;
import guidepost.journal.rocksdb.RocksEngine;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/// The engine of several servers that share one log on Apache Kafka.
///
/// Threads: any.
public final class KafkaEngine implements JournalEngine {

  private final KafkaOptions options;
  private final String program;

  private KafkaEngine(KafkaOptions options, String program) {
    this.options = options;
    this.program = program;
  }

  /// That of a log.
  ///
  /// @param program the version of this program, which others are told
  public static KafkaEngine of(KafkaOptions options, String program) {
    return new KafkaEngine(options, program);
  }

  @Override
  public JournalStore open(Retention retention, InstantSource clock) throws JournalException {
    return KafkaStore.open(options, retention, clock, program);
  }

  /// The server's copy, for a look while no server has it open.
  @Override
  public JournalStore openExisting() throws JournalException {
    return openForReading();
  }

  @Override
  public JournalStore openForReading() throws JournalException {
    return RocksEngine.in(options.copy()).openForReading();
  }

  @Override
  public JournalDraft draft() {
    return new KafkaDraft(options, program);
  }

  @Override
  public Optional<Path> directory() {
    return Optional.of(options.copy());
  }

  @Override
  public String toString() {
    return options.toString();
  }
}
