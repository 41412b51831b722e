package guidepost.server;

import static java.util.concurrent.TimeUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.access.AccessOptions;
import guidepost.calls.Role;
import guidepost.testing.Patience;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the leader hears of a caller that calls it by way of a follower: when it gives up, and how
/// long it waits at most.
final class ForwardedEndTest {

  private static final String METHOD = "test.Talk/Say";

  private static final Duration HELD = Duration.ofMillis(10);

  private final List<Server> servers = new ArrayList<>();
  private final AtomicReference<Optional<Deadline>> deadline =
      new AtomicReference<>(Optional.empty());
  private final CompletableFuture<Void> asked = new CompletableFuture<>();
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();

  // What each is told of a call.
  private volatile Consumer<Metadata> leader = _ -> {};
  private volatile Consumer<Metadata> follower = _ -> {};

  /// Takes a while for each call.
  private final class Holding implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      follower.accept(headers);
      long begun = System.nanoTime();
      while (System.nanoTime() - begun < HELD.toNanos()) {
        Thread.onSpinWait();
      }
      return next.startCall(call, headers);
    }
  }

  @AfterEach
  void stop() {
    servers.forEach(Server::shutdownNow);
  }

  private int serve(ServerServiceDefinition service) throws IOException {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(service)
            .build()
            .start();
    servers.add(server);
    return server.getPort();
  }

  private static MethodDescriptor<byte[], byte[]> method(MethodType type) {
    return MethodDescriptor.newBuilder(RawCall.BYTES, RawCall.BYTES)
        .setType(type)
        .setFullMethodName(METHOD)
        .build();
  }

  private ServerServiceDefinition silent(MethodType type) {
    return ServerServiceDefinition.builder("test.Talk")
        .addMethod(
            method(type),
            (call, headers) -> {
              leader.accept(headers);
              return silence(call);
            })
        .build();
  }

  /// Never answers a message.
  private ServerCall.Listener<byte[]> silence(ServerCall<byte[], byte[]> call) {
    deadline.set(Optional.ofNullable(Context.current().getDeadline()));
    call.request(2);
    return new ServerCall.Listener<>() {
      @Override
      public void onMessage(byte[] message) {
        asked.complete(null);
      }

      @Override
      public void onCancel() {
        cancelled.complete(null);
      }
    };
  }

  /// What a client does by way of a follower.
  private interface Calling {
    void by(ManagedChannel client) throws Exception;
  }

  private void callByFollower(MethodType type, Calling what) throws Exception {
    FollowerTest.Member cluster =
        new FollowerTest.Member(false, "127.0.0.1:" + serve(silent(type)));
    LeaderChannel channel =
        new LeaderChannel(
            AccessOptions.NONE, ClusterOptions.DEFAULTS, new Vouching(cluster, Instant::now));
    try (ClusterCalls calls =
        new ClusterCalls(cluster, new SeenRevisions(List.of()), channel, Optional::empty)) {
      int port =
          serve(
              ServerInterceptors.intercept(
                  calls.applyTo(silent(type), Map.of(METHOD, Role.WRITER)), new Holding()));
      ManagedChannel client =
          NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
      try {
        what.by(client);
      } finally {
        client.shutdownNow();
      }
    }
  }

  private static ClientCall<byte[], byte[]> start(
      ManagedChannel client, MethodType type, CallOptions options) {
    ClientCall<byte[], byte[]> call = client.newCall(method(type), options);
    call.start(new ClientCall.Listener<>() {}, new Metadata());
    call.request(1);
    call.sendMessage(new byte[1]);
    if (type.clientSendsOneMessage()) {
      call.halfClose();
    }
    return call;
  }

  /// Streams stay half open; the others are complete.
  @ParameterizedTest
  @EnumSource(names = {"UNARY", "CLIENT_STREAMING", "SERVER_STREAMING", "BIDI_STREAMING"})
  void shouldTellTheLeaderThatItsCallerHasGivenUp(MethodType type) throws Exception {
    callByFollower(
        type,
        client -> {
          ClientCall<byte[], byte[]> call = start(client, type, CallOptions.DEFAULT);
          within(asked);
          call.cancel("the caller gives up", null);
          within(cancelled);
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"UNARY", "CLIENT_STREAMING", "SERVER_STREAMING", "BIDI_STREAMING"})
  void shouldTellTheLeaderThatItsCallerIsGone(MethodType type) throws Exception {
    callByFollower(
        type,
        client -> {
          var _ = start(client, type, CallOptions.DEFAULT);
          within(asked);
          client.shutdownNow();
          within(cancelled);
        });
  }

  /// No more than is left of it when the call is handed on: so the leader does not work for a
  /// caller that has given up.
  @ParameterizedTest
  @EnumSource(names = {"UNARY", "CLIENT_STREAMING", "SERVER_STREAMING", "BIDI_STREAMING"})
  void shouldTellTheLeaderHowLongItsCallerWaits(MethodType type) throws Exception {
    for (int hours : new int[] {2, 3}) {
      List<Long> left = new CopyOnWriteArrayList<>();
      leader = headers -> left.add(millis(headers));
      follower = headers -> left.add(millis(headers));
      callByFollower(
          type,
          client -> {
            var _ = start(client, type, CallOptions.DEFAULT.withDeadlineAfter(hours, HOURS));
            Awaitility.await().atMost(Patience.LIMIT).until(() -> left.size() == 2);
          });
      assertThat(left.getFirst()).isBetween(HOURS.toMillis(hours - 1), HOURS.toMillis(hours));
      assertThat(left.getLast())
          .isBetween(HOURS.toMillis(hours - 1), left.getFirst() - HELD.toMillis());
    }
  }

  /// A time of hours is told in milliseconds.
  private static long millis(Metadata headers) {
    String told =
        Objects.requireNonNull(
            headers.get(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER)));
    assertThat(told).matches("[0-9]+m");
    return Long.parseLong(told.substring(0, told.length() - 1));
  }

  @Test
  void shouldTellTheLeaderOfNoDeadlineWhereThereIsNone() throws Exception {
    callByFollower(
        MethodType.UNARY,
        client -> {
          var _ = start(client, MethodType.UNARY, CallOptions.DEFAULT);
          within(asked);
          assertThat(deadline.get()).isEmpty();
        });
  }

  private static <T> T within(CompletableFuture<T> future) throws Exception {
    return future.get(Patience.SECONDS, TimeUnit.SECONDS);
  }
}
