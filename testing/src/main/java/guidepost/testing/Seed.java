package guidepost.testing;

import java.util.Random;

/// The seed of a random test: printed, and given again with `-Dguidepost.seed=N`.
public final class Seed {

  private Seed() {}

  /// A generator with that seed.
  ///
  /// @param test the name to print it with
  public static Random random(String test) {
    return printed(test, Long.getLong("guidepost.seed", System.nanoTime()));
  }

  /// A generator for what holds of nearly all seeds: of noise, no bound holds of every one. So each
  /// run has the same, unless it is told another.
  ///
  /// @param test the name to print it with
  public static Random usual(String test) {
    return printed(test, Long.getLong("guidepost.seed", 1));
  }

  private static Random printed(String test, long seed) {
    System.out.printf("%s: -Dguidepost.seed=%d%n", test, seed);
    return new Random(seed);
  }

  /// A generator with that seed.
  public static Random random(Class<?> test) {
    return random(test.getSimpleName());
  }
}
