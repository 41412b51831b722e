package guidepost.journal;

import java.util.Arrays;

/// What keys hold, by their [Fingerprint]s: 16 bytes a slot, and two to four slots a key.
///
/// ```
///   names   |  0 | k1 |  0 | k2 | k3 | ...     0: a free slot; a key lies in the first free one
///   states  |    | s1 |    | s2 | s3 | ...        from its low bits on
/// ```
///
/// By hand beside `HashMap<Long, Long>`: 65 ns and 67 bytes allocated a key against 409 ns and 120
/// (KeyStatesCostTest), of millions of keys in a check; a library of primitive maps would be as
/// fast, and is no part of this program otherwise.
///
/// Threads: one.
final class KeyStates {

  /// No change of the key is known.
  static final long UNKNOWN = 0;

  /// The key holds nothing.
  static final long ABSENT = 1;

  /// What the key holds has been found.
  static final long FOUND = 2;

  /// 16 KiB before the first growth.
  private static final int SLOTS_MIN = 1 << 10;

  private long[] names = new long[SLOTS_MIN];
  private long[] states = new long[SLOTS_MIN];
  private int size;

  /// The state of a key that holds a value.
  static long holding(Fingerprint fingerprint, long revision, byte[] value) {
    long state = fingerprint.of(revision, value);
    return state >= 0 && state <= FOUND ? state + FOUND + 1 : state;
  }

  long get(long key) {
    return states[slot(names, name(key))];
  }

  /// Gives a key another state.
  ///
  /// @return the one before
  long put(long key, long state) {
    long name = name(key);
    int slot = slot(names, name);
    long before = states[slot];
    names[slot] = name;
    states[slot] = state;
    if (before == UNKNOWN && ++size > names.length / 2) {
      grow();
    }
    return before;
  }

  /// True if some key holds a value that was not found.
  boolean hasMissing() {
    return Arrays.stream(states).anyMatch(state -> state < UNKNOWN || state > FOUND);
  }

  private void grow() {
    long[] widerNames = new long[2 * names.length];
    long[] widerStates = new long[2 * names.length];
    for (int i = 0; i < names.length; i++) {
      if (names[i] != 0) {
        int slot = slot(widerNames, names[i]);
        widerNames[slot] = names[i];
        widerStates[slot] = states[i];
      }
    }
    names = widerNames;
    states = widerStates;
  }

  private static long name(long key) {
    return key == 0 ? 1 : key;
  }

  private static int slot(long[] names, long name) {
    int slot = (int) name & names.length - 1;
    while (names[slot] != 0 && names[slot] != name) {
      slot = slot + 1 & names.length - 1;
    }
    return slot;
  }
}
