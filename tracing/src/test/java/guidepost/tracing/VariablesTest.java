package guidepost.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VariablesTest {

  /// @param variables `NAME=VALUE`, separated by spaces
  private static Map<String, String> environment(String variables) {
    Map<String, String> environment = new HashMap<>();
    environment.put("OTEL_TRACES_EXPORTER", "otlp");
    Arrays.stream(variables.split(" "))
        .map(each -> each.split("=", 2))
        .forEach(each -> environment.put(each[0], each[1]));
    return environment;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "OTEL_TRACES_SAMPLER=parentbased_traceidratio OTEL_TRACES_SAMPLER_ARG=7 |"
            + " OTEL_TRACES_SAMPLER_ARG \"7\": must be a number from 0 to 1",
        "OTEL_TRACES_SAMPLER=traceidratio OTEL_TRACES_SAMPLER_ARG=-0.1 | OTEL_TRACES_SAMPLER_ARG"
            + " \"-0.1\": must be a number",
        "OTEL_TRACES_SAMPLER=traceidratio OTEL_TRACES_SAMPLER_ARG=half | OTEL_TRACES_SAMPLER_ARG"
            + " \"half\": must be a number",
        "OTEL_TRACES_SAMPLER=some | OTEL_TRACES_SAMPLER \"some\": must be one of always_on,",
        "OTEL_TRACES_EXPORTER=zipkin | OTEL_TRACES_EXPORTER \"zipkin\": must be otlp, or none",
        "OTEL_PROPAGATORS=b3 | OTEL_PROPAGATORS \"b3\": must be tracecontext, baggage",
        "OTEL_BSP_SCHEDULE_DELAY=-5 | OTEL_BSP_SCHEDULE_DELAY \"-5\": must be milliseconds from 0",
        "OTEL_BSP_SCHEDULE_DELAY=5y | OTEL_BSP_SCHEDULE_DELAY \"5y\": must be milliseconds from 0",
        "OTEL_EXPORTER_OTLP_TIMEOUT=soon | OTEL_EXPORTER_OTLP_TIMEOUT \"soon\": must be"
            + " milliseconds",
        "OTEL_BSP_MAX_QUEUE_SIZE=0 | OTEL_BSP_MAX_QUEUE_SIZE \"0\": must be a whole number from 1",
        "OTEL_SPAN_EVENT_COUNT_LIMIT=-1 | OTEL_SPAN_EVENT_COUNT_LIMIT \"-1\": must be a whole"
            + " number from 0",
        "OTEL_EXPORTER_OTLP_ENDPOINT=localhost:4318 | OTEL_EXPORTER_OTLP_ENDPOINT"
            + " \"localhost:4318\": must be a URL",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=ftp://a | OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
            + " \"ftp://a\": must be a URL",
        "OTEL_EXPORTER_OTLP_COMPRESSION=zip | OTEL_EXPORTER_OTLP_COMPRESSION \"zip\": must be gzip"
            + " or none",
        "OTEL_EXPORTER_OTLP_CERTIFICATE=/none | OTEL_EXPORTER_OTLP_CERTIFICATE \"/none\": must be a"
            + " file to read",
        "OTEL_RESOURCE_ATTRIBUTES=abc | OTEL_RESOURCE_ATTRIBUTES \"abc\": must be NAME=VALUE",
        "OTEL_EXPORTER_OTLP_PROTOCOL=grpc | OTEL_EXPORTER_OTLP_PROTOCOL \"grpc\": must be"
            + " http/protobuf",
      })
  void shouldNameTheVariableTheValueAndTheRule(String variables, String message) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Tracing.open(environment(variables), "1"))
        .withMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"key", "key=%zz"})
  void shouldNotRepeatAHeaderWhichMayHoldAKey(String header) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Tracing.open(environment("OTEL_EXPORTER_OTLP_HEADERS=" + header), "1"))
        .withMessageStartingWith("OTEL_EXPORTER_OTLP_HEADERS (not shown): must be NAME=VALUE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OTEL_TRACES_SAMPLER=parentbased_traceidratio OTEL_TRACES_SAMPLER_ARG=.5",
        "OTEL_TRACES_SAMPLER=always_on OTEL_TRACES_SAMPLER_ARG=anything",
        "OTEL_TRACES_SAMPLER= OTEL_PROPAGATORS= OTEL_BSP_SCHEDULE_DELAY=",
        "OTEL_PROPAGATORS=baggage,tracecontext OTEL_BSP_SCHEDULE_DELAY=5s",
        "OTEL_EXPORTER_OTLP_HEADERS=a=b,c=d%20e= OTEL_EXPORTER_OTLP_COMPRESSION=gzip",
        "OTEL_RESOURCE_ATTRIBUTES=a.b=c,d=e,"
            + " OTEL_EXPORTER_OTLP_ENDPOINT=https://a-b.example:4318/x",
      })
  void shouldFollowWhatTheLibraryFollows(String variables) {
    try (Tracing tracing = Tracing.open(environment(variables), "1").orElseThrow()) {
      assertThat(tracing).isNotNull();
    }
  }

  @Test
  void shouldSayWhatTheLibrarySaysOfWhatNoRuleForeseesWithTheNamesOfTheEnvironment() {
    assertThat(
            Variables.words(
                new ConfigurationException(
                    "bad otel.some.new.property=7", new IllegalStateException("too many"))))
        .isEqualTo("the variables OTEL_...: bad OTEL_SOME_NEW_PROPERTY=7: too many");
  }

  @Test
  void shouldTakeAnEmptyVariableForNone() {
    assertThat(Tracing.open(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", " "), "1")).isEmpty();
  }
}
