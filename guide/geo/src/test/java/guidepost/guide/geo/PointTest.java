package guidepost.guide.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PointTest {

  @ParameterizedTest
  @CsvSource({
    "900000001, 0, 'latitude must be -900000000..900000000 (E7): 900000001'",
    "-2147483648, 0, 'latitude must be -900000000..900000000 (E7): -2147483648'",
    "0, 1800000001, 'longitude must be -1800000000..1800000000 (E7): 1800000001'",
    "0, -1800000001, 'longitude must be -1800000000..1800000000 (E7): -1800000001'",
  })
  void shouldNameFieldValueAndRuleOfACoordinateOutOfRange(int lat, int lon, String text) {
    assertThatThrownBy(() -> new Point(lat, lon)).hasMessage(text);
  }

  @Test
  void shouldRoundDegreesToTheNearestUnit() {
    assertThat(Point.ofDegrees(0.00000005, -0.00000014)).isEqualTo(new Point(0, -1));
    assertThat(Point.ofDegrees(90, -180)).isEqualTo(new Point(900_000_000, -1_800_000_000));
    assertThatThrownBy(() -> Point.ofDegrees(Double.NaN, 0))
        .hasMessage("latitude must be -90..90 degrees: NaN");
    assertThatThrownBy(() -> Point.ofDegrees(0, 180.1))
        .hasMessage("longitude must be -180..180 degrees: 180.1");
  }

  @Test
  void shouldKnowTheOtherWaysToWriteAPlace() {
    assertThat(Point.ofDegrees(5, 180).samePlace(Point.ofDegrees(5, -180))).isTrue();
    assertThat(Point.ofDegrees(90, 1).samePlace(Point.ofDegrees(90, -180))).isTrue();
    assertThat(Point.ofDegrees(90, 0).samePlace(Point.ofDegrees(-90, 0))).isFalse();
    assertThat(Point.ofDegrees(5, 179).samePlace(Point.ofDegrees(5, -179))).isFalse();
  }

  @Test
  void shouldPrintSevenDecimals() {
    assertThat(new Point(-1, 1_800_000_000)).hasToString("-0.0000001,180.0000000");
  }
}
