package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// With the parser's own faults: a parser with other texts is noticed here.
final class WireFaultTest {

  private static String words(byte[] bytes) {
    try {
      return fail("was read: " + Struct.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      return WireFault.words(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0a05 | ends in the middle of a field",
        "0a | ends in the middle of a field",
        "0affffffffff01 | a field must not have a negative length",
        "0affffffffffffffffffffff01 | a number must have at most 10 bytes",
        "00 | a field must have a number from 1",
        "14 | a group must end where it began",
        "1f | a field must have a wire type",
        "0a030a01ff | its texts must be UTF-8",
      })
  void shouldSayInItsOwnWordsWhatRuleTheBytesBreak(String hex, String words) {
    assertThat(words(HexFormat.of().parseHex(hex))).startsWith(words);
  }

  @Test
  void shouldSayHowDeepAMessageMayBe() {
    byte[] groups = new byte[1_000];
    Arrays.fill(groups, (byte) 0x13);
    assertThat(words(groups)).isEqualTo("must have at most 100 messages within each other");
  }

  @Test
  void shouldHaveARuleForAFaultThatItDoesNotKnow() {
    assertThat(WireFault.words(new InvalidProtocolBufferException("call setMagic()!")))
        .isEqualTo("its bytes must be fields of protobuf");
  }
}
