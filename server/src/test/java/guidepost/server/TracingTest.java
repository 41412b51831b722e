package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import guidepost.routes.v1.CreateTableRequest;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.RoutesGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With a collector of its own, which keeps what it is sent.
final class TracingTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CLIENT = "00f067aa0ba902b7";

  @TempDir Path directory;
  private final Queue<Span> spans = new ConcurrentLinkedQueue<>();
  private HttpServer collector;

  @BeforeEach
  void collect() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("content-encoding"));
          var body =
              zipped ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
          ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().stream()
              .flatMap(resource -> resource.getScopeSpansList().stream())
              .flatMap(scope -> scope.getSpansList().stream())
              .forEach(spans::add);
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
  }

  @AfterEach
  void stop() {
    collector.stop(0);
  }

  private interface Calls {
    void call(ManagedChannel channel);
  }

  /// A server sends what it has when it stops.
  private void serve(Map<String, String> environment, Calls calls) throws Exception {
    try (GuidepostServer server = GuidepostServer.start(options(environment))) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.addresses().getFirst().port())
              .usePlaintext()
              .build();
      try {
        calls.call(channel);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private ServerOptions options(Map<String, String> environment) {
    return ServerOptions.with(Engines.embedded(directory.resolve("data")))
        .listeningOn(List.of(new ListenAddress("127.0.0.1", 0)))
        .withTracing(environment);
  }

  private Map<String, String> here() {
    return Map.of(
        "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + collector.getAddress().getPort());
  }

  private Span named(String name) {
    return spans.stream().filter(span -> span.getName().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void shouldFollowAWriteFromItsClientIntoTheJournal() throws Exception {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
        "00-%s-%s-01".formatted(TRACE, CLIENT));
    serve(
        here(),
        channel ->
            RoutesGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .createTable(CreateTableRequest.newBuilder().setName("red").build()));
    Span call = named("guidepost.routes.v1.Routes/CreateTable");
    Span append = named("append routes");
    assertThat(HexFormat.of().formatHex(call.getTraceId().toByteArray())).isEqualTo(TRACE);
    assertThat(HexFormat.of().formatHex(call.getParentSpanId().toByteArray())).isEqualTo(CLIENT);
    assertThat(call.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(append.getParentSpanId()).isEqualTo(call.getSpanId());
    assertThat(append.getTraceId()).isEqualTo(call.getTraceId());
    assertThat(append.getAttributesList())
        .anySatisfy(
            attribute -> {
              assertThat(attribute.getKey()).isEqualTo("guidepost.revision");
              assertThat(attribute.getValue().getIntValue()).isEqualTo(1);
            });
  }

  @Test
  void shouldNotCallARejectionAnError() throws Exception {
    serve(
        here(),
        channel ->
            assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(
                    () ->
                        RoutesGrpc.newBlockingStub(channel)
                            .lookup(LookupRequest.newBuilder().setDestination("nowhere").build())));
    Span call = named("guidepost.routes.v1.Routes/Lookup");
    assertThat(call.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
    assertThat(call.getAttributesList())
        .anySatisfy(
            attribute -> {
              assertThat(attribute.getKey()).isEqualTo("rpc.grpc.status_code");
              assertThat(attribute.getValue().getIntValue()).isEqualTo(3);
            });
  }

  @Test
  void shouldSendNothingUnlessTheEnvironmentAsksForIt() throws Exception {
    Calls look =
        channel ->
            RoutesGrpc.newBlockingStub(channel)
                .createTable(CreateTableRequest.newBuilder().setName("red").build());
    serve(Map.of(), look);
    assertThat(spans).isEmpty();
  }

  @Test
  void shouldNameAVariableThatItCannotFollow() {
    assertThatExceptionOfType(ServerStartException.class)
        .isThrownBy(
            () ->
                GuidepostServer.start(
                    options(
                        Map.of(
                            "OTEL_TRACES_EXPORTER",
                            "otlp",
                            "OTEL_EXPORTER_OTLP_PROTOCOL",
                            "grpc"))))
        .withMessage(
            "OTEL_EXPORTER_OTLP_PROTOCOL \"grpc\": must be http/protobuf, to port 4318 of most"
                + " collectors");
  }
}
