package guidepost.server;

import guidepost.journal.JournalException;
import guidepost.journal.LogReport;
import guidepost.journal.kafka.KafkaOptions;
import guidepost.journal.kafka.LogInspection;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The log that several servers share, as its operator looks after it from outside.
///
/// Threads: any; immutable.
///
/// @param options where it is
public record SharedLog(KafkaOptions options) {

  /// That of a place.
  ///
  /// @param place `kafka://HOST:PORT,HOST:PORT/PREFIX`
  /// @param config settings of Kafka's clients
  /// @param from where these were read from, for people; empty if nowhere
  /// @throws IllegalArgumentException if the place is not of that form; the message is the rule
  public static SharedLog at(String place, Map<String, String> config, String from) {
    return new SharedLog(KafkaOptions.parse(place, Path.of("")).withConfig(config, from));
  }

  /// The prefix of its topics.
  public String prefix() {
    return options.prefix();
  }

  /// Judges all of it.
  ///
  /// @throws JournalException if there is none, or the brokers do not answer
  public LogReport check() throws JournalException {
    return LogInspection.of(options);
  }

  /// Servers that take part now; takes some seconds.
  ///
  /// @throws JournalException if the brokers do not answer
  public List<String> servers() throws JournalException {
    return LogInspection.servers(options);
  }

  /// Deletes it.
  ///
  /// @throws JournalException if the brokers do not do so
  public void delete() throws JournalException {
    LogInspection.delete(options);
  }

  @Override
  public String toString() {
    return options.toString();
  }
}
