package guidepost.routes.table;

import java.util.Map;
import java.util.Objects;

/// A field of a route or of a query breaks a rule. The message reads `mask "255.0.255.0": must be
/// contiguous`.
///
/// Threads: any; immutable.
public final class InvalidRouteException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /// A line stays readable.
  private static final int VALUE_LENGTH_MAX = 100;

  private final String rule;
  private final String field;
  private final String value;
  private final String reason;

  /// @param rule the rule, for programs: lower-case words with a dot, like `mask.noncontiguous`
  /// @param field the field's name, as its user knows it
  /// @param value what stood in it
  /// @param reason the rule, for people, with a hint where there is one
  public InvalidRouteException(String rule, String field, String value, String reason) {
    super("%s \"%s\": %s".formatted(field, shortened(value), reason));
    this.rule = rule;
    this.field = field;
    this.value = shortened(value);
    this.reason = reason;
  }

  /// The same where fields have other names.
  ///
  /// @param words the names there, by those here
  public InvalidRouteException inWords(Map<String, String> words) {
    int dot = rule.indexOf('.');
    String about = dot < 0 ? "" : rule.substring(0, dot);
    return new InvalidRouteException(
        words.getOrDefault(about, about) + rule.substring(about.length()),
        words.getOrDefault(field, field),
        value,
        reason);
  }

  /// At most 100 characters of a value, so that a message stays readable and small.
  public static String shortened(String value) {
    return value.length() <= VALUE_LENGTH_MAX ? value : value.substring(0, VALUE_LENGTH_MAX) + "…";
  }

  /// None: it tells of bad input, of which there may be much, and not of a place in the code.
  @Override
  public Throwable fillInStackTrace() {
    return this;
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }

  /// The rule, for programs.
  public String rule() {
    return rule;
  }

  /// The field's name.
  public String field() {
    return field;
  }

  /// What stood in it, at most 100 characters.
  public String value() {
    return value;
  }
}
