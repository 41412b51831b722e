package guidepost.calls;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A set of names, of some kind of thing, as a grant lists them: `default`, and `bgp.*` for all
/// that begin so. `*` alone is all names.
///
/// Cost: a hash, and a comparison for each entry with a `*`. Threads: any; immutable.
public final class Names {

  /// No name.
  public static final Names NONE = of(List.of());

  /// Every name.
  public static final Names ALL = of(List.of("*"));

  private final Set<String> exact;
  private final List<String> prefixes;

  private Names(Set<String> exact, List<String> prefixes) {
    this.exact = Set.copyOf(exact);
    this.prefixes = List.copyOf(prefixes);
  }

  /// The names of a list.
  ///
  /// @throws IllegalArgumentException if one is empty, or has a `*` that is not its last character
  public static Names of(List<String> listed) {
    Set<String> exact = new HashSet<>();
    List<String> prefixes = new ArrayList<>();
    for (String each : listed) {
      int star = each.indexOf('*');
      if (each.isEmpty() || (star >= 0 && star < each.length() - 1)) {
        throw new IllegalArgumentException(
            "\"%s\": must be a name, and may end with *".formatted(each));
      }
      if (star < 0) {
        exact.add(each);
      } else {
        prefixes.add(each.substring(0, star));
      }
    }
    return new Names(exact, prefixes);
  }

  /// As they were listed, in order.
  public List<String> listed() {
    return Stream.concat(exact.stream(), prefixes.stream().map(prefix -> prefix + "*"))
        .sorted()
        .toList();
  }

  /// True if the name is one of them.
  public boolean contains(String name) {
    if (exact.contains(name)) {
      return true;
    }
    for (String prefix : prefixes) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /// True if every name is one of them.
  public boolean isAll() {
    return prefixes.contains("");
  }

  /// True if there is none.
  public boolean isEmpty() {
    return exact.isEmpty() && prefixes.isEmpty();
  }

  /// True if both were listed alike.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Names names
        && exact.equals(names.exact)
        && prefixes.equals(names.prefixes);
  }

  @Override
  public int hashCode() {
    return exact.hashCode() * 31 + prefixes.hashCode();
  }
}
