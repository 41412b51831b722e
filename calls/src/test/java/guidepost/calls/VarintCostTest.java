package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// What the varints by hand cost beside the library's, which writes through an object per array.
final class VarintCostTest {

  private static final int NUMBERS = 4_096;
  private static final int TIMES = 2_000;
  private static final int ROUNDS = 7;

  @Test
  @EnabledIfSystemProperty(named = "guidepost.long", matches = "true")
  void shouldWriteTheSameBytesAsTheLibrary() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    long[] numbers = new long[NUMBERS];
    for (int i = 0; i < NUMBERS; i++) {
      numbers[i] = random.nextLong() >>> random.nextInt(64);
    }
    byte[] ours = new byte[NUMBERS * Varint.BYTES_MAX];
    byte[] theirs = new byte[NUMBERS * Varint.BYTES_MAX];
    double best = Double.MAX_VALUE;
    double library = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long begun = System.nanoTime();
      for (int time = 0; time < TIMES; time++) {
        int at = 0;
        for (long number : numbers) {
          at = Varint.write(number, ours, at);
        }
      }
      best = Math.min(best, (System.nanoTime() - begun) / (double) (NUMBERS * TIMES));
      begun = System.nanoTime();
      for (int time = 0; time < TIMES; time++) {
        int at = 0;
        for (long number : numbers) {
          CodedOutputStream out = CodedOutputStream.newInstance(theirs, at, Varint.BYTES_MAX);
          out.writeUInt64NoTag(number);
          at += out.getTotalBytesWritten();
        }
      }
      library = Math.min(library, (System.nanoTime() - begun) / (double) (NUMBERS * TIMES));
    }
    System.out.printf("a varint: %.1f ns by hand, %.1f ns by CodedOutputStream%n", best, library);
    assertThat(ours).isEqualTo(theirs);
  }
}
