package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// How often an address may come, and how much a turn reads.
final class PaceTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Pace pace = new Pace(10, 3);

  private static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }

  @Test
  void shouldLetABurstThroughAndTheNextWaitTheirTurn() {
    for (int i = 0; i < 3; i++) {
      assertThat(pace.take(address("192.0.2.1"), 0)).isZero();
    }
    assertThat(pace.take(address("192.0.2.1"), 0)).isEqualTo(SECOND / 10);
    assertThat(pace.take(address("192.0.2.1"), 0)).as("it was not taken").isEqualTo(SECOND / 10);
    assertThat(pace.take(address("192.0.2.1"), SECOND / 20)).isEqualTo(SECOND / 20);
    assertThat(pace.take(address("192.0.2.2"), 0)).isZero();
    assertThat(pace.take(address("192.0.2.1"), SECOND)).isZero();
  }

  @Test
  void shouldTakeTheHostsOfAnIpv6NetworkForOne() {
    for (int i = 1; i <= 3; i++) {
      assertThat(pace.take(address("2001:db8::" + i), 0)).isZero();
    }
    assertThat(pace.take(address("2001:db8::ffff"), 0)).isPositive();
    assertThat(pace.take(address("2001:db8:0:1::1"), 0)).isZero();
  }

  @Test
  void shouldReadMoreWhenATurnWasShortAndFullAndLessWhenItWasLong() {
    assertThat(FairReads.next(4_096, 4_096, 100_000)).isEqualTo(8_192);
    assertThat(FairReads.next(4_096, 1_000, 100_000)).isEqualTo(4_096);
    assertThat(FairReads.next(65_536, 65_536, 100_000)).isEqualTo(65_536);
    assertThat(FairReads.next(8_192, 8_192, 8_000_000)).isEqualTo(1_024);
    assertThat(FairReads.next(8_192, 200, 900_000_000)).isEqualTo(128);
  }
}
