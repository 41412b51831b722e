package guidepost.routes.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// What the set by hand saves beside the library's.
final class LongSetCostTest {

  private static final int NUMBERS = 1_000_000;
  private static final int ROUNDS = 7;

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  @EnabledIfSystemProperty(named = "guidepost.long", matches = "true")
  void shouldTakeATenthOfTheMemoryOfASetOfObjects() {
    double ours = Double.MAX_VALUE;
    double theirs = Double.MAX_VALUE;
    long ourBytes = 0;
    long theirBytes = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      long begun = System.nanoTime();
      LongSet set = new LongSet();
      for (long number = 1; number <= NUMBERS; number++) {
        set.add(number * 7);
      }
      int found = 0;
      for (long number = 1; number <= NUMBERS; number++) {
        found += set.contains(number) ? 1 : 0;
      }
      ours = Math.min(ours, (System.nanoTime() - begun) / (2.0 * NUMBERS));
      ourBytes = (THREADS.getCurrentThreadAllocatedBytes() - before) / NUMBERS;
      before = THREADS.getCurrentThreadAllocatedBytes();
      begun = System.nanoTime();
      Set<Long> objects = new HashSet<>();
      for (long number = 1; number <= NUMBERS; number++) {
        objects.add(number * 7);
      }
      int same = 0;
      for (long number = 1; number <= NUMBERS; number++) {
        same += objects.contains(number) ? 1 : 0;
      }
      theirs = Math.min(theirs, (System.nanoTime() - begun) / (2.0 * NUMBERS));
      theirBytes = (THREADS.getCurrentThreadAllocatedBytes() - before) / NUMBERS;
      assertThat(found).isEqualTo(same);
    }
    System.out.printf(
        "%,d numbers: LongSet %.0f ns, %d bytes allocated a number; HashSet<Long> %.0f ns, %d%n",
        NUMBERS, ours, ourBytes, theirs, theirBytes);
    assertThat(ourBytes).isLessThan(theirBytes);
  }
}
