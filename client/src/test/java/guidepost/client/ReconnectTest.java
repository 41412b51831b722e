package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// When one tries again.
final class ReconnectTest {

  private final Reconnect reconnect = new Reconnect();

  private void assertDelay(long millis) {
    assertThat(reconnect.delay())
        .isBetween(Duration.ofMillis(millis / 2), Duration.ofMillis(millis * 3 / 2));
  }

  @Test
  void waitsTwiceAsLongEachTimeUpToFiveSecondsAndShortlyAgainAfterAnAnswer() {
    for (long millis : new long[] {100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000}) {
      assertDelay(millis);
    }
    reconnect.answered();
    assertDelay(100);
  }

  @Test
  void isWorthwhileOnlyWhereAnotherTryMayEndOtherwise() {
    assertThat(Reconnect.isWorthwhile(Status.Code.UNAVAILABLE)).isTrue();
    assertThat(Reconnect.isWorthwhile(Status.Code.INTERNAL)).isTrue();
    assertThat(Reconnect.isWorthwhile(Status.Code.CANCELLED)).isTrue();
    assertThat(Reconnect.isWorthwhile(Status.Code.OK)).isTrue();
    assertThat(Reconnect.isWorthwhile(Status.Code.INVALID_ARGUMENT)).isFalse();
    assertThat(Reconnect.isWorthwhile(Status.Code.NOT_FOUND)).isFalse();
  }
}
