package guidepost.journal;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.Gathering.Pending;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class GatheringTest {

  private static final int CHANGES_MAX = 10;

  private final Gathering<String, String> waiting = new Gathering<>(CHANGES_MAX);

  private void add(int requests, int changes) {
    for (int i = 0; i < requests; i++) {
      waiting.add(new Pending<>("a", changes, () -> true, new CompletableFuture<>(), null));
    }
  }

  @Test
  void shouldBeReadyForOneWhereNobodyIsExpected() {
    assertThat(waiting.isReady()).isFalse();
    add(1, 1);
    assertThat(waiting.isReady()).isTrue();
  }

  @Test
  void shouldWantThoseThatWereAnsweredAndThoseThatWaitOnce() {
    add(1, 1);
    waiting.expect(2);
    waiting.awaitExpected();
    add(1, 1);
    assertThat(waiting.isReady()).as("2 of 3").isFalse();
    add(1, 1);
    assertThat(waiting.isReady()).as("3 of 3").isTrue();
    waiting.awaitAny();
    assertThat(waiting.takeGroup()).hasSize(3);
    waiting.awaitExpected();
    assertThat(waiting.isReady()).as("nobody was expected again").isTrue();
  }

  @Test
  void shouldBeReadyOnceHalfOfWhatMayWaitIsThere() {
    waiting.expect(100);
    waiting.awaitExpected();
    add(4, 1);
    assertThat(waiting.isReady()).isFalse();
    add(1, 1);
    assertThat(waiting.isReady()).isTrue();
  }

  @Test
  void shouldHaveSpaceForOneLargerThanAllAloneAndForNoMoreThanMayWait() {
    assertThat(waiting.hasSpaceFor(CHANGES_MAX + 1)).isTrue();
    add(1, CHANGES_MAX - 1);
    assertThat(waiting.hasSpaceFor(1)).isTrue();
    assertThat(waiting.hasSpaceFor(2)).isFalse();
    assertThat(waiting.takeAll()).hasSize(1);
    assertThat(waiting.changes()).isZero();
    assertThat(waiting.isEmpty()).isTrue();
  }

  @Test
  void shouldTakeTheLargestGroupInOrderAndLeaveTheRest() {
    Gathering<String, String> many = new Gathering<>(1 << 20);
    int half = Gathering.GROUP_CHANGES_MAX / 2;
    for (int i = 0; i < 3; i++) {
      many.add(new Pending<>("w" + i, half, () -> true, new CompletableFuture<>(), null));
    }
    assertThat(many.takeGroup()).extracting(Pending::request).containsExactly("w0", "w1");
    assertThat(many.changes()).isEqualTo(half);
    assertThat(many.takeGroup()).extracting(Pending::request).containsExactly("w2");
  }
}
