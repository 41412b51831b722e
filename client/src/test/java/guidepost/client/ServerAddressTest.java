package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerAddressTest {

  @ParameterizedTest
  @CsvSource({
    "localhost,        localhost:50051",
    "localhost:8980,   localhost:8980",
    "192.0.2.1:1,      192.0.2.1:1",
    "[::1],            [::1]:50051",
    "[2001:db8::1]:65535, [2001:db8::1]:65535",
  })
  void hostAndPortAreRead(String text, String address) {
    assertThat(ServerAddress.parse(text)).hasToString(address);
    assertThat(ServerAddress.parse(address)).isEqualTo(ServerAddress.parse(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''       | server \"\": must be HOST, HOST:PORT or [IPV6]:PORT",
        ":1       | server \"\": must be HOST, HOST:PORT or [IPV6]:PORT",
        "h:       | server \"h:\": the port must be a number 1..65535",
        "h:http   | server \"h:http\": the port must be a number 1..65535",
        "h:0      | server port 0: must be 1..65535",
        "h:65536  | server port 65536: must be 1..65535",
        "::1      | server \"::1\": an IPv6 address must be in brackets, like [::1]:50051",
        "[::1     | server \"[::1\": must be HOST, HOST:PORT or [IPV6]:PORT",
        "[::1]x   | server \"[::1]x\": must be HOST, HOST:PORT or [IPV6]:PORT",
      })
  void badAddressIsNamedWithTheRule(String text, String message) {
    assertThatThrownBy(() -> ServerAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
