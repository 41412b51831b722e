package guidepost.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.testing.Patience;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Topics that somebody made by hand.
final class TopicSettingsTest extends SeveralServers {

  private static final Map<String, String> SAFE =
      Map.of(
          "min.insync.replicas", "2",
          "cleanup.policy", "delete",
          "retention.ms", "-1",
          "retention.bytes", "-1",
          "unclean.leader.election.enable", "false");

  private static NewTopic topic(
      String name, int partitions, int replicas, Map<String, String> settings) {
    Map<String, String> config = new HashMap<>(SAFE);
    config.putAll(settings);
    return new NewTopic(name, partitions, (short) replicas).configs(config);
  }

  /// All at once: the brokers take as long for one.
  private static void make(List<NewTopic> topics) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", SharedBrokers.get().bootstrap()))) {
      admin.createTopics(topics).all().get(Patience.SECONDS, TimeUnit.SECONDS);
    }
  }

  private static void assertRefused(KafkaOptions options, String... words) {
    assertRefused(new KafkaLink(options)::topic, words);
  }

  private static void assertRefused(ThrowingCallable looked, String... words) {
    assertThatThrownBy(looked)
        .isInstanceOfSatisfying(
            JournalException.class, e -> assertThat(e.reason()).isEqualTo(Reason.FOREIGN))
        .hasMessageContainingAll(words);
  }

  private KafkaOptions on(String name) throws Exception {
    return KafkaOptions.parse(
            SharedBrokers.get().place(prefix + "." + name), directory.resolve(name))
        .advertising("a:1");
  }

  @Test
  void shouldNameTheSettingOfALogThatMayLoseWhatItAcknowledged() throws Exception {
    Map<String, String> wrong =
        Map.of(
            "min.insync.replicas", "1",
            "cleanup.policy", "compact",
            "retention.ms", "86400000",
            "retention.bytes", "1000000",
            "unclean.leader.election.enable", "true");
    KafkaOptions alone = on("alone");
    KafkaOptions split = on("split");
    KafkaOptions snapshots = on("snapshots");
    List<NewTopic> made = new ArrayList<>();
    made.add(topic(alone.topic(), 1, 1, Map.of()));
    made.add(topic(split.topic(), 2, 3, Map.of()));
    made.add(topic(snapshots.snapshots(), 2, 3, Map.of("retention.ms", "1000")));
    for (Map.Entry<String, String> each : wrong.entrySet()) {
      made.add(topic(on(each.getKey()).topic(), 1, 3, Map.of(each.getKey(), each.getValue())));
    }
    make(made);
    for (String setting : wrong.keySet()) {
      KafkaOptions options = on(setting);
      assertRefused(options, options.topic(), setting + ": must be", "--unsafe-topic");
    }
    assertRefused(alone, "must have at least 3 replicas");
    assertRefused(split, "has 2 partitions, and must have 1");
    assertRefused(
        new KafkaLink(snapshots)::snapshotTopic, snapshots.snapshots(), "retention.ms: must be -1");
  }

  @Test
  void shouldRefuseALogWhoseRecordsAreTooSmallForAPartOfAChangeEvenIfItNeedNotBeSafe()
      throws Exception {
    KafkaOptions options = on("narrow").with(false, true);
    make(List.of(topic(options.topic(), 1, 3, Map.of("max.message.bytes", "100000"))));
    assertRefused(
        () -> open(options), "max.message.bytes: must be at least 910000", "large changes");
  }
}
