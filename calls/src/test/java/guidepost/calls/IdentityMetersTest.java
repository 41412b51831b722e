package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class IdentityMetersTest {

  private final AtomicLong now = new AtomicLong(5_000_000_000L);
  private final IdentityMeters meters =
      new IdentityMeters(
          new CallerLimits(new IdentityLimits(2, 3, 10, 5), new IdentityLimits(2, 2, 1, 2), 3),
          now::get);

  @Test
  void shouldLetABurstBeginAndSayWhenTheNextMay() {
    IdentityMeters.Meter anna = meters.of("anna");
    for (int i = 0; i < 5; i++) {
      assertThat(anna.begin(false)).isEmpty();
    }
    Rejection refused = anna.begin(false).orElseThrow();
    assertThat(refused.reason()).isEqualTo(Reason.CALLER_TOO_FAST.name());
    assertThat(refused.text()).contains("10 per second");
    assertThat(refused.retryAfter()).contains(Duration.ofMillis(100));
    now.addAndGet(Duration.ofMillis(99).toNanos());
    assertThat(anna.begin(false)).isPresent();
    now.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(anna.begin(false)).isEmpty();
    assertThat(meters.of("bert").begin(false)).isEmpty();
  }

  @Test
  void shouldCountStreamsAndConnectionsOfOneIdentityOnly() {
    IdentityMeters.Meter anna = meters.of("anna");
    for (int i = 0; i < 3; i++) {
      assertThat(anna.begin(true)).isEmpty();
    }
    assertThat(anna.begin(true).orElseThrow().text()).contains("3 open");
    assertThat(anna.begin(false)).isEmpty();
    anna.end();
    assertThat(anna.begin(true)).isEmpty();
    assertThat(anna.connect()).isEmpty();
    assertThat(anna.connect()).isEmpty();
    assertThat(anna.connect().orElseThrow().text()).contains("2 open");
    assertThat(meters.of("bert").connect()).isEmpty();
    anna.disconnect();
    assertThat(anna.connect()).isEmpty();
  }

  @Test
  void shouldKeepToTheRateWhateverTheOrder() {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("IdentityMetersTest: -Dguidepost.seed=" + seed);
    Random random = new Random(seed);
    long began = now.get();
    int done = 0;
    for (int i = 0; i < 10_000; i++) {
      now.addAndGet(random.nextInt(50_000_000));
      done += meters.of("anna").begin(false).isEmpty() ? 1 : 0;
      double allowed = 5 + (now.get() - began) / 1e9 * 10;
      assertThat((double) done).as("step %d", i).isLessThanOrEqualTo(allowed + 1e-6);
    }
    assertThat((double) done).isGreaterThan((now.get() - began) / 1e9 * 10 - 1);
  }

  @Test
  void shouldFollowNewLimitsAtOnce() {
    IdentityMeters.Meter anna = meters.of("anna");
    for (int i = 0; i < 5; i++) {
      assertThat(anna.begin(false)).isEmpty();
    }
    meters.limit(CallerLimits.DEFAULTS.withIdentity(new IdentityLimits(2, 3, 1_000, 5)));
    now.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(anna.begin(false)).isEmpty();
  }

  @Test
  void shouldCountAnonymousCallersByTheirAddressAndAllTogether() {
    IdentityMeters.Meter one = meters.ofAddress("192.0.2.1");
    assertThat(one.begin(true)).isEmpty();
    assertThat(one.begin(true)).isEmpty();
    assertThat(one.begin(true).orElseThrow().text())
        .isEqualTo(
            "streaming calls: anonymous callers of this address may have 2 open; end some first");
    IdentityMeters.Meter other = meters.ofAddress("192.0.2.2");
    assertThat(other.begin(true)).isEmpty();
    assertThat(other.begin(true).orElseThrow().text())
        .isEqualTo(
            "streaming calls: all anonymous callers may have 3 open; sign in, or try again later");
    assertThat(meters.of("anna").begin(true)).isEmpty();
    assertThat(other.begin(false)).as("what was refused cost nothing").isEmpty();
    assertThat(other.begin(false).orElseThrow().text())
        .isEqualTo("calls: anonymous callers of this address may begin 1 per second");
    one.end();
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(other.begin(true)).isEmpty();
    assertThat(meters.of("192.0.2.1")).as("an identity is no address").isNotSameAs(one);
    assertThat(meters.size()).isEqualTo(2);
    assertThat(meters.addresses()).isEqualTo(2);
  }

  @Test
  void shouldForgetIdleIdentitiesAndNoOthers() {
    IdentityMeters.Meter anna = meters.of("anna");
    assertThat(anna.connect()).isEmpty();
    for (int i = 0; i < 100_000; i++) {
      now.addAndGet(Duration.ofMillis(1).toNanos());
      assertThat(meters.of("guest-" + i).begin(false)).isEmpty();
      assertThat(meters.size()).isLessThan(10_000);
    }
    assertThat(meters.of("anna")).isSameAs(anna);
  }
}
