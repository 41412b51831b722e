package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.RetryInfo;
import guidepost.access.AccessOptions;
import guidepost.calls.Failures;
import guidepost.calls.Role;
import guidepost.journal.JournalException;
import guidepost.journal.Leadership;
import guidepost.journal.MemoryJournalStore;
import guidepost.testing.FreePorts;
import guidepost.testing.Patience;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Calls that a follower hands to the leader.
final class ForwardedCallTest {

  /// Far more than what connections hold.
  private static final int ANSWERS = 1_000;

  private static final int ANSWER_BYTES = 64 << 10;

  private static final MethodDescriptor<byte[], byte[]> CHAT =
      MethodDescriptor.newBuilder(RawCall.BYTES, RawCall.BYTES)
          .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
          .setFullMethodName("test.Talk/Chat")
          .build();

  /// The same, as clients that send one message see it.
  private static final MethodDescriptor<byte[], byte[]> ONE =
      CHAT.toBuilder().setType(MethodDescriptor.MethodType.SERVER_STREAMING).build();

  private final AtomicInteger sent = new AtomicInteger();
  private final List<Server> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(Server::shutdownNow);
  }

  private int serve(ServerCallHandler<byte[], byte[]> handler) throws IOException {
    return serve(ServerServiceDefinition.builder("test.Talk").addMethod(CHAT, handler).build());
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

  /// Answers as long as the connection takes more.
  private ServerCall.Listener<byte[]> answering(ServerCall<byte[], byte[]> call) {
    call.sendHeaders(new Metadata());
    return new ServerCall.Listener<>() {
      @Override
      public void onReady() {
        while (call.isReady() && sent.get() < ANSWERS) {
          sent.incrementAndGet();
          call.sendMessage(new byte[ANSWER_BYTES]);
          if (sent.get() == ANSWERS) {
            call.close(Status.OK, new Metadata());
          }
        }
      }
    };
  }

  private static final MethodDescriptor<byte[], byte[]> UNARY =
      CHAT.toBuilder().setType(MethodDescriptor.MethodType.UNARY).build();

  /// Answers once, and says which revision that is of.
  private static ServerCall.Listener<byte[]> writing(ServerCall<byte[], byte[]> call) {
    call.request(2);
    return new ServerCall.Listener<>() {
      @Override
      public void onHalfClose() {
        Metadata trailers = new Metadata();
        trailers.put(SeenRevisions.HEADER, "greetings=1");
        call.sendHeaders(new Metadata());
        call.sendMessage(new byte[1]);
        call.close(Status.OK, trailers);
      }
    };
  }

  @Test
  void shouldSayThatAWriteIsWrittenWhereItCannotBeShownYet() throws Exception {
    Greetings behind = new Greetings(new MemoryJournalStore().journal("greetings"));
    // What it does not show now, it never will.
    behind.close();
    call(
        new SeenRevisions(List.of(behind)),
        UNARY,
        serve((call, _) -> writing(call)),
        client ->
            assertThatThrownBy(
                    () ->
                        ClientCalls.blockingUnaryCall(
                            client, UNARY, CallOptions.DEFAULT, new byte[1]))
                .isInstanceOfSatisfying(
                    StatusRuntimeException.class,
                    e -> {
                      assertThat(Failures.reason(e.getStatus(), trailers(e)))
                          .isEqualTo("FOLLOWER_BEHIND");
                      assertThat(e.getStatus().getDescription())
                          .contains("the leader has written this", "do not write it again");
                      assertThat(
                              Objects.requireNonNull(StatusProto.fromThrowable(e)).getDetailsList())
                          .noneMatch(each -> each.is(RetryInfo.class));
                    }));
  }

  @Test
  void shouldRefuseAReadOfAKindThatItDoesNotKnow() throws Exception {
    VouchingTest.OneServer cluster = new VouchingTest.OneServer(1, Map.of(), 1);
    LeaderChannel channel =
        new LeaderChannel(
            AccessOptions.NONE, ClusterOptions.DEFAULTS, new Vouching(cluster, Instant::now));
    try (ClusterCalls calls =
        new ClusterCalls(cluster, new SeenRevisions(List.of()), channel, Optional::empty)) {
      ServerServiceDefinition local =
          ServerServiceDefinition.builder("test.Talk")
              .addMethod(UNARY, (call, _) -> writing(call))
              .build();
      int port = serve(calls.applyTo(local, Map.of("test.Talk/Chat", Role.READER)));
      ManagedChannel client =
          NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
      try {
        assertThat(read(client, "latest")).hasSize(1);
        assertThatThrownBy(() -> read(client, "Latest"))
            .isInstanceOf(StatusRuntimeException.class)
            .hasMessage(
                "INVALID_ARGUMENT: guidepost-read \"Latest\": must be \"latest\", or not be there");
      } finally {
        client.shutdownNow();
      }
    }
  }

  /// Nobody else leads, as far as it knows: it reads nothing any more.
  @Test
  void shouldSayThatItHasStoppedWhereItsCopyIsBroken() throws Exception {
    FollowerTest.Member cluster = new FollowerTest.Member(false, "127.0.0.1:1");
    LeaderChannel channel =
        new LeaderChannel(
            AccessOptions.NONE, ClusterOptions.DEFAULTS, new Vouching(cluster, Instant::now));
    JournalException full = new JournalException(JournalException.Reason.IO, "disk full", null);
    try (ClusterCalls calls =
        new ClusterCalls(cluster, new SeenRevisions(List.of()), channel, () -> Optional.of(full))) {
      ServerServiceDefinition local =
          ServerServiceDefinition.builder("test.Talk")
              .addMethod(UNARY, (call, _) -> writing(call))
              .build();
      int port = serve(calls.applyTo(local, Map.of("test.Talk/Chat", Role.WRITER)));
      ManagedChannel client =
          NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
      try {
        assertThatThrownBy(() -> read(client, "latest"))
            .isInstanceOfSatisfying(
                StatusRuntimeException.class,
                e ->
                    assertThat(Failures.reason(e.getStatus(), trailers(e)))
                        .isEqualTo("WRITER_STOPPED"))
            .hasMessageContaining("this server has stopped, and nothing was written")
            .hasMessageContaining("disk full");
      } finally {
        client.shutdownNow();
      }
    }
  }

  /// Fires once something has happened, however long it was asked to wait, which it keeps.
  private static final class Impatient extends ScheduledThreadPoolExecutor {
    private final AtomicLong nanos = new AtomicLong();
    private final Callable<?> event;

    Impatient(Callable<?> event) {
      super(1);
      this.event = event;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      nanos.set(unit.toNanos(delay));
      return super.schedule(
          () -> {
            var _ = event.call();
            task.run();
            return null;
          },
          0,
          TimeUnit.NANOSECONDS);
    }
  }

  /// Says how long before its deadline a caller hears what became of its write.
  private Duration earlier(boolean leads, ServerCallHandler<byte[], byte[]> leader, String words)
      throws Exception {
    int port = serve(leader);
    FollowerTest.Member cluster = new FollowerTest.Member(leads, "127.0.0.1:" + port);
    LeaderChannel channel =
        new LeaderChannel(
            AccessOptions.NONE, ClusterOptions.DEFAULTS, new Vouching(cluster, Instant::now));
    Impatient timer = new Impatient(() -> true);
    try (ClusterCalls calls =
        new ClusterCalls(
            cluster, new SeenRevisions(List.of()), channel, Optional::empty, new InTime(timer))) {
      ServerServiceDefinition local =
          ServerServiceDefinition.builder("test.Talk").addMethod(UNARY, leader).build();
      ManagedChannel client =
          NettyChannelBuilder.forAddress(
                  "127.0.0.1", serve(calls.applyTo(local, Map.of("test.Talk/Chat", Role.WRITER))))
              .usePlaintext()
              .build();
      try {
        assertThatThrownBy(
                () ->
                    ClientCalls.blockingUnaryCall(
                        client,
                        UNARY,
                        CallOptions.DEFAULT.withDeadlineAfter(Duration.ofHours(1)),
                        new byte[1]))
            .isInstanceOfSatisfying(
                StatusRuntimeException.class,
                e -> {
                  assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                  assertThat(Failures.reason(e.getStatus(), trailers(e)))
                      .isEqualTo("OUTCOME_UNKNOWN");
                  assertThat(e).hasMessageContaining(words);
                });
      } finally {
        client.shutdownNow();
      }
    }
    return Duration.ofHours(1).minusNanos(timer.nanos.get());
  }

  private static ServerCall.Listener<byte[]> silent(ServerCall<byte[], byte[]> call) {
    call.request(2);
    return new ServerCall.Listener<>() {};
  }

  /// The later a caller is told, the more often there is an answer; the leader knows more.
  @Test
  void shouldSayThatTheOutcomeIsUnknownBeforeTheCallersDeadlinePasses() throws Exception {
    assertThat(earlier(true, (call, _) -> silent(call), "the brokers have not said"))
        .isGreaterThanOrEqualTo(Duration.ofMillis(990));
    assertThat(earlier(false, (call, _) -> silent(call), "the server that leads has not answered"))
        .isGreaterThanOrEqualTo(Duration.ofMillis(490));
  }

  private static byte[] read(ManagedChannel client, String kind) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("guidepost-read", Metadata.ASCII_STRING_MARSHALLER), kind);
    return ClientCalls.blockingUnaryCall(
        ClientInterceptors.intercept(client, MetadataUtils.newAttachHeadersInterceptor(headers)),
        UNARY,
        CallOptions.DEFAULT,
        new byte[1]);
  }

  private static Metadata trailers(StatusRuntimeException e) {
    return Objects.requireNonNull(e.getTrailers());
  }

  /// What a client does by way of a follower.
  private interface Calling {
    void by(ManagedChannel client) throws Exception;
  }

  /// Has a client call a follower.
  ///
  /// @param revisions of the follower
  /// @param method as the follower knows it
  /// @param leader the port of the server that leads
  private void call(
      SeenRevisions revisions, MethodDescriptor<byte[], byte[]> method, int leader, Calling what)
      throws Exception {
    VouchingTest.OneServer cluster = new VouchingTest.OneServer(1, Map.of(), 1);
    LeaderChannel channel =
        new LeaderChannel(
            AccessOptions.NONE, ClusterOptions.DEFAULTS, new Vouching(cluster, Instant::now));
    try (ClusterCalls calls = new ClusterCalls(cluster, revisions, channel, Optional::empty)) {
      Leadership leadership = new Leadership(false, 1, "127.0.0.1:" + leader);
      int follower =
          serve((call, headers) -> channel.forward(method, call, headers, leadership, calls));
      ManagedChannel client =
          NettyChannelBuilder.forAddress("127.0.0.1", follower).usePlaintext().build();
      try {
        what.by(client);
      } finally {
        client.shutdownNow();
      }
    }
  }

  @Test
  void shouldAskTheLeaderForNoMoreThanTheClientReads() throws Exception {
    call(
        new SeenRevisions(List.of()),
        CHAT,
        serve((call, _) -> answering(call)),
        client -> readLate(client.newCall(CHAT, CallOptions.DEFAULT)));
  }

  @Test
  void shouldSayThatNothingWasWrittenWhereTheLeaderCannotBeReached() throws Exception {
    call(
        new SeenRevisions(List.of()),
        CHAT,
        FreePorts.next(),
        client ->
            assertThatThrownBy(
                    () ->
                        ClientCalls.blockingServerStreamingCall(
                                client, ONE, CallOptions.DEFAULT, new byte[1])
                            .hasNext())
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("cannot be reached from this one; nothing was written"));
  }

  /// As a machine does whose programs stand still. The next call tries it by another connection.
  @Test
  void shouldSayThatNothingWasWrittenWhereTheLeaderTakesAConnectionAndSaysNothing()
      throws Exception {
    List<Socket> taken = new CopyOnWriteArrayList<>();
    Impatient timer;
    try (ServerSocket silent = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      silent.setSoTimeout(Math.toIntExact(Patience.LIMIT.toMillis()));
      timer = new Impatient(() -> taken.add(silent.accept()));
      FollowerTest.Member cluster =
          new FollowerTest.Member(false, "127.0.0.1:" + silent.getLocalPort());
      LeaderChannel channel =
          new LeaderChannel(
              AccessOptions.NONE,
              ClusterOptions.DEFAULTS,
              new Vouching(cluster, Instant::now),
              timer);
      try (ClusterCalls calls =
          new ClusterCalls(cluster, new SeenRevisions(List.of()), channel, Optional::empty)) {
        ServerServiceDefinition local =
            ServerServiceDefinition.builder("test.Talk")
                .addMethod(UNARY, (call, _) -> silent(call))
                .build();
        int port = serve(calls.applyTo(local, Map.of("test.Talk/Chat", Role.WRITER)));
        ManagedChannel client =
            NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try {
          for (int connection = 0; connection < 2; connection++) {
            assertThatThrownBy(() -> read(client, "latest"))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("cannot be reached from this one; nothing was written");
          }
        } finally {
          client.shutdownNow();
          for (Socket each : taken) {
            each.close();
          }
        }
      }
    }
    assertThat(taken).hasSize(2);
    assertThat(Duration.ofNanos(timer.nanos.get())).isEqualTo(Duration.ofSeconds(5));
  }

  /// Reads nothing until the leader sends nothing more; then all.
  private void readLate(ClientCall<byte[], byte[]> call) throws Exception {
    AtomicInteger read = new AtomicInteger();
    CompletableFuture<Status> ended = new CompletableFuture<>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            read.incrementAndGet();
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
          }
        },
        new Metadata());
    AtomicInteger before = new AtomicInteger(-1);
    Awaitility.await()
        .atMost(Patience.LIMIT)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());
    assertThat(sent).hasValueLessThan(ANSWERS);
    call.request(ANSWERS);
    assertThat(ended.get(Patience.SECONDS, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.OK);
    assertThat(read).hasValue(ANSWERS);
  }
}
