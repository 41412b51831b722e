package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Who gets how many places.
final class SharedPlacesTest {

  private final SharedPlaces places = new SharedPlaces(1_024);

  private int takesAll(Optional<String> owner) {
    int taken = 0;
    while (places.take(owner)) {
      taken++;
    }
    return taken;
  }

  @Test
  void shouldLeaveEachOwnerHalfOfWhatTheOthersLeft() {
    assertThat(takesAll(Optional.of("a"))).isEqualTo(512);
    assertThat(takesAll(Optional.of("b"))).isEqualTo(256);
    assertThat(takesAll(Optional.of("c"))).isEqualTo(128);
    assertThat(takesAll(Optional.of("a"))).isZero();
    assertThat(places.why(Optional.of("a"), "identity"))
        .isEqualTo(
            "512 are open of this identity, and the 128 places that are left are for others; end"
                + " some");
  }

  @Test
  void shouldGiveThemAllToThoseThatNobodyOwns() {
    assertThat(takesAll(Optional.empty())).isEqualTo(1_024);
    assertThat(places.taken()).isEqualTo(1_024);
    assertThat(places.why(Optional.of("a"), "identity"))
        .isEqualTo("1024 are open, as many as may be");
    assertThat(takesAll(Optional.of("a"))).isZero();
  }

  @Test
  void shouldShareWhatThoseWithoutOwnerLeave() {
    for (int i = 0; i < 600; i++) {
      assertThat(places.take(Optional.empty())).isTrue();
    }
    assertThat(takesAll(Optional.of("a"))).isEqualTo(212);
  }

  @Test
  void shouldGiveAgainWhatWasLeft() {
    Optional<String> a = Optional.of("a");
    assertThat(takesAll(a)).isEqualTo(512);
    places.leave(a);
    assertThat(places.take(a)).isTrue();
    for (int i = 0; i < 512; i++) {
      places.leave(a);
    }
    assertThat(takesAll(Optional.of("b"))).isEqualTo(512);
  }

  @Test
  void shouldRefuseToBeNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SharedPlaces(0))
        .withMessageContaining("most");
  }
}
