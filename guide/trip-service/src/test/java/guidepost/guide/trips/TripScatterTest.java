package guidepost.guide.trips;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.storage.v1.StoredFix;
import guidepost.storage.v1.StoredScatter;
import org.junit.jupiter.api.Test;

final class TripScatterTest {

  /// A walk northwards at 1 m/s, a fix a second.
  private static StoredScatter after(int fixes) {
    StoredScatter scatter = StoredScatter.getDefaultInstance();
    for (int i = 0; i < fixes; i++) {
      scatter =
          TripScatter.with(
              scatter, StoredFix.newBuilder().setLatitudeE7(90 * i).setUnixMs(1_000L * i).build());
    }
    return scatter;
  }

  @Test
  void shouldKnowTheScatterOnlyWhenEightFixesLieBetweenTwoOthers() {
    assertThat(TripScatter.isKnown(after(9))).isFalse();
    assertThat(TripScatter.isKnown(after(10))).isTrue();
  }

  @Test
  void shouldNotKnowTheScatterOfFixesThatLieFarApartInTime() {
    StoredFix late = StoredFix.newBuilder().setLatitudeE7(900).setUnixMs(9_000 + 5_001).build();
    StoredFix soon = late.toBuilder().setUnixMs(9_000 + 5_000).build();
    assertThat(TripScatter.isKnown(TripScatter.with(after(10), soon))).isTrue();
    assertThat(TripScatter.isKnown(TripScatter.with(after(10), late))).isFalse();
    assertThat(TripScatter.isKnown(TripScatter.paused(after(10)))).isFalse();
  }
}
