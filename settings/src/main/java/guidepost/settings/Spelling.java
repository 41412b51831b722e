package guidepost.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Which known word a mistyped one was meant to be.
public final class Spelling {

  /// A quarter of the letters may be wrong: more, and the guess is noise.
  private static final int LETTERS_PER_MISTAKE = 4;

  private Spelling() {}

  /// A hint for an error: `; did you mean WORD?`, or nothing if no word is near.
  public static String hint(String word, Collection<String> known) {
    return nearest(word, known).map("; did you mean %s?"::formatted).orElse("");
  }

  static Optional<String> nearest(String word, Collection<String> known) {
    return known.stream()
        .filter(other -> distance(word, other) <= Math.max(1, other.length() / LETTERS_PER_MISTAKE))
        .min(Comparator.comparingInt(other -> distance(word, other)));
  }

  /// How many letters must be added, removed, replaced or swapped with their neighbour.
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(int[][] cost, String a, String b, int i, int j) {
    int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int least = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
  }
}
