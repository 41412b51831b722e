package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Empty;
import guidepost.routes.v1.CreateTableRequest;
import guidepost.routes.v1.GetStatsRequest;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.routes.v1.WatchRequest;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsTest {

  private static final String ROUTES =
      "{grpc_method=\"%s\",grpc_service=\"guidepost.routes.v1.Routes\",grpc_type=\"%s\"}";
  private static final String LOOKUP = ROUTES.formatted("Lookup", "unary");
  private static final String WATCH = ROUTES.formatted("Watch", "server_streaming");

  @TempDir Path directory;
  private GuidepostServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(directory.resolve("data")))
                .listeningOn(List.of(new ListenAddress("127.0.0.1", 0))));
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.addresses().getFirst().port())
            .usePlaintext()
            .build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  private String page() {
    return server.metrics("").text();
  }

  /// The value of a series; -1 if there is none.
  private double value(String series) {
    Matcher line =
        Pattern.compile("^" + Pattern.quote(series) + " (\\S+)$", Pattern.MULTILINE)
            .matcher(page());
    return line.find() ? Double.parseDouble(line.group(1)) : -1;
  }

  private static String handled(String code, String method, String type) {
    return "grpc_server_handled_total{grpc_code=\"%s\",grpc_method=\"%s\",grpc_service=\"guidepost.routes.v1.Routes\",grpc_type=\"%s\"}"
        .formatted(code, method, type);
  }

  private void lookUp(String address, Status.Code code) {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(
            () ->
                RoutesGrpc.newBlockingStub(channel)
                    .lookup(LookupRequest.newBuilder().setDestination(address).build()))
        .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(code));
  }

  @Test
  void shouldCountEachCallByHowItEndedAndWhy() {
    lookUp("10.0.0.1", Status.Code.NOT_FOUND);
    lookUp("10.0.0.2", Status.Code.NOT_FOUND);
    lookUp("10.0.0", Status.Code.INVALID_ARGUMENT);
    var _ = RoutesGrpc.newBlockingStub(channel).getStats(GetStatsRequest.getDefaultInstance());
    assertThat(value(handled("OK", "GetStats", "unary"))).isEqualTo(1);
    assertThat(value(handled("NOT_FOUND", "Lookup", "unary"))).isEqualTo(2);
    assertThat(value(handled("INVALID_ARGUMENT", "Lookup", "unary"))).isEqualTo(1);
    assertThat(page()).containsPattern("(?m)^guidepost_rejections_total\\{reason=\"\\w+\"} 1");
    assertThat(value("grpc_server_handling_seconds_count" + LOOKUP)).isEqualTo(3);
    assertThat(value("grpc_server_handling_seconds_sum" + LOOKUP)).isPositive();
  }

  @Test
  void shouldCountAClientThatLeavesItsStreamAsCancelledAndNotAsAFailure() throws Exception {
    var responses = RoutesGrpc.newBlockingV2Stub(channel).watch(WatchRequest.newBuilder().build());
    assertThat(responses.read()).isNotNull();
    assertThat(value("grpc_server_msg_sent_total" + WATCH)).isPositive();
    assertThat(value("grpc_server_open_calls" + WATCH)).isEqualTo(1);
    assertThat(value("guidepost_watches{domain=\"routes\"}")).isEqualTo(1);
    responses.cancel("enough", null);
    await().until(() -> value(handled("CANCELLED", "Watch", "server_streaming")) == 1);
    assertThat(value("grpc_server_open_calls" + WATCH)).isZero();
    assertThat(page()).doesNotContain("grpc_server_handling_seconds_count" + WATCH);
  }

  @Test
  void shouldTellOfEveryDomain() {
    RoutesGrpc.newBlockingStub(channel)
        .createTable(CreateTableRequest.newBuilder().setName("red").build());
    assertThat(value("guidepost_revision{domain=\"routes\"}")).isEqualTo(1);
    assertThat(value("guidepost_append_seconds_count{domain=\"routes\"}")).isEqualTo(1);
    for (String domain : Domains.GUIDEPOST.names()) {
      assertThat(value("guidepost_queued_changes{domain=\"%s\"}".formatted(domain))).isZero();
      assertThat(value("guidepost_entries{domain=\"%s\"}".formatted(domain)))
          .as(domain)
          .isNotNegative();
    }
  }

  @Test
  void shouldTellOfTheServer() {
    lookUp("10.0.0.1", Status.Code.NOT_FOUND);
    assertThat(value("guidepost_connections")).isEqualTo(1);
    assertThat(value("guidepost_writable")).isEqualTo(1);
    assertThat(value("guidepost_disk_free_bytes")).isPositive();
    assertThat(value("jvm_threads_current")).isPositive();
    assertThat(page()).contains("guidepost_build_info{").contains(Version.current());
  }

  /// Clients choose names: of methods, of tables. The page must not grow with them.
  @Test
  void shouldHaveABoundedNumberOfSeriesWhateverClientsSend() {
    for (int i = 0; i < 200; i++) {
      RoutesGrpc.newBlockingStub(channel)
          .createTable(CreateTableRequest.newBuilder().setName("t" + i).build());
      MethodDescriptor<Empty, Empty> made =
          MethodDescriptor.<Empty, Empty>newBuilder()
              .setType(MethodDescriptor.MethodType.UNARY)
              .setFullMethodName("made.up/M" + i)
              .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
              .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
              .build();
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(
              () ->
                  ClientCalls.blockingUnaryCall(
                      channel, made, CallOptions.DEFAULT, Empty.getDefaultInstance()));
    }
    assertThat(page())
        .contains("table=\"(others)\"")
        .doesNotContain("M199")
        .satisfies(
            page ->
                assertThat(page.lines().filter(line -> line.contains("guidepost_routes{")).count())
                    .isLessThanOrEqualTo(130));
    assertThat(page().lines().filter(line -> !line.startsWith("#")).count()).isLessThan(2_000);
  }

  @Test
  void shouldHaveFewSeriesEvenAfterEveryMethodWasCalled() {
    Set<String> served = server.served();
    Set<String> methods =
        Contracts.rpcs().keySet().stream()
            .filter(served::contains)
            .filter(name -> !name.startsWith("guidepost.server.v1.Admin"))
            .filter(name -> !name.startsWith("grpc.channelz"))
            .collect(Collectors.toSet());
    assertThat(methods).hasSizeGreaterThan(60);
    var calls = methods.stream().map(this::begin).toList();
    await()
        .until(
            () ->
                methods.stream()
                    .allMatch(
                        name ->
                            page()
                                .contains("grpc_method=\"" + name.replaceFirst(".*/", "") + "\"")));
    calls.forEach(call -> call.cancel(true));
    assertThat(page().lines().filter(line -> !line.startsWith("#")).count()).isLessThan(2_000);
  }

  /// With an empty request, whatever the method takes: it ends in one way or another.
  private Future<Empty> begin(String name) {
    MethodDescriptor<Empty, Empty> method =
        MethodDescriptor.<Empty, Empty>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(name)
            .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .build();
    return ClientCalls.futureUnaryCall(
        channel.newCall(method, CallOptions.DEFAULT), Empty.getDefaultInstance());
  }

  @Test
  void shouldWriteTheFormatThatIsAskedFor() {
    assertThat(server.metrics("").contentType()).startsWith("text/plain");
    assertThat(server.metrics("application/openmetrics-text; version=1.0.0").contentType())
        .startsWith("application/openmetrics-text");
    assertThat(server.metrics("application/openmetrics-text; version=1.0.0").text())
        .endsWith("# EOF\n");
  }
}
