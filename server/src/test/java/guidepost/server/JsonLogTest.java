package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import guidepost.calls.Caller;
import guidepost.calls.RequestName;
import io.grpc.Context;
import io.grpc.Metadata;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class JsonLogTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  private final Logger log = new LoggerContext().getLogger("guidepost.server.GuidepostServer");

  private JsonNode line(String message, @Nullable Throwable thrown) {
    String text =
        new JsonLog().doLayout(new LoggingEvent("", log, Level.WARN, message, thrown, null));
    assertThat(text).endsWith("}\n");
    assertThat(text.lines()).hasSize(1);
    return new JsonMapper().readTree(text);
  }

  private static Context call(String header, String value) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER), value);
    Caller caller = new Caller("r7", Caller.Proof.TOKEN, List.of());
    return RequestName.of("a.B/C", headers).in(caller.in(Context.ROOT, "192.0.2.7"));
  }

  @Test
  void shouldWriteOneObjectALineWhateverIsInTheMessage() {
    JsonNode line = line("a \"b\"\n\u2028c", new IllegalStateException("broken"));
    assertThat(line.get("message").asString()).isEqualTo("a \"b\"\n\u2028c");
    assertThat(line.get("level").asString()).isEqualTo("WARN");
    assertThat(line.get("logger").asString()).isEqualTo("GuidepostServer");
    assertThat(line.get("exception").asString()).contains("IllegalStateException: broken");
    assertThat(line.has("request")).isFalse();
    assertThat(line.has("caller")).isFalse();
  }

  @Test
  void shouldNameTheCallAndTheCaller() throws Exception {
    JsonNode line = call("x-request-id", "abc-1").call(() -> line("x", null));
    assertThat(line.get("request").asString()).isEqualTo("abc-1");
    assertThat(line.get("method").asString()).isEqualTo("a.B/C");
    assertThat(line.get("caller").asString()).isEqualTo("r7");
  }

  @Test
  void shouldTakeTheTraceOfACallThatHasNoIdOfItsOwn() throws Exception {
    JsonNode line =
        call("traceparent", "00-%s-00f067aa0ba902b7-01".formatted(TRACE))
            .call(() -> line("x", null));
    assertThat(line.get("request").asString()).isEqualTo(TRACE);
  }

  @Test
  void shouldNotTakeAnIdThatIsLongOrHasSpaces() throws Exception {
    for (String id : List.of("a b", "x".repeat(65), "")) {
      assertThat(call("x-request-id", id).call(() -> line("x", null)).get("request").asString())
          .matches("[0-9a-f]{16}");
    }
  }
}
