package guidepost.guide.feeds;

import guidepost.feeds.Shortened;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Counts what a file says and nobody keeps, by its name in the file: what has no place here, and
/// values that are not what they must be, without which their rows are taken.
///
/// Threads: one.
public final class LeftOut {

  /// Names that are told apart; a file may have any number.
  private static final int NAMES_MAX = 50;

  private static final String OTHERS = "others";

  private final Map<String, Long> counts = new TreeMap<>();
  private @Nullable String firstFault;

  /// One more of this name.
  void count(String name) {
    count(name, 1);
  }

  void count(String name, long more) {
    String shown = Shortened.of(name);
    boolean told = counts.containsKey(shown) || counts.size() < NAMES_MAX;
    counts.merge(told ? shown : OTHERS, more, Long::sum);
  }

  /// A value that is not what it must be.
  ///
  /// @param row `point 7`, or the like
  void fault(String row, String name, InvalidRowException why) {
    count(name);
    firstFault = firstFault == null ? row + ": " + why.reason() : firstFault;
  }

  /// How many of each name, in the order of the names.
  public Map<String, Long> counts() {
    return Collections.unmodifiableMap(counts);
  }

  /// The first value that is not what it must be: row, field, value and rule. Empty if all are.
  public Optional<String> firstFault() {
    return Optional.ofNullable(firstFault);
  }
}
