package guidepost.tracing;

import guidepost.journal.WriterObserver;
import io.grpc.ServerInterceptor;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Spans of calls and appends, sent to the collector that the environment names.
///
/// The variables are those of every program with OpenTelemetry: `OTEL_EXPORTER_OTLP_ENDPOINT`,
/// `OTEL_SERVICE_NAME`, `OTEL_TRACES_SAMPLER`, `OTEL_RESOURCE_ATTRIBUTES` and so on. Spans are sent
/// as OTLP over HTTP (`http/protobuf`), in batches, by a thread of their own; what cannot be sent
/// is dropped, and no call waits for it.
///
/// Threads: any.
public final class Tracing implements AutoCloseable {

  private static final String PREFIX = "OTEL_";

  /// The exporter of spans; `none` for no spans.
  private static final String EXPORTER = "OTEL_TRACES_EXPORTER";

  private static final String PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL";
  private static final String TRACES_PROTOCOL = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";
  private static final String HTTP = "http/protobuf";

  /// Enough to see what calls do, and little beside what a processor does.
  static final int CALLS_PER_SECOND = 1_000;

  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;

  private Tracing(OpenTelemetrySdk sdk, String version) {
    this.sdk = sdk;
    this.tracer =
        sdk.getTracerProvider()
            .tracerBuilder("guidepost")
            .setInstrumentationVersion(version)
            .build();
  }

  /// Those variables of an environment that say whether and where spans are sent.
  public static Map<String, String> of(Map<String, String> environment) {
    Map<String, String> ours = new HashMap<>(environment);
    ours.keySet().removeIf(name -> !name.startsWith(PREFIX));
    return Map.copyOf(ours);
  }

  /// Begins, if the environment asks for it.
  ///
  /// @param environment variables by name; only those that begin with `OTEL_` matter
  /// @param version of the program
  /// @return empty if no spans are to be sent
  /// @throws IllegalArgumentException if a variable has a value that it cannot have
  public static Optional<Tracing> open(Map<String, String> environment, String version) {
    if (!isWanted(environment)) {
      return Optional.empty();
    }
    for (String name : new String[] {PROTOCOL, TRACES_PROTOCOL}) {
      String protocol = environment.getOrDefault(name, HTTP);
      if (!protocol.equals(HTTP)) {
        throw new IllegalArgumentException(
            "%s \"%s\": must be %s, to port 4318 of most collectors"
                .formatted(name, protocol, HTTP));
      }
    }
    try {
      return Optional.of(
          new Tracing(
              AutoConfiguredOpenTelemetrySdk.builder()
                  .addPropertiesSupplier(
                      () ->
                          Map.of(
                              "otel.service.name",
                              "guidepost",
                              "otel.exporter.otlp.protocol",
                              HTTP))
                  .addPropertiesCustomizer(_ -> properties(environment))
                  .addSamplerCustomizer(
                      (asked, properties) ->
                          properties.getString("otel.traces.sampler") == null ? paced() : asked)
                  .disableShutdownHook()
                  .build()
                  .getOpenTelemetrySdk(),
              version));
    } catch (ConfigurationException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  /// Where nobody chose: what is below a recorded call is recorded too.
  private static Sampler paced() {
    Sampler paced = new PacedSampler(CALLS_PER_SECOND, System::nanoTime);
    return Sampler.parentBasedBuilder(paced).setRemoteParentSampled(paced).build();
  }

  private static boolean isWanted(Map<String, String> environment) {
    if (Boolean.parseBoolean(environment.get("OTEL_SDK_DISABLED"))) {
      return false;
    }
    String exporter = environment.get(EXPORTER);
    if (exporter != null) {
      return !exporter.equals("none");
    }
    return environment.containsKey("OTEL_EXPORTER_OTLP_ENDPOINT")
        || environment.containsKey("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  }

  /// As the library names them; it would send metrics and logs too, of which there are none.
  private static Map<String, String> properties(Map<String, String> environment) {
    Map<String, String> properties = new HashMap<>();
    of(environment)
        .forEach(
            (name, value) ->
                properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value));
    properties.put("otel.metrics.exporter", "none");
    properties.put("otel.logs.exporter", "none");
    return properties;
  }

  /// What makes a span of each call: the outermost of a server's interceptors.
  ///
  /// @param methods full names of all that it serves; spans of others have one name
  public ServerInterceptor calls(Collection<String> methods) {
    return new CallSpans(tracer, propagator(), methods);
  }

  private TextMapPropagator propagator() {
    return sdk.getPropagators().getTextMapPropagator();
  }

  /// What makes a span of each append of a domain, below each call that it is for.
  public WriterObserver appends(String domain) {
    return new AppendSpans(tracer, domain);
  }

  /// Sends what waits, for some seconds at most, and ends.
  @Override
  public void close() {
    sdk.close();
  }
}
