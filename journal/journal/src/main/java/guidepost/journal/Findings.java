package guidepost.journal;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// What a check found wrong, in words: the first of it, and how much there is.
///
/// Threads: one at a time.
public final class Findings {

  /// Most findings that are kept in words: a damaged file is wrong in a million places.
  public static final int KEPT_MAX = 20;

  /// A line stays readable.
  private static final int KEY_BYTES_SHOWN = 64;

  private final List<String> first = new ArrayList<>();
  private long count;

  /// Notes one thing that is wrong.
  ///
  /// @param domain where
  /// @param what in words
  public void add(String domain, String what) {
    count++;
    if (first.size() < KEPT_MAX) {
      first.add(domain + ": " + what);
    }
  }

  /// How many things are wrong.
  public long count() {
    return count;
  }

  /// True if nothing is wrong.
  public boolean isEmpty() {
    return count == 0;
  }

  /// The first of them.
  public List<String> first() {
    return List.copyOf(first);
  }

  /// A key as findings name it: hexadecimal, its first 64 bytes.
  public static String key(byte[] key) {
    int shown = Math.min(key.length, KEY_BYTES_SHOWN);
    String rest = shown < key.length ? "..." : "";
    return "key " + HexFormat.of().formatHex(key, 0, shown) + rest;
  }
}
