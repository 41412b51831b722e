package guidepost.web;

/// What `/metrics` answers.
@FunctionalInterface
public interface Scrape {

  /// A text, and what it is.
  record Text(String contentType, String text) {}

  /// The metrics of this moment.
  ///
  /// @param accept the formats that the reader takes, as an HTTP `Accept` header; empty for any
  Text text(String accept);
}
