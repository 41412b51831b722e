package guidepost.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// What the table by hand saves beside the library's.
final class KeyStatesCostTest {

  private static final int KEYS = 1_000_000;
  private static final int ROUNDS = 7;

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  @EnabledIfSystemProperty(named = "guidepost.long", matches = "true")
  void shouldTakeLessMemoryThanAMapOfObjects() {
    long[] keys = new SplittableRandom(1).longs(KEYS).toArray();
    double ours = Double.MAX_VALUE;
    double theirs = Double.MAX_VALUE;
    long ourBytes = 0;
    long theirBytes = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      long begun = System.nanoTime();
      KeyStates states = new KeyStates();
      for (long key : keys) {
        states.put(key, key | 4);
      }
      long sum = 0;
      for (long key : keys) {
        sum += states.get(key);
      }
      ours = Math.min(ours, (System.nanoTime() - begun) / (2.0 * KEYS));
      ourBytes = (THREADS.getCurrentThreadAllocatedBytes() - before) / KEYS;
      before = THREADS.getCurrentThreadAllocatedBytes();
      begun = System.nanoTime();
      Map<Long, Long> objects = new HashMap<>();
      for (long key : keys) {
        objects.put(key, key | 4);
      }
      long same = 0;
      for (long key : keys) {
        same += objects.getOrDefault(key, 0L);
      }
      theirs = Math.min(theirs, (System.nanoTime() - begun) / (2.0 * KEYS));
      theirBytes = (THREADS.getCurrentThreadAllocatedBytes() - before) / KEYS;
      assertThat(sum).isEqualTo(same);
    }
    System.out.printf(
        "%,d keys: KeyStates %.0f ns, %d bytes allocated a key; HashMap<Long, Long> %.0f ns, %d%n",
        KEYS, ours, ourBytes, theirs, theirBytes);
    assertThat(ourBytes).isLessThan(theirBytes);
  }
}
