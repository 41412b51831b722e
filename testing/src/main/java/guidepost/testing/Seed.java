package guidepost.testing;

import java.util.Random;

/// The seed of a random test: printed, and given again with `-Dguidepost.seed=N`.
public final class Seed {

  private Seed() {}

  /// A generator with that seed.
  ///
  /// @param test the name to print it with
  public static Random random(String test) {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.printf("%s: -Dguidepost.seed=%d%n", test, seed);
    return new Random(seed);
  }

  /// A generator with that seed.
  public static Random random(Class<?> test) {
    return random(test.getSimpleName());
  }
}
