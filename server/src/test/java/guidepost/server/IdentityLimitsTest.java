package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import guidepost.access.AccessOptions;
import guidepost.access.TokenFile;
import guidepost.calls.IdentityLimits;
import guidepost.server.v1.ClientLimits;
import guidepost.server.v1.GetInfoRequest;
import guidepost.server.v1.GetInfoResponse;
import guidepost.server.v1.ServerGrpc;
import guidepost.testing.Patience;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What one identity may ask for, and that it costs no other one anything.
final class IdentityLimitsTest {

  private static final IdentityLimits LIMITS = new IdentityLimits(2, 3, 1, 20);

  private final List<ManagedChannel> channels = new ArrayList<>();
  private GuidepostServer server;
  private String anna;
  private String bert;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    Path tokens = directory.resolve("tokens");
    TokenFile file = new TokenFile(tokens);
    anna = file.create("anna", Instant.now(), Optional.empty());
    bert = file.create("bert", Instant.now(), Optional.empty());
    Path access =
        Files.writeString(
            directory.resolve("access.yaml"),
            """
            identities:
              - {name: anna, by: token:anna}
              - {name: bert, by: token:bert}
            grants:
              - {who: [anna, bert], role: reader, tables: ["*"]}
            """);
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(directory.resolve("data")))
                .listeningOn(List.of(new ListenAddress("127.0.0.1", 0)))
                .withIdentities(LIMITS)
                .withAccess(
                    AccessOptions.NONE.withAccess(access, Optional.of(tokens), Optional.empty())));
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.close();
  }

  private ManagedChannel channel() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.addresses().getFirst().port())
            .usePlaintext()
            .build();
    channels.add(channel);
    return channel;
  }

  private static ClientInterceptor as(String token) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  private static ClientLimits ask(ManagedChannel channel, String token) {
    return ServerGrpc.newBlockingStub(channel)
        .withInterceptors(as(token))
        .getInfo(GetInfoRequest.getDefaultInstance())
        .getLimits();
  }

  private static HealthCheckResponse watch(ManagedChannel channel, String token) {
    Iterator<HealthCheckResponse> watch =
        HealthGrpc.newBlockingStub(channel)
            .withInterceptors(as(token))
            .watch(HealthCheckRequest.getDefaultInstance());
    return watch.next();
  }

  private static String reason(StatusRuntimeException e) {
    for (Any detail : Objects.requireNonNull(StatusProto.fromThrowable(e)).getDetailsList()) {
      try {
        if (detail.is(ErrorInfo.class)) {
          return detail.unpack(ErrorInfo.class).getReason();
        }
      } catch (com.google.protobuf.InvalidProtocolBufferException broken) {
        throw new AssertionError(broken);
      }
    }
    return "";
  }

  private static boolean saysWhenToRetry(StatusRuntimeException e) {
    return Objects.requireNonNull(StatusProto.fromThrowable(e)).getDetailsList().stream()
        .anyMatch(detail -> detail.is(RetryInfo.class));
  }

  @Test
  void shouldTellTheLimits() {
    ClientLimits told = ask(channel(), anna);
    assertThat(told.getConnectionsPerIdentityMax()).isEqualTo(2);
    assertThat(told.getStreamsPerIdentityMax()).isEqualTo(3);
    assertThat(told.getCallsPerSecondPerIdentityMax()).isEqualTo(1);
    assertThat(told.getBurstPerIdentityMax()).isEqualTo(20);
  }

  @Test
  void shouldRefuseTheCallsOfOneIdentityBeyondItsBurstAndNobodyElses() {
    ManagedChannel shared = channel();
    StatusRuntimeException refused = refusalOfManyAtOnce(shared);
    assertThat(reason(refused)).isEqualTo("CALLER_TOO_FAST");
    assertThat(saysWhenToRetry(refused)).isTrue();
    assertThat(ask(shared, bert).getBurstPerIdentityMax()).isEqualTo(20);
  }

  /// One after the other they may come no faster than they may, on a busy machine.
  private StatusRuntimeException refusalOfManyAtOnce(ManagedChannel channel) {
    var stub = ServerGrpc.newFutureStub(channel).withInterceptors(as(anna));
    List<ListenableFuture<GetInfoResponse>> calls = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      calls.add(stub.getInfo(GetInfoRequest.getDefaultInstance()));
    }
    return calls.stream()
        .map(call -> catchThrowableOfType(ExecutionException.class, call::get))
        .filter(Objects::nonNull)
        .map(failure -> (StatusRuntimeException) failure.getCause())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldBoundTheConnectionsOfOneIdentityAndFreeThemWhenTheyClose() {
    ask(channel(), anna);
    ask(channel(), anna);
    ManagedChannel third = channel();
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> ask(third, anna))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("CALLER_HOLDS_TOO_MUCH"));
    ask(third, bert);
    channels.getFirst().shutdownNow();
    await().atMost(Patience.LIMIT).ignoreExceptions().until(() -> isAnswered(third));
  }

  private boolean isAnswered(ManagedChannel channel) {
    return ask(channel, anna).getConnectionsPerIdentityMax() == 2;
  }

  @Test
  void shouldBoundTheStreamsOfOneIdentity() {
    ManagedChannel shared = channel();
    for (int i = 0; i < 3; i++) {
      watch(shared, anna);
    }
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> watch(shared, anna))
        .satisfies(e -> assertThat(reason(e)).isEqualTo("CALLER_HOLDS_TOO_MUCH"));
    ask(shared, anna);
    watch(shared, bert);
  }
}
