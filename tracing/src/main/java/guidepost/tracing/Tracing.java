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

  /// The exporter of spans; `none` for no spans.
  private static final String EXPORTER = "OTEL_TRACES_EXPORTER";

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
    return Variables.of(environment);
  }

  /// Begins, if the environment asks for it.
  ///
  /// @param environment variables by name; only those that begin with `OTEL_` matter
  /// @param version of the program
  /// @return empty if no spans are to be sent
  /// @throws IllegalArgumentException if a variable has a value that it cannot have
  public static Optional<Tracing> open(Map<String, String> environment, String version) {
    Map<String, String> given = Variables.of(environment);
    if (!isWanted(given)) {
      return Optional.empty();
    }
    Variables.require(given);
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
                  .addPropertiesCustomizer(_ -> properties(given))
                  .addSamplerCustomizer(
                      (asked, _) -> given.containsKey(Variables.SAMPLER) ? asked : paced())
                  .disableShutdownHook()
                  .build()
                  .getOpenTelemetrySdk(),
              version));
    } catch (ConfigurationException e) {
      throw new IllegalArgumentException(Variables.words(e), e);
    }
  }

  /// Where nobody chose: what is below a recorded call is recorded too.
  private static Sampler paced() {
    Sampler paced = new PacedSampler(CALLS_PER_SECOND, System::nanoTime);
    return Sampler.parentBasedBuilder(paced).setRemoteParentSampled(paced).build();
  }

  private static boolean isWanted(Map<String, String> given) {
    if (Boolean.parseBoolean(given.get("OTEL_SDK_DISABLED"))) {
      return false;
    }
    String exporter = given.get(EXPORTER);
    if (exporter != null) {
      return !exporter.equals("none");
    }
    return given.containsKey("OTEL_EXPORTER_OTLP_ENDPOINT")
        || given.containsKey("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  }

  /// As the library names them; it would send metrics and logs too, of which there are none.
  private static Map<String, String> properties(Map<String, String> given) {
    Map<String, String> properties = new HashMap<>();
    // The library reads the environment too, and takes an empty variable for a name.
    properties.put("otel.traces.exporter", "otlp");
    properties.put("otel.traces.sampler", "parentbased_always_on");
    properties.put("otel.propagators", "tracecontext,baggage");
    given.forEach(
        (name, value) -> properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value));
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
