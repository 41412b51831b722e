package guidepost.guide.feeds;

import guidepost.feeds.Shortened;

/// A row cannot be taken; the message names field, value and rule.
final class InvalidRowException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String reason;

  InvalidRowException(String field, String value, String rule) {
    this("%s \"%s\": %s".formatted(Shortened.of(field), Shortened.of(value), rule));
  }

  InvalidRowException(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
