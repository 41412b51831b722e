package guidepost.journal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.journal.JournalException;
import guidepost.testing.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is wrong with the settings of Kafka's clients is said before anything is waited for.
final class ClientSettingsTest {

  /// A broker that answers each client with some bytes.
  private static ServerSocket answering(int... bytes) throws IOException {
    ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(
            () -> {
              while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                  var _ = client.getInputStream().readNBytes(14);
                  for (int each : bytes) {
                    client.getOutputStream().write(each);
                  }
                } catch (IOException e) {
                  return;
                }
              }
            });
    return server;
  }

  private static KafkaLink link(ServerSocket broker, Map<String, String> settings) {
    return new KafkaLink(
        KafkaOptions.parse(
                "kafka://127.0.0.1:%d/p".formatted(broker.getLocalPort()), Path.of("nowhere"))
            .withConfig(settings, "--kafka-config \"k.properties\""));
  }

  @ParameterizedTest
  @CsvSource({"PLAINTEXT", "SASL_PLAINTEXT"})
  void shouldNameTheProtocolWhereABrokerSpeaksTls(String protocol) throws Exception {
    try (ServerSocket broker = answering(21, 3, 3, 0, 2, 2, 40)) {
      KafkaLink link =
          link(
              broker,
              Map.of(
                  "security.protocol",
                  protocol,
                  "sasl.jaas.config",
                  "org.apache.kafka.common.security.plain.PlainLoginModule required;",
                  "sasl.mechanism",
                  "PLAIN"));
      assertThatThrownBy(link::topic)
          .isInstanceOf(JournalException.class)
          .hasMessageContainingAll(
              "speaks TLS; security.protocol must be SSL or SASL_SSL",
              "and is \"%s\" in --kafka-config \"k.properties\"".formatted(protocol));
    }
  }

  /// Who looks at a log from outside does not wait, and is told what a server that waits says.
  @Test
  void shouldSayWhatToLookAtWhereNoBrokerAnswers() throws Exception {
    KafkaOptions options =
        KafkaOptions.parse("kafka://127.0.0.1:%d/p".formatted(FreePorts.next()), Path.of("nowhere"))
            .waiting(Duration.ofMillis(100), Duration.ofDays(1));
    assertThatThrownBy(() -> LogInspection.of(options))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining(
            "none answers; do they run, are these their addresses, and is security.protocol");
  }

  @Test
  void shouldTakeNoOtherAnswerForOneOfTls() throws Exception {
    try (ServerSocket broker = answering(0, 0, 0, 6)) {
      String address = "127.0.0.1:" + broker.getLocalPort();
      // It asks for two seconds, in which a busy machine may not answer.
      int first =
          Awaitility.await()
              .until(() -> PlaintextProbe.firstByte(address), OptionalInt::isPresent)
              .getAsInt();
      assertThat(first).isZero();
      assertThat(PlaintextProbe.isOfTls(first)).isFalse();
    }
    try (ServerSocket broker = answering()) {
      assertThat(PlaintextProbe.firstByte("127.0.0.1:" + broker.getLocalPort())).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "compression.type,brotli",
    "fetch.min.bytes,many",
    "security.protocol,TLS",
    "request.timeout.ms,-3"
  })
  void shouldNameWhatNoClientTakes(String setting, String value) throws Exception {
    try (ServerSocket broker = answering(0)) {
      KafkaLink link = link(broker, Map.of(setting, value));
      assertThatThrownBy(link::topic)
          .isInstanceOf(JournalException.class)
          .hasMessageContainingAll(
              setting, value, "see the settings of Kafka's clients in --kafka-config");
    }
  }
}
