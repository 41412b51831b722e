package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class FieldsTest {

  private static Rejection rejection(ThrowingCallable check) {
    return catchThrowableOfType(RejectedException.class, check).rejection();
  }

  @Test
  void shouldCountATextInBytesOfUtf8UpToTheLastOne() {
    assertThat(Fields.text("name", "ä".repeat(5), 10)).isEqualTo("ä".repeat(5));
    Rejection why = rejection(() -> Fields.text("name", "ä".repeat(5) + "x", 10));
    assertThat(why.reason()).isEqualTo("TEXT_TOO_LONG");
    assertThat(why.text()).isEqualTo("name \"äääääx\": must be at most 10 bytes of UTF-8; has 11");
  }

  @Test
  void shouldRefuseNulInATextUnlessASeedContractNeverMindedIt() {
    Rejection why = rejection(() -> Fields.text("name", "a\0b", 10));
    assertThat(why.text()).isEqualTo("name \"a␀b\": must not contain NUL");
    assertThat(Fields.textOrNul("message", "a\0b", 10)).isEqualTo("a\0b");
  }

  @Test
  void shouldAskForWhatMustBeThere() {
    Rejection why = rejection(() -> Fields.requiredText("id", "", 10, "the id of a trip"));
    assertThat(why.reason()).isEqualTo("FIELD_REQUIRED");
    assertThat(why.field()).isEqualTo("id");
    assertThat(Fields.requiredText("id", "x", 10, "the id of a trip")).isEqualTo("x");
  }

  @Test
  void shouldRefuseATextOfWhichNothingShows() {
    for (String blank :
        List.of(
            " ",
            "\t\n",
            "\u00A0",
            "\u200B",
            "\u200B\u200B \u2060",
            "\uFEFF",
            "\u202E",
            "\u00AD",
            "\u2028",
            "\u3164",
            "\u2800",
            "\uFE0F",
            "\u0301",
            "\uDB40\uDC41",
            "\uD800",
            "\u0007")) {
      Rejection why = rejection(() -> Fields.requiredText("author", blank, 99, "the author"));
      assertThat(why.reason()).isEqualTo("FIELD_REQUIRED");
      assertThat(why.text())
          .matches("author \"U\\+[^\"]+\": must have a character that shows: the author");
    }
    for (String name : List.of(" a ", "\u200Ba", "é", "e\u0301", "李", "\uD83D\uDC1F", "-", "क्")) {
      assertThat(Fields.requiredText("author", name, 99, "the author")).isEqualTo(name);
    }
    assertThat(Fields.text("text", "\u200B", 99)).isEqualTo("\u200B");
  }

  @Test
  void shouldTakeBothEndsOfARangeAndNothingBeyond() {
    assertThat(Fields.range("count", 1, 1, 9)).isEqualTo(1);
    assertThat(Fields.range("count", 9, 1, 9)).isEqualTo(9);
    assertThat(rejection(() -> Fields.range("count", 0, 1, 9)).text())
        .isEqualTo("count \"0\": must be 1..9");
    assertThat(rejection(() -> Fields.range("count", 10, 1, 9)).value()).isEqualTo("10");
    assertThat(Fields.range("metres", 0.5, 0.5, 2)).isEqualTo(0.5);
    assertThat(rejection(() -> Fields.range("metres", Double.NaN, 0.5, 2)).text())
        .isEqualTo("metres \"NaN\": must be 0.5..2");
    assertThat(rejection(() -> Fields.positive("metres", 0, 2)).text())
        .isEqualTo("metres \"0.0\": must be above 0 and at most 2");
    assertThat(rejection(() -> Fields.positive("metres", Double.NaN, 2)).value()).isEqualTo("NaN");
    assertThat(Fields.positive("metres", 2, 2)).isEqualTo(2);
  }

  @Test
  void shouldLowerAPageThatIsTooLargeAndTakeZeroForTheDefault() {
    assertThat(Fields.pageSize(0, 100, 1_000)).isEqualTo(100);
    assertThat(Fields.pageSize(1_000, 100, 1_000)).isEqualTo(1_000);
    assertThat(Fields.pageSize(1_001, 100, 1_000)).isEqualTo(1_000);
    assertThat(Fields.pageSize(-1, 100, 1_000)).isEqualTo(1_000);
    assertThat(Fields.pageSize(1, 100, 1_000)).isEqualTo(1);
  }

  @Test
  void shouldTakeTimesOfTheYearsOneTo9999WithWholeNanoseconds() {
    Instant first = Instant.parse("0001-01-01T00:00:00Z");
    Instant last = Instant.parse("9999-12-31T23:59:59.999999999Z");
    assertThat(Fields.time("time", timestamp(first.getEpochSecond(), 0))).isEqualTo(first);
    assertThat(Fields.time("time", timestamp(last.getEpochSecond(), 999_999_999))).isEqualTo(last);
    assertThat(rejection(() -> time(first.getEpochSecond() - 1, 0)).field())
        .isEqualTo("time.seconds");
    assertThat(rejection(() -> time(last.getEpochSecond() + 1, 0)).reason())
        .isEqualTo("VALUE_OUT_OF_RANGE");
    assertThat(rejection(() -> time(0, 1_000_000_000)).field()).isEqualTo("time.nanos");
    assertThat(rejection(() -> time(0, -1)).value()).isEqualTo("-1");
  }

  private static Instant time(long seconds, int nanos) {
    return Fields.time("time", timestamp(seconds, nanos));
  }

  private static Timestamp timestamp(long seconds, int nanos) {
    return Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos).build();
  }
}
