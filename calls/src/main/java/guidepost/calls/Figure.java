package guidepost.calls;

import java.util.LinkedHashMap;
import java.util.Map;

/// A number that a part of the server tells of itself, for those that watch over it. Immutable.
///
/// Figures of one name have one kind, one help text and labels of the same names.
///
/// @param name lower case words with underscores, the unit last: `watches`, `held_bytes`; without
///   the name of the program and without `_total`
/// @param kind what may become of it from one look to the next
/// @param help one sentence that says what it counts
/// @param labels tell figures of one name apart; few, since each combination is kept by whoever
///   collects them. A client's words must not choose how many there are.
/// @param value in the base unit: bytes, seconds, or a count
public record Figure(
    String name, Kind kind, String help, Map<String, String> labels, double value) {

  /// What may become of a figure.
  public enum Kind {
    /// It goes up and down.
    GAUGE,
    /// It only goes up while the process lives.
    COUNTER
  }

  public Figure {
    labels = Map.copyOf(labels);
  }

  /// One that goes up and down.
  public static Figure gauge(String name, String help, double value) {
    return new Figure(name, Kind.GAUGE, help, Map.of(), value);
  }

  /// One that only goes up.
  public static Figure counter(String name, String help, double value) {
    return new Figure(name, Kind.COUNTER, help, Map.of(), value);
  }

  /// A count that goes up and down.
  public static Figure gauge(String name, String help, long value) {
    return gauge(name, help, (double) value);
  }

  /// A count that only goes up.
  public static Figure counter(String name, String help, long value) {
    return counter(name, help, (double) value);
  }

  /// The same with one more label.
  public Figure with(String label, String text) {
    Map<String, String> more = new LinkedHashMap<>(labels);
    more.put(label, text);
    return new Figure(name, kind, help, more, value);
  }
}
