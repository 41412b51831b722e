package guidepost.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// What brokers say of the log's extent, as one that was cut off from the others says it.
final class LogExtentsTest {

  private static final Uuid TOPIC = Uuid.randomUuid();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long NEXT = 100;

  private final LogExtents extents = new LogExtents(PATIENCE);

  /// @param end that a broker says
  /// @param seconds since the test began
  private LogExtents.Verdict judge(long end, long seconds) {
    return extents.judge(
        Optional.of(new KafkaLink.Extent(TOPIC, 7, end)),
        TOPIC,
        NEXT,
        Duration.ofSeconds(seconds).toNanos(),
        "out of range");
  }

  private static LogExtents.AskAgain again(boolean isFirst) {
    return new LogExtents.AskAgain(
        isFirst, "the log ends before offset 100, up to which this copy has read");
  }

  private LogExtents.Verdict judgeAbsent(long seconds) {
    return extents.judge(
        Optional.empty(), TOPIC, NEXT, Duration.ofSeconds(seconds).toNanos(), "nothing");
  }

  /// A broker that has just started may not know of the topic yet.
  @Test
  void shouldAskAgainWhereABrokerKnowsNoSuchTopic() {
    assertThat(judgeAbsent(0)).isEqualTo(new LogExtents.AskAgain(true, "there is no such topic"));
    assertThat(judgeAbsent(30)).isEqualTo(new LogExtents.AskAgain(false, "there is no such topic"));
    assertThat(judgeAbsent(31))
        .isEqualTo(new LogExtents.Lost("the topic was deleted while this server ran"));
  }

  @Test
  void shouldAskAgainForAsLongAsOthersNeedToTakeTheBrokersPlace() {
    assertThat(judge(90, 0)).isEqualTo(again(true));
    assertThat(judge(90, 1)).isEqualTo(again(false));
    assertThat(judge(90, 30)).isEqualTo(again(false));
    assertThat(judge(90, 31))
        .isEqualTo(
            new LogExtents.Lost(
                "the log ends at offset 90, and this copy has read up to 100: the log has lost"
                    + " records"));
  }

  @Test
  void shouldBeginToWaitAgainOnceABrokerSaysOtherwise() {
    assertThat(judge(90, 0)).isEqualTo(again(true));
    assertThat(judge(NEXT, 20)).isEqualTo(new LogExtents.Fine());
    assertThat(judge(90, 40)).isEqualTo(again(true));
    assertThat(judge(90, 60)).isEqualTo(again(false));
  }

  @Test
  void shouldBeginToWaitAgainOnceSomethingWasRead() {
    assertThat(judge(90, 0)).isEqualTo(again(true));
    extents.read();
    assertThat(judge(90, 40)).isEqualTo(again(true));
  }

  @Test
  void shouldNameWhatCannotBeMendedAtOnce() {
    Uuid another = Uuid.randomUuid();
    assertThat(
            extents.judge(Optional.of(new KafkaLink.Extent(another, 0, 200)), TOPIC, NEXT, 0, ""))
        .isEqualTo(
            new LogExtents.Lost("the topic was deleted and made again while this server ran"));
    assertThat(
            extents.judge(
                Optional.of(new KafkaLink.Extent(TOPIC, 101, 200)), TOPIC, NEXT, 0, "said"))
        .isInstanceOfSatisfying(
            LogExtents.Lost.class,
            lost -> assertThat(lost.what()).contains("offset 100", "begins at 101", "(said)"));
  }
}
