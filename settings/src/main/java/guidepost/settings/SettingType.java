package guidepost.settings;

import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// How the value of a setting is written, and which values it may have. Immutable.
///
/// A value is read from texts: one for a plain type, any number for a list or a map.
///
/// @param <T> the type of the value
public final class SettingType<T> {

  /// How many texts make a value, and how YAML writes it.
  enum Shape {
    /// One text.
    PLAIN,
    /// Texts: a YAML sequence, words with commas in the environment, a flag that is repeated.
    LIST,
    /// Texts `NAME=VALUE`: a YAML mapping, and as a list elsewhere.
    MAP
  }

  private static final String UNREADABLE_PATH =
      "the name of a file in the characters of this locale; set LC_ALL to one that has them, such"
          + " as C.UTF-8";

  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,18})\\s*([A-Za-z]*)");

  private static final SequencedMap<String, Long> BYTES = new LinkedHashMap<>();
  private static final SequencedMap<String, Long> MILLIS = new LinkedHashMap<>();

  static {
    BYTES.put("GiB", 1L << 30);
    BYTES.put("MiB", 1L << 20);
    BYTES.put("KiB", 1L << 10);
    BYTES.put("B", 1L);
    MILLIS.put("d", 86_400_000L);
    MILLIS.put("h", 3_600_000L);
    MILLIS.put("m", 60_000L);
    MILLIS.put("s", 1_000L);
    MILLIS.put("ms", 1L);
  }

  private final Shape shape;
  private final String label;
  private final String rule;
  private final Function<List<String>, T> reading;
  private final Function<T, String> writing;

  private SettingType(
      Shape shape,
      String label,
      String rule,
      Function<List<String>, T> reading,
      Function<T, String> writing) {
    this.shape = shape;
    this.label = label;
    this.rule = rule;
    this.reading = reading;
    this.writing = writing;
  }

  private static <T> SettingType<T> plain(
      String label, String rule, Function<String, T> reading, Function<T, String> writing) {
    return new SettingType<>(
        Shape.PLAIN, label, rule, texts -> reading.apply(only(texts, rule)), writing);
  }

  private static String only(List<String> texts, String rule) {
    if (texts.size() != 1) {
      throw new InvalidValueException(String.join(", ", texts), rule + ", given once");
    }
    return texts.getFirst();
  }

  /// A whole number.
  public static SettingType<Integer> count(int min, int max) {
    String rule = max == Integer.MAX_VALUE ? "at least " + min : min + ".." + max;
    return plain(
        "N", rule, text -> (int) ranged(text, wholeNumber(text), min, max, rule), String::valueOf);
  }

  /// A whole number that may be large.
  public static SettingType<Long> largeCount(long min) {
    String rule = "at least " + min;
    return plain(
        "N",
        rule,
        text -> ranged(text, wholeNumber(text), min, Long.MAX_VALUE, rule),
        String::valueOf);
  }

  /// An amount of bytes: a number, or one with the unit KiB, MiB or GiB.
  public static SettingType<Long> bytes(long min, long max) {
    String rule =
        max == Long.MAX_VALUE
            ? "at least %s, such as 64MiB".formatted(amount(min, BYTES, "B"))
            : "%s..%s".formatted(amount(min, BYTES, "B"), amount(max, BYTES, "B"));
    return plain(
        "BYTES",
        rule,
        text -> ranged(text, amount(text, BYTES, "B", rule), min, max, rule),
        bytes -> amount(bytes, BYTES, "B"));
  }

  /// A time: a number with the unit ms, s, m, h or d; 0 needs none.
  public static SettingType<Duration> duration(Duration min, Duration max) {
    String rule = "%s..%s".formatted(text(min), text(max));
    return plain(
        "TIME",
        rule,
        text ->
            Duration.ofMillis(
                ranged(text, amount(text, MILLIS, "", rule), min.toMillis(), max.toMillis(), rule)),
        SettingType::text);
  }

  private static String text(Duration time) {
    return amount(time.toMillis(), MILLIS, "ms");
  }

  /// A number with a fraction.
  public static SettingType<Double> number(double min, double max) {
    String rule = "%s..%s".formatted(plainText(min), plainText(max));
    return plain(
        "NUMBER",
        rule,
        text -> {
          double value = decimal(text, rule);
          if (!(value >= min && value <= max)) {
            throw new InvalidValueException(text, rule);
          }
          return value;
        },
        SettingType::plainText);
  }

  private static double decimal(String text, String rule) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new InvalidValueException(text, rule);
    }
  }

  private static String plainText(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }

  /// True or false.
  public static SettingType<Boolean> toggle() {
    String rule = "true or false";
    return plain(
        "true|false",
        rule,
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new InvalidValueException(text, rule);
            },
        String::valueOf);
  }

  /// One of some words: the names of an enumeration in lower case.
  public static <E extends Enum<E>> SettingType<E> choice(Class<E> type) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E value : type.getEnumConstants()) {
      words.put(word(value), value);
    }
    String rule = "one of " + String.join(", ", words.keySet());
    return plain(
        String.join("|", words.keySet()),
        rule,
        text -> {
          E value = words.get(text);
          if (value == null) {
            throw new InvalidValueException(text, rule + Spelling.hint(text, words.keySet()));
          }
          return value;
        },
        SettingType::word);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Any text but an empty one.
  ///
  /// @param label what the help calls it, such as HOST
  public static SettingType<String> text(String label) {
    return text(label, "not empty", text -> text, text -> text);
  }

  /// A text with a syntax of its own.
  ///
  /// @param label what the help calls it, such as HOST:PORT
  /// @param rule completes "must be"
  /// @param reading throws [IllegalArgumentException] if the text is not one
  public static <T> SettingType<T> text(
      String label, String rule, Function<String, T> reading, Function<T, String> writing) {
    return plain(
        label,
        rule,
        text -> {
          if (text.isEmpty()) {
            throw new InvalidValueException(text, rule);
          }
          try {
            return reading.apply(text);
          } catch (InvalidValueException e) {
            throw e;
          } catch (IllegalArgumentException e) {
            throw new InvalidValueException(text, rule);
          }
        },
        writing);
  }

  /// A file or directory.
  ///
  /// @param label FILE or DIR
  public static SettingType<Path> path(String label) {
    return text(
        label,
        "the path of a file or directory",
        text -> {
          try {
            return Path.of(text);
          } catch (InvalidPathException e) {
            throw new InvalidValueException(text, UNREADABLE_PATH);
          }
        },
        Path::toString);
  }

  /// Any number of values.
  public static <E> SettingType<List<E>> list(SettingType<E> element) {
    return new SettingType<>(
        Shape.LIST,
        element.label,
        element.rule,
        texts -> texts.stream().map(text -> element.reading.apply(List.of(text))).toList(),
        values -> values.stream().map(element.writing).collect(Collectors.joining(", ")));
  }

  /// Values by name, in the order given.
  public static <E> SettingType<Map<String, E>> map(SettingType<E> element) {
    String rule = "NAME=" + element.label + ", the value " + element.rule;
    return new SettingType<>(
        Shape.MAP,
        "NAME=" + element.label,
        rule,
        texts -> entries(texts, element, rule),
        values ->
            values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + element.writing.apply(entry.getValue()))
                .collect(Collectors.joining(", ")));
  }

  private static <E> Map<String, E> entries(
      List<String> texts, SettingType<E> element, String rule) {
    Map<String, E> values = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw new InvalidValueException(text, rule);
      }
      String name = text.substring(0, equals);
      if (values.containsKey(name)) {
        throw new InvalidValueException(text, "the only value of " + name);
      }
      try {
        values.put(name, element.reading.apply(List.of(text.substring(equals + 1).strip())));
      } catch (InvalidValueException e) {
        throw new InvalidValueException(text, rule);
      }
    }
    return values;
  }

  private static BigInteger wholeNumber(String text) {
    return text.matches("-?\\d{1,30}") ? new BigInteger(text) : BigInteger.valueOf(Long.MIN_VALUE);
  }

  private static long ranged(String text, BigInteger value, long min, long max, String rule) {
    if (value.compareTo(BigInteger.valueOf(min)) < 0
        || value.compareTo(BigInteger.valueOf(max)) > 0) {
      throw new InvalidValueException(text, rule);
    }
    return value.longValueExact();
  }

  private static BigInteger amount(
      String text, Map<String, Long> units, String unitless, String rule) {
    Matcher matcher = AMOUNT.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidValueException(text, rule);
    }
    BigInteger number = new BigInteger(matcher.group(1));
    String unit = matcher.group(2).isEmpty() ? unitless : matcher.group(2);
    if (unit.isEmpty() && number.signum() == 0) {
      return number;
    }
    Long each = units.get(unit);
    if (each == null) {
      throw new InvalidValueException(
          text, "%s, with a unit: %s".formatted(rule, String.join(", ", units.keySet())));
    }
    return number.multiply(BigInteger.valueOf(each));
  }

  /// In the largest unit that is exact.
  private static String amount(long value, SequencedMap<String, Long> units, String smallest) {
    if (value == 0) {
      return "0" + (smallest.equals("B") ? "" : "s");
    }
    return units.entrySet().stream()
        .filter(unit -> value % unit.getValue() == 0)
        .findFirst()
        .map(unit -> value / unit.getValue() + (unit.getKey().equals("B") ? "" : unit.getKey()))
        .orElseThrow();
  }

  Shape shape() {
    return shape;
  }

  /// What the help calls a value, such as BYTES.
  public String label() {
    return label;
  }

  /// What a value must be: completes "must be".
  public String rule() {
    return rule;
  }

  /// Whether the value is made of several texts.
  public boolean isRepeatable() {
    return shape != Shape.PLAIN;
  }

  /// @throws InvalidValueException if they break the rule
  T read(List<String> texts) {
    return reading.apply(texts);
  }

  /// Of one text, whose parts a comma separates if it takes several.
  List<String> parts(String text) {
    return shape == Shape.PLAIN
        ? List.of(text.strip())
        : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
  }

  /// As it is written.
  String write(T value) {
    return writing.apply(value);
  }

  /// A value that breaks its rule.
  static final class InvalidValueException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    InvalidValueException(String text, String rule) {
      super("\"%s\": must be %s".formatted(text, rule));
    }
  }
}
