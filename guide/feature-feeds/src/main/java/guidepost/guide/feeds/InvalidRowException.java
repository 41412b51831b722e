package guidepost.guide.feeds;

/// A row cannot be taken; the message names field, value and rule.
final class InvalidRowException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String reason;

  InvalidRowException(String field, String value, String rule) {
    this("%s \"%s\": %s".formatted(field, shortened(value), rule));
  }

  InvalidRowException(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  private static String shortened(String value) {
    return value.length() <= 100 ? value : value.substring(0, 100) + "…";
  }

  String reason() {
    return reason;
  }
}
