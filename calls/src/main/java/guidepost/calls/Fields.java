package guidepost.calls;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.stream.Collectors;

/// What fields of requests must be, whatever they mean. Each check returns what it was given, or
/// rejects it with the field's path, the value and the rule.
///
/// ```java
/// String name = Fields.text("put.name", feature.getName(), 1_024);
/// int count = (int) Fields.range("count", request.getCount(), 1, 10_000);
/// ```
///
/// Threads: any.
public final class Fields {

  /// In UTF-8.
  private static final int BYTES_OF_A_CHAR_MAX = 3;

  /// Years 1 to 9999, as google.protobuf.Timestamp says.
  private static final long SECONDS_MIN = -62_135_596_800L;

  private static final long SECONDS_MAX = 253_402_300_799L;
  private static final int NANOS_MAX = 999_999_999;

  /// Letters and signs of Unicode that are drawn as nothing: those of Hangul, and Braille without
  /// dots.
  private static final String FILLERS = "\u115F\u1160\u3164\uFFA0\u2800";

  /// Characters of a text that does not show.
  private static final int SHOWN_MAX = 8;

  private Fields() {}

  /// A text that may be empty.
  ///
  /// @param bytesMax in UTF-8
  public static String text(String field, String value, int bytesMax) {
    if (value.indexOf('\0') >= 0) {
      throw Rejection.of(
              Reason.TEXT_WITH_NUL, field, value.replace('\0', '␀'), "must not contain NUL")
          .asException();
    }
    return textOrNul(field, value, bytesMax);
  }

  /// A text of the seed contracts, which never minded NUL.
  ///
  /// @param bytesMax in UTF-8
  public static String textOrNul(String field, String value, int bytesMax) {
    boolean isShort = value.length() <= bytesMax / BYTES_OF_A_CHAR_MAX;
    int bytes = isShort ? 0 : value.getBytes(UTF_8).length;
    if (bytes > bytesMax) {
      throw tooLong(field, value, bytes, bytesMax);
    }
    return value;
  }

  private static RejectedException tooLong(String field, String value, int bytes, int bytesMax) {
    return Rejection.of(
            Reason.TEXT_TOO_LONG,
            field,
            value,
            "must be at most %d bytes of UTF-8; has %d".formatted(bytesMax, bytes))
        .asException();
  }

  /// A text that must be there, and be seen to be.
  ///
  /// @param what it is
  public static String requiredText(String field, String value, int bytesMax, String what) {
    if (value.isEmpty()) {
      throw Rejection.missing(field, what).asException();
    }
    String text = text(field, value, bytesMax);
    if (text.codePoints().noneMatch(Fields::shows)) {
      throw Rejection.of(
              Reason.FIELD_REQUIRED,
              field,
              text.codePoints()
                  .limit(SHOWN_MAX)
                  .mapToObj("U+%04X"::formatted)
                  .collect(Collectors.joining(" ")),
              "must have a character that shows: " + what)
          .asException();
    }
    return text;
  }

  /// False of spaces, of what only controls or joins others, and of fillers.
  private static boolean shows(int c) {
    return switch (Character.getType(c)) {
      case Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK ->
          false;
      default -> FILLERS.indexOf(c) < 0;
    };
  }

  /// A message that must be there.
  ///
  /// @param set `hasX()` of it
  /// @param what it is
  public static void required(String field, boolean set, String what) {
    if (!set) {
      throw Rejection.missing(field, what).asException();
    }
  }

  /// A whole number.
  public static long range(String field, long value, long min, long max) {
    if (value < min || value > max) {
      throw outOfRange(field, value, "must be %d..%d".formatted(min, max));
    }
    return value;
  }

  /// A number; NaN is in no range.
  public static double range(String field, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw outOfRange(field, value, "must be %s..%s".formatted(plain(min), plain(max)));
    }
    return value;
  }

  /// A number above zero.
  public static double positive(String field, double value, double max) {
    if (!(value > 0 && value <= max)) {
      throw outOfRange(field, value, "must be above 0 and at most %s".formatted(plain(max)));
    }
    return value;
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? "%.0f".formatted(value) : Double.toString(value);
  }

  private static RejectedException outOfRange(String field, Object value, String rule) {
    return Rejection.of(Reason.VALUE_OUT_OF_RANGE, field, value, rule).asException();
  }

  /// How many entries a list has.
  public static int count(String field, int count, int min, int max) {
    if (count < min || count > max) {
      throw Rejection.of(
              Reason.COUNT_OUT_OF_RANGE,
              field,
              count,
              "must have %d..%d entries".formatted(min, max))
          .asException();
    }
    return count;
  }

  /// The size of a page: above the maximum it is lowered, 0 is the default.
  ///
  /// @param asked an unsigned number
  public static int pageSize(int asked, int normal, int max) {
    return asked == 0 ? normal : (int) Math.min(Integer.toUnsignedLong(asked), max);
  }

  /// A time of the years 1 to 9999.
  public static Instant time(String field, Timestamp time) {
    range(field + ".nanos", time.getNanos(), 0, NANOS_MAX);
    range(field + ".seconds", time.getSeconds(), SECONDS_MIN, SECONDS_MAX);
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
