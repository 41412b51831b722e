package guidepost.cli.certs;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DerTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0400",
    "127, 047f",
    "128, 048180",
    "255, 0481ff",
    "256, 04820100",
    "65535, 0482ffff",
    "65536, 0483010000",
  })
  void shouldSayALengthInAsFewBytesAsWillDo(int length, String head) {
    assertThat(hex(Der.octets(new byte[length])))
        .startsWith(head)
        .hasSize(head.length() + 2 * length);
  }

  @ParameterizedTest
  @CsvSource({
    "2.5.29.17, 0603551d11",
    "1.2.840.10045.4.3.2, 06082a8648ce3d040302",
    "1.3.6.1.5.5.7.3.1, 06082b06010505070301",
    "1.2.128.16384, 06062a8100818000",
  })
  void shouldWriteAnOidInGroupsOfSevenBits(String oid, String hex) {
    assertThat(hex(Der.oid(oid))).isEqualTo(hex);
  }

  @ParameterizedTest
  @CsvSource({
    "2049-12-31T23:59:59Z, 170d3439313233313233353935395a",
    "2050-01-01T00:00:00Z, 180f32303530303130313030303030305a",
  })
  void shouldWriteTheYearInFourDigitsFrom2050On(Instant time, String hex) {
    assertThat(hex(Der.time(time))).isEqualTo(hex);
  }

  @Test
  void shouldWriteNumbersAndBits() {
    assertThat(hex(Der.integer(BigInteger.valueOf(128)))).isEqualTo("02020080");
    assertThat(hex(Der.bits(0x80))).isEqualTo("03020780");
    assertThat(hex(Der.bits(0x06))).isEqualTo("03020106");
    assertThat(hex(Der.within(3, Der.sequence(Der.truth())))).isEqualTo("a30530030101ff");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
