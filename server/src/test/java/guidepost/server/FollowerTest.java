package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import guidepost.access.AccessOptions;
import guidepost.access.TokenFile;
import guidepost.calls.Failures;
import guidepost.calls.IdentityLimits;
import guidepost.journal.Cluster;
import guidepost.journal.ClusterMember;
import guidepost.journal.ClusterStats;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.JournalFiles;
import guidepost.journal.JournalStore;
import guidepost.journal.Leadership;
import guidepost.journal.MemoryEngine;
import guidepost.routes.v1.ApplyRequest;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.routes.v1.LookupStreamRequest;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.RouteGuideGrpc;
import guidepost.seed.routeguide.RouteNote;
import guidepost.server.v1.GetStatusRequest;
import guidepost.server.v1.MethodStatus;
import guidepost.server.v1.ServerGrpc;
import guidepost.testing.Patience;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that hands writes to another one: what its clients may do, and what they are told, is
/// the same as there.
final class FollowerTest {

  private static final int MESSAGE_BYTES_MAX = 64 << 10;

  /// A heap that makes shares small: a connection may have 170 calls.
  private static final long HEAP_BYTES = 64L << 20;

  /// One server of a cluster without brokers, which has what the others have.
  record Member(boolean leads, String leader) implements Cluster {
    @Override
    public void begin() {}

    @Override
    public Leadership leadership() {
      return new Leadership(leads, 1, leader);
    }

    @Override
    public void onLeadership(Consumer<Leadership> told) {}

    @Override
    public ClusterStats stats() {
      return new ClusterStats(Optional.empty(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Override
    public List<ClusterMember> members() {
      return List.of();
    }

    @Override
    public long who() {
      return 1;
    }

    @Override
    public void introduce(byte[] publicKey) {}

    @Override
    public Optional<byte[]> keyOf(long who) {
      return Optional.empty();
    }

    @Override
    public CompletionStage<Void> latest() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void handOver() {}
  }

  /// A store that others share.
  private record Shared(JournalStore store, Cluster of) implements JournalStore {
    @Override
    public Journal journal(String domain) throws JournalException {
      return store.journal(domain);
    }

    @Override
    public Optional<JournalException> trouble() {
      return store.trouble();
    }

    @Override
    public void onTrouble(Consumer<Optional<JournalException>> told) {
      store.onTrouble(told);
    }

    @Override
    public Optional<Cluster> cluster() {
      return Optional.of(of);
    }

    @Override
    public Optional<JournalFiles> files() {
      return store.files();
    }

    @Override
    public void close() throws JournalException {
      store.close();
    }
  }

  @TempDir Path directory;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<GuidepostServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    servers.reversed().forEach(GuidepostServer::close);
  }

  /// Starts a server that leads, and one that does not.
  private void start(UnaryOperator<ServerOptions> changed) throws Exception {
    serve(new MemoryEngine(), changed);
    Member follower = new Member(false, servers.getFirst().addresses().getFirst().toString());
    serve(new MemoryEngine(Optional.empty(), store -> new Shared(store, follower)), changed);
  }

  private void serve(MemoryEngine engine, UnaryOperator<ServerOptions> changed) throws Exception {
    servers.add(
        GuidepostServer.start(
            changed.apply(
                ServerOptions.with(engine)
                    .listeningOn(List.of(new ListenAddress("127.0.0.1", 0))))));
  }

  private ManagedChannel to(GuidepostServer server) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.addresses().getFirst().port())
            .usePlaintext()
            .build();
    channels.add(channel);
    return channel;
  }

  private ManagedChannel toFollower() {
    return to(servers.getLast());
  }

  private static ApplyRequest request(int number) {
    String prefix = "10.%d.%d.0/24".formatted(number / 256, number % 256);
    return ApplyRequest.newBuilder()
        .setRequest(
            ModifyRequest.newBuilder()
                .addOperations(
                    Operation.newBuilder()
                        .setAdd(Route.newBuilder().setPrefix(prefix).setNextHop("192.0.2.1"))))
        .build();
  }

  /// As many bytes, of which most are of a field that no server knows.
  private static byte[] request(int number, int bytes) {
    int head = request(number).getSerializedSize();
    for (int more = bytes - head; ; more--) {
      byte[] made =
          request(number).toBuilder()
              .setUnknownFields(
                  UnknownFieldSet.newBuilder()
                      .addField(
                          9_999,
                          UnknownFieldSet.Field.newBuilder()
                              .addLengthDelimited(ByteString.copyFrom(new byte[more]))
                              .build())
                      .build())
              .build()
              .toByteArray();
      if (made.length == bytes) {
        return made;
      }
    }
  }

  private static RawCall apply(Channel channel, byte[] request) {
    RawCall call = RawCall.start(channel, RoutesGrpc.getApplyMethod(), CallOptions.DEFAULT);
    call.send(request).halfClose();
    return call;
  }

