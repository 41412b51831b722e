package guidepost.routes.table;

import java.util.Random;

/// Randomness that can be repeated: prints its seed; `-Dguidepost.seed=N` gives it again.
final class Seed {

  private Seed() {}

  static Random random(Class<?> test) {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println(test.getSimpleName() + " seed " + seed);
    return new Random(seed);
  }
}
