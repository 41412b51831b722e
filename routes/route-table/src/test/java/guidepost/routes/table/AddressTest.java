package guidepost.routes.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.testing.Seed;
import inet.ipaddr.IPAddressString;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressTest {

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "192.0.2.1, 192.0.2.1",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "2001:DB8::1, 2001:db8::1",
    "2001:0db8:0000:0000:0000:0000:0000:0001, 2001:db8::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "::ffff:192.0.2.1, ::ffff:192.0.2.1",
    "::FFFF:c000:0201, ::ffff:192.0.2.1",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "1:2:3:4:5:6:192.0.2.33, 1:2:3:4:5:6:c000:221",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  })
  void shouldReadAnAddressAndWriteItCanonically(String text, String canonical) {
    assertThat(Address.parse(text)).hasToString(canonical);
    assertThat(Address.parse(canonical)).isEqualTo(Address.parse(text));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "'', address.syntax",
        "1.2.3, address.syntax",
        "1.2.3.4.5, address.syntax",
        "1.2.3.256, address.octet",
        "1.2.3.1000, address.octet",
        "01.2.3.4, address.leading_zero",
        "1.2.3.00, address.leading_zero",
        "1.2.3.-4, address.syntax",
        "'1.2.3.4 ', address.syntax",
        "1..3.4, address.syntax",
        "0x7f.0.0.1, address.syntax",
        "localhost, address.syntax",
        "1.2.3.٤, address.syntax",
        ":, address.syntax",
        ":::, address.syntax",
        "1:2:3:4:5:6:7, address.syntax",
        "1:2:3:4:5:6:7:8:9, address.syntax",
        "1::2::3, address.syntax",
        "1:2:3:4:5:6:7:8::, address.syntax",
        "12345::, address.syntax",
        "g::1, address.syntax",
        "::1.2.3, address.syntax",
        "::1.2.3.256, address.octet",
        "1.2.3.4::, address.syntax",
        "::1.2.3.4:5, address.syntax",
        "1:2:3:4:5:6:7:1.2.3.4, address.syntax",
        "fe80::1%eth0, address.zone",
      })
  void shouldRefuseWhatIsNoAddress(String text, String rule) {
    assertThatExceptionOfType(InvalidRouteException.class)
        .isThrownBy(() -> Address.parse(text))
        .satisfies(e -> assertThat(Objects.requireNonNull(e).rule()).isEqualTo(rule))
        .withMessageStartingWith("address \"" + text + "\": ");
  }

  @Test
  void shouldAgreeWithAnotherLibraryOnRandomAddresses() {
    Random random = Seed.random(AddressTest.class);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
      for (int b = 0; b < bytes.length; b++) {
        bytes[b] = random.nextInt(3) == 0 ? (byte) random.nextInt() : 0;
      }
      Address address = Address.ofBytes(bytes);
      String theirs = new IPAddressString(address.toString()).getAddress().toCanonicalString();
      assertThat(address.toBytes()).isEqualTo(bytes);
      assertThat(Address.parse(address.toString())).isEqualTo(address);
      assertThat(Address.parse(theirs)).isEqualTo(address);
      if (!address.isIpv4Mapped()) {
        assertThat(address).hasToString(theirs);
      }
    }
  }

  @Test
  void shouldOrderByFamilyAndThenUnsignedByValue() {
    assertThat(Address.parse("255.0.0.0")).isLessThan(Address.parse("::"));
    assertThat(Address.parse("1.0.0.0")).isLessThan(Address.parse("200.0.0.0"));
    assertThat(Address.parse("1::")).isLessThan(Address.parse("ffff::"));
    assertThat(Address.parse("::1")).isLessThan(Address.parse("::ffff:0:0:0:0"));
  }
}
