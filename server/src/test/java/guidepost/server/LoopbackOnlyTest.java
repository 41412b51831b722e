package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LoopbackOnlyTest {

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"})
  void shouldLetThisMachinePass(String address) {
    assertThat(LoopbackOnly.isLoopback(new InetSocketAddress(address, 1))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "0.0.0.0", "::", "fe80::1", "::ffff:192.0.2.1"})
  void shouldLetNoOtherPass(String address) {
    assertThat(LoopbackOnly.isLoopback(new InetSocketAddress(address, 1))).isFalse();
  }
}
