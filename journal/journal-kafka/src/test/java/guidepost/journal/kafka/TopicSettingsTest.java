package guidepost.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
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

  private void make(String topic, int partitions, int replicas, Map<String, String> settings)
      throws Exception {
    Map<String, String> config = new HashMap<>(SAFE);
    config.putAll(settings);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", SharedBrokers.get().bootstrap()))) {
      admin
          .createTopics(List.of(new NewTopic(topic, partitions, (short) replicas).configs(config)))
          .all()
          .get(1, TimeUnit.MINUTES);
    }
  }

  private void assertRefused(KafkaOptions options, String... words) {
    assertThatThrownBy(() -> open(options))
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
    for (Map.Entry<String, String> each : wrong.entrySet()) {
      KafkaOptions options = on(each.getKey());
      make(options.topic(), 1, 3, Map.of(each.getKey(), each.getValue()));
      assertRefused(options, options.topic(), each.getKey() + ": must be", "--unsafe-topic");
    }
    KafkaOptions alone = on("alone");
    make(alone.topic(), 1, 1, Map.of());
    assertRefused(alone, "must have at least 3 replicas");
    KafkaOptions split = on("split");
    make(split.topic(), 2, 3, Map.of());
    assertRefused(split, "has 2 partitions, and must have 1");
    KafkaOptions snapshots = on("snapshots");
    make(snapshots.snapshots(), 2, 3, Map.of("retention.ms", "1000"));
    assertRefused(snapshots, snapshots.snapshots(), "retention.ms: must be -1");
  }

  @Test
  void shouldRefuseALogWhoseRecordsAreTooSmallForAPartOfAChangeEvenIfItNeedNotBeSafe()
      throws Exception {
    KafkaOptions options = on("narrow").with(false, true);
    make(options.topic(), 1, 3, Map.of("max.message.bytes", "100000"));
    assertRefused(options, "max.message.bytes: must be at least 910000", "large changes");
  }
}
