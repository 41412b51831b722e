package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a server refuses is told apart by its reason, not by its words.
final class RoutesClientTest {

  private CuttingServer server;

  @BeforeEach
  void start() throws Exception {
    server = new CuttingServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void shouldTellADestinationThatNothingCoversFromATableThatIsNotThere() {
    RoutesClient routes = server.client().routes();
    assertThat(routes.lookup("192.0.2.1")).isEmpty();
    assertThat(routes.explain("192.0.2.1")).isEmpty();
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> routes.inTable("destination ").lookup("192.0.2.1"))
        .satisfies(
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
              assertThat(CallError.of(e).orElseThrow().reason()).isEqualTo("TABLE_UNKNOWN");
            });
  }

  @Test
  void shouldReadWhatProgramsAreTold() {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> server.client().routes().flush("", "198.51.100.7/16"))
        .satisfies(
            e -> {
              CallError error = CallError.of(e).orElseThrow();
              assertThat(error.reason()).isEqualTo("PREFIX_HOST_BITS");
              assertThat(error.field()).isEqualTo("prefix");
              assertThat(error.value()).isEqualTo("198.51.100.7/16");
            });
    assertThat(CallError.of(Status.NOT_FOUND.withDescription("destination x").asRuntimeException()))
        .isEmpty();
  }
}
