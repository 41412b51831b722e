package guidepost.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How far back a journal goes, in revisions and in time.
abstract class RetentionContract extends JournalFixture {

  RetentionContract(Engine engine) {
    super(engine);
  }

  @Test
  void shouldSayHowFarTheLogGoesBackOnceItIsTrimmed() throws Exception {
    journal.append(List.of(batch("a=1"), batch("b=2"), batch("c=3")));
    long bytes = journal.logBytes();
    journal.trim(2);
    assertThat(journal.oldestRevision()).isEqualTo(3);
    assertThat(journal.logBytes()).isPositive().isLessThan(bytes);
    assertThat(log(2)).containsExactly("3: c=3");
    assertThat(state()).containsExactly("a=1@1", "b=2@2", "c=3@3");
    assertThatThrownBy(() -> log(1))
        .isInstanceOfSatisfying(
            TrimmedException.class, e -> assertThat(e.oldestRevision()).isEqualTo(3))
        .hasMessageContaining("revision 1");
    assertThatThrownBy(() -> journal.readBackwards(3, 1, (revision, time, batch) -> true))
        .isInstanceOf(TrimmedException.class);
    restart();
    assertThat(journal.oldestRevision()).isEqualTo(3);
    assertThat(journal.revision()).isEqualTo(3);
  }

  @Test
  void shouldHaveAnEmptyLogWhenAllOfItIsTrimmed() throws Exception {
    append("a=1");
    journal.trim(9);
    assertThat(journal.oldestRevision()).isEqualTo(2);
    assertThat(journal.logBytes()).isZero();
    restart();
    assertThat(journal.revision()).isEqualTo(1);
    assertThat(append("b=2")).isEqualTo(2);
    assertThat(log(1)).containsExactly("2: b=2");
  }

  @Test
  void shouldKeepNoMoreBatchesThanItMay() throws Exception {
    restart(Retention.DEFAULT.withBatches(100));
    for (int i = 0; i < 500; i++) {
      append("k%d=v".formatted(i));
    }
    assertThat(journal.revision() - journal.oldestRevision() + 1).isBetween(50L, 100L);
    assertThat(state()).hasSize(500);
  }

  @Test
  void shouldKeepNoMoreBytesThanItMay() throws Exception {
    restart(Retention.DEFAULT.withBytes(10_000));
    for (int i = 0; i < 500; i++) {
      append("k%d=%s".formatted(i, "v".repeat(90)));
    }
    assertThat(journal.logBytes()).isBetween(5_000L, 10_000L);
    assertThat(state()).hasSize(500);
  }

  @Test
  void shouldForgetWhatIsTooOldButNeverBecauseOfAgeAlmostAllOfIt() throws Exception {
    restart(Retention.DEFAULT.withAge(Duration.ofHours(1)));
    for (int from = 0; from < 1_500; from += 100) {
      journal.append(IntStream.range(from, from + 100).mapToObj(i -> batch("k=" + i)).toList());
    }
    now = START.plus(Duration.ofDays(365));
    append("k=new");
    assertThat(journal.revision() - journal.oldestRevision() + 1).isEqualTo(Retention.BATCHES_MIN);
    now = START.plus(Duration.ofDays(1));
    append("k=after the clock was set right");
    assertThat(journal.revision()).isEqualTo(1_502);
    assertThat(journal.revision() - journal.oldestRevision() + 1)
        .isGreaterThanOrEqualTo(Retention.BATCHES_MIN);
  }

  @Test
  void shouldForgetWhatGrowsTooOldWhileTimeGoesOn() throws Exception {
    restart(Retention.DEFAULT.withAge(Duration.ofHours(18)));
    for (int minute = 0; minute < 1_300; minute++) {
      now = START.plus(Duration.ofMinutes(minute));
      append("k=" + minute);
      long kept = journal.revision() - journal.oldestRevision() + 1;
      // Trimming may lag by a sixteenth of the age.
      assertThat(kept).isBetween(Math.min(minute + 1L, 1_080), 1_149L);
    }
  }

  @Test
  void shouldKnowWhichRevisionWasTheNewestAtATime() throws Exception {
    append("a=1");
    now = START.plusSeconds(10);
    journal.append(List.of(batch("b=2"), batch("c=3")));
    now = START.plusSeconds(20);
    append("d=4");
    assertThat(journal.revisionAt(START.minusMillis(1))).isZero();
    assertThat(journal.revisionAt(START)).isEqualTo(1);
    assertThat(journal.revisionAt(START.plusMillis(9_999))).isEqualTo(1);
    assertThat(journal.revisionAt(START.plusSeconds(10))).isEqualTo(3);
    assertThat(journal.revisionAt(START.plusSeconds(99))).isEqualTo(4);
    assertThat(journal.timeOf(3)).contains(START.plusSeconds(10));
    assertThat(journal.timeOf(0)).isEmpty();
    assertThat(journal.timeOf(5)).isEmpty();
    journal.trim(2);
    restart();
    assertThat(journal.revisionAt(START.plusSeconds(10))).isEqualTo(3);
    assertThat(journal.timeOf(2)).contains(START.plusSeconds(10));
    assertThat(journal.timeOf(1)).isEmpty();
    assertThatThrownBy(() -> journal.revisionAt(START.plusSeconds(9)))
        .isInstanceOf(TrimmedException.class)
        .hasMessageContaining("2026-01-01T00:00:09Z");
  }

  @Test
  void shouldNeverLetTimeRunBackwards() throws Exception {
    append("a=1");
    now = START.minus(Duration.ofDays(1));
    append("b=2");
    restart();
    append("c=3");
    now = START.plusSeconds(1);
    append("d=4");
    List<Instant> times = new ArrayList<>();
    journal.read(0, (revision, time, batch) -> times.add(time));
    assertThat(times).containsExactly(START, START, START, START.plusSeconds(1));
    assertThat(journal.revisionAt(START)).isEqualTo(3);
  }
}
