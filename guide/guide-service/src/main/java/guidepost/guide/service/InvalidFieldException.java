package guidepost.guide.service;

/// A field of a request breaks a rule. The message names field, rule and value.
final class InvalidFieldException extends Exception {

  private static final long serialVersionUID = 1;

  private final String rule;

  /// @param rule for programs: field and what is wrong with it
  /// @param text for people
  InvalidFieldException(String rule, String text) {
    super(text);
    this.rule = rule;
  }

  String rule() {
    return rule;
  }

  /// The text; never null, unlike what [#getMessage] promises.
  String text() {
    return String.valueOf(getMessage());
  }
}
