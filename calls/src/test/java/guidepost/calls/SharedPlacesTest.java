package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Who gets how many places.
final class SharedPlacesTest {

  private final SharedPlaces places = new SharedPlaces(1_024);

  private static Caller identity(String name) {
    return new Caller(name, Caller.Proof.TOKEN, List.of(Grant.EVERYTHING));
  }

  private int takesAll(Caller caller) {
    int taken = 0;
    while (places.take(caller)) {
      taken++;
    }
    return taken;
  }

  @Test
  void shouldLeaveEachIdentityHalfOfWhatTheOthersLeft() {
    assertThat(takesAll(identity("a"))).isEqualTo(512);
    assertThat(takesAll(identity("b"))).isEqualTo(256);
    assertThat(takesAll(identity("c"))).isEqualTo(128);
    assertThat(takesAll(identity("a"))).isZero();
    assertThat(places.why(identity("a"), "watches"))
        .isEqualTo(
            "watches: 512 are open of this identity, and the 128 places that are left are for"
                + " others; end some");
  }

  @Test
  void shouldGiveThemAllToCallersThatNobodyAsksForAName() {
    assertThat(takesAll(Caller.NOBODY)).isEqualTo(1_024);
    assertThat(places.why(Caller.NOBODY, "watches"))
        .isEqualTo("watches: 1024 are open, as many as may be");
    assertThat(takesAll(identity("a"))).isZero();
  }

  @Test
  void shouldTakeNoShareFromCallersWithoutOne() {
    Caller anonymous = Caller.anonymous(List.of());
    for (int i = 0; i < 600; i++) {
      assertThat(places.take(anonymous)).isTrue();
    }
    assertThat(takesAll(identity("a"))).isEqualTo(212);
  }

  @Test
  void shouldGiveAgainWhatWasLeft() {
    Caller a = identity("a");
    assertThat(takesAll(a)).isEqualTo(512);
    places.leave(a);
    assertThat(places.take(a)).isTrue();
    for (int i = 0; i < 512; i++) {
      places.leave(a);
    }
    assertThat(takesAll(identity("b"))).isEqualTo(512);
  }

  @Test
  void shouldRefuseToBeNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SharedPlaces(0))
        .withMessageContaining("most");
  }
}
