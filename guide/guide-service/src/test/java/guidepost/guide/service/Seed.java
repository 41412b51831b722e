package guidepost.guide.service;

import java.util.Random;

/// The seed of a random test: printed, and given again with `-Dguidepost.seed=N`.
final class Seed {

  private Seed() {}

  static Random random(String test) {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.printf("%s: -Dguidepost.seed=%d%n", test, seed);
    return new Random(seed);
  }
}