  private static String outcome(RawCall call) {
    Status end = call.awaitEnd();
    return "%s %s %s".formatted(end.getCode(), call.reason(), end.getDescription());
  }

  @Test
  void shouldTakeTheLargestRequestThatTheLeaderTakesAndNoLarger() throws Exception {
    start(options -> options.withMessageBytesMax(MESSAGE_BYTES_MAX));
    for (int more = 0; more <= 1; more++) {
      byte[] bytes = request(1, MESSAGE_BYTES_MAX + more);
      String there = outcome(apply(to(servers.getFirst()), bytes));
      assertThat(there).startsWith(more == 0 ? "OK" : "RESOURCE_EXHAUSTED MESSAGE_TOO_LARGE");
      assertThat(outcome(apply(toFollower(), bytes))).isEqualTo(there);
    }
  }

  @Test
  void shouldTakeLargeRequestsOfManyClientsAtOnce() throws Exception {
    start(options -> options.withConnections(ConnectionLimits.ofHeap(HEAP_BYTES * 16)));
    int bytes = ServerOptions.MESSAGE_BYTES_MAX;
    List<RawCall> calls = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      calls.add(apply(toFollower(), request(i, bytes)));
    }
    for (RawCall call : calls) {
      assertThat(outcome(call)).startsWith("OK");
    }
  }

  private static final class Chat implements StreamObserver<RouteNote> {
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final CompletableFuture<RouteNote> note = new CompletableFuture<>();
    private final StreamObserver<RouteNote> notes;

    Chat(Channel channel) {
      notes = RouteGuideGrpc.newStub(channel).routeChat(this);
    }

    /// Posts at a place where nobody else does, twice: so the first comes back.
    void post(int place) {
      RouteNote made =
          RouteNote.newBuilder()
              .setLocation(Point.newBuilder().setLatitude(place).setLongitude(1))
              .setMessage("here")
              .build();
      notes.onNext(made);
      notes.onNext(made);
    }

    void awaitNote() throws Exception {
      var _ = note.get(Patience.SECONDS, TimeUnit.SECONDS);
    }

    String reason() throws Exception {
      end.get(Patience.SECONDS, TimeUnit.SECONDS);
      return why;
    }

    private volatile String why = "";

    @Override
    public void onNext(RouteNote value) {
      note.complete(value);
    }

    @Override
    public void onError(Throwable failure) {
      StatusRuntimeException e = (StatusRuntimeException) failure;
      why =
          Failures.reason(
              e.getStatus(), Objects.requireNonNullElseGet(e.getTrailers(), Metadata::new));
      end.complete(e.getStatus());
      note.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }

  /// More than the leader lets one connection have.
  @Test
  void shouldHandOnMoreCallsThanOneConnectionMayHave() throws Exception {
    start(options -> options.withConnections(ConnectionLimits.ofHeap(HEAP_BYTES)));
    List<Chat> chats = new ArrayList<>();
    for (int client = 0; client < 2; client++) {
      Channel channel = toFollower();
      for (int i = 0; i < 100; i++) {
        Chat chat = new Chat(channel);
        chat.post(chats.size());
        chats.add(chat);
      }
    }
    for (Chat chat : chats) {
      chat.awaitNote();
    }
    assertThat(outcome(apply(toFollower(), request(1).toByteArray()))).startsWith("OK");
  }

  /// Calls of a method that are open at a server.
  private long open(GuidepostServer server, MethodDescriptor<?, ?> method) {
    return ServerGrpc.newBlockingStub(to(server))
        .getStatus(GetStatusRequest.getDefaultInstance())
        .getMethodsList()
        .stream()
        .filter(each -> each.getMethod().equals(method.getFullMethodName()))
        .mapToLong(MethodStatus::getOpen)
        .sum();
  }

  private void endsEverywhere(
      MethodDescriptor<?, ?> method, boolean isHandedOn, byte[]... messages) {
    RawCall call = RawCall.start(toFollower(), method, CallOptions.DEFAULT);
    for (byte[] message : messages) {
      call.send(message);
    }
    call.awaitReceived(1);
    assertThat(open(servers.getLast(), method)).isEqualTo(1);
    assertThat(open(servers.getFirst(), method)).isEqualTo(isHandedOn ? 1 : 0);
    call.cancel();
    for (GuidepostServer server : servers) {
      Awaitility.await().atMost(Patience.LIMIT).until(() -> open(server, method) == 0);
    }
  }

  @Test
  void shouldEndEverywhereWhatItsClientEnds() throws Exception {
    start(options -> options);
    byte[] note =
        RouteNote.newBuilder()
            .setLocation(Point.newBuilder().setLatitude(1).setLongitude(1))
            .setMessage("here")
            .build()
            .toByteArray();
    endsEverywhere(RouteGuideGrpc.getRouteChatMethod(), true, note, note);
    endsEverywhere(RoutesGrpc.getModifyMethod(), true, request(1).getRequest().toByteArray());
    endsEverywhere(
        RoutesGrpc.getLookupStreamMethod(),
        false,
        LookupStreamRequest.newBuilder()
            .setBatch(LookupBatchRequest.newBuilder().setIpv4(ByteString.copyFrom(new byte[4])))
            .build()
            .toByteArray());
  }

  /// Servers take so many bytes of metadata, and a follower adds some.
  @Test
  void shouldSayThatNothingWasWrittenWhereTheMetadataIsTooLargeToBeHandedOn() throws Exception {
    start(options -> options);
    List<String> outcomes = new ArrayList<>();
    for (int bytes = 7_400; bytes < 7_800; bytes += 16) {
      Metadata headers = new Metadata();
      headers.put(Metadata.Key.of("x", Metadata.ASCII_STRING_MARSHALLER), "y".repeat(bytes));
      Channel channel =
          ClientInterceptors.intercept(
              toFollower(), MetadataUtils.newAttachHeadersInterceptor(headers));
      outcomes.add(outcome(apply(channel, request(1).toByteArray())));
    }
    assertThat(outcomes.getFirst()).startsWith("OK");
    assertThat(outcomes)
        .noneMatch(each -> each.contains("OUTCOME_UNKNOWN"))
        .anyMatch(
            each ->
                each.startsWith("RESOURCE_EXHAUSTED MESSAGE_TOO_LARGE the call's metadata: ")
                    && each.endsWith("nothing was written"));
  }

  private Channel as(ManagedChannel channel, String token) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private String startFor(IdentityLimits limits) throws Exception {
    Path tokens = directory.resolve("tokens");
    String anna = new TokenFile(tokens).create("anna", Instant.now(), Optional.empty());
    Path access =
        Files.writeString(
            directory.resolve("access.yaml"),
            """
            identities:
              - {name: anna, by: token:anna}
            grants:
              - {who: [anna], role: writer, tables: ["*"], sources: ["*"], travellers: ["*"]}
            """);
    start(
        options ->
            options
                .withIdentities(limits)
                .withAccess(
                    AccessOptions.NONE.withAccess(access, Optional.of(tokens), Optional.empty())));
    return anna;
  }

  @Test
  void shouldCountAnIdentitysConnectionsAsTheLeaderDoes() throws Exception {
    String anna = startFor(new IdentityLimits(2, 10, 1_000, 1_000));
    assertThat(outcome(apply(as(toFollower(), anna), request(0).toByteArray()))).startsWith("OK");
    ManagedChannel second = toFollower();
    assertThat(outcome(apply(as(second, anna), request(1).toByteArray()))).startsWith("OK");
    for (int i = 2; i < 7; i++) {
      ManagedChannel third = toFollower();
      byte[] request = request(i).toByteArray();
      assertThat(outcome(apply(as(third, anna), request)))
          .startsWith("RESOURCE_EXHAUSTED CALLER_HOLDS_TOO_MUCH");
      second.shutdownNow();
      Awaitility.await().atMost(Patience.LIMIT).until(() -> mayRead(as(third, anna)));
      assertThat(outcome(apply(as(third, anna), request))).startsWith("OK");
      second = third;
    }
  }

  /// By the follower alone.
  private static boolean mayRead(Channel channel) {
    RawCall call = RawCall.start(channel, RoutesGrpc.getListTablesMethod(), CallOptions.DEFAULT);
    call.send(new byte[0]).halfClose();
    return outcome(call).startsWith("OK");
  }

  @Test
  void shouldCountAnIdentitysStreamsAndCallsOnce() throws Exception {
    String anna = startFor(new IdentityLimits(5, 3, 1, 20));
    Channel channel = as(toFollower(), anna);
    List<Chat> chats = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Chat chat = new Chat(channel);
      chat.post(i);
      chat.awaitNote();
      chats.add(chat);
    }
    Chat fourth = new Chat(channel);
    assertThat(fourth.reason()).isEqualTo("CALLER_HOLDS_TOO_MUCH");
    AtomicInteger taken = new AtomicInteger(chats.size());
    String refused = "";
    while (refused.isEmpty()) {
      String outcome = outcome(apply(channel, request(taken.get()).toByteArray()));
      refused = outcome.startsWith("OK") ? "" : outcome;
      taken.addAndGet(refused.isEmpty() ? 1 : 0);
      assertThat(taken).hasValueLessThan(100_000);
    }
    assertThat(refused).startsWith("RESOURCE_EXHAUSTED CALLER_TOO_FAST");
    assertThat(taken).hasValueGreaterThanOrEqualTo(20);
  }
}
