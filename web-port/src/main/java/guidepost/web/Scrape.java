package guidepost.web;

/// What `/metrics` answers.
@FunctionalInterface
public interface Scrape {

  /// The metrics as text, in the format of Prometheus.
  String text();
}
