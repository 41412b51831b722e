package guidepost.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Against the vectors of the algorithm's authors: key 00 01 ... 0f, input 00 01 02 ....
final class FingerprintTest {

  private static final Fingerprint OF_THE_VECTORS =
      new Fingerprint(0x0706_0504_0302_0100L, 0x0f0e_0d0c_0b0a_0908L);

  private static byte[] input(int length) {
    byte[] input = new byte[length];
    for (int i = 0; i < length; i++) {
      input[i] = (byte) i;
    }
    return input;
  }

  @Test
  void shouldBeSipHash() {
    assertThat(OF_THE_VECTORS.of(input(0))).isEqualTo(0x726f_db47_dd0e_0e31L);
    assertThat(OF_THE_VECTORS.of(input(1))).isEqualTo(0x74f8_39c5_93dc_67fdL);
    assertThat(OF_THE_VECTORS.of(input(8))).isEqualTo(0x93f5_f579_9a93_2462L);
    assertThat(OF_THE_VECTORS.of(input(15))).isEqualTo(0xa129_ca61_49be_45e5L);
  }

  @Test
  void shouldTakeTheSaltAsTheFirstEightBytes() {
    byte[] rest = Arrays.copyOfRange(input(15), 8, 15);
    assertThat(OF_THE_VECTORS.of(0x0706_0504_0302_0100L, rest))
        .isEqualTo(OF_THE_VECTORS.of(input(15)));
  }

  @Test
  void shouldHaveAnotherKeyEachTime() {
    byte[] bytes = input(20);
    assertThat(Fingerprint.drawn().of(bytes)).isNotEqualTo(Fingerprint.drawn().of(bytes));
  }
}
