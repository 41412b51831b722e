package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A program that is done must not wait for the threads of its client.
final class ClientLoopTest {

  private static List<Thread> loops() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("guidepost-client"))
        .toList();
  }

  @Test
  void shouldEndItsThreadWithTheClient() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      GuidepostClient client =
          GuidepostClient.to(ServerAddress.parse("127.0.0.1:" + silent.getLocalPort()))
              .patience(Duration.ofMillis(100))
              .onThreadOfItsOwn()
              .connect();
      assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(client::info);
      assertThat(loops()).hasSize(1).allMatch(Thread::isDaemon);
      client.close();
      // It says that it has ended shortly before it has, and is waited for a second at most.
      await().until(() -> loops().isEmpty());
    }
  }
}
