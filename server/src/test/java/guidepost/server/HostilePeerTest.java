package guidepost.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.Route;
import guidepost.seed.routetable.RouterGrpc;
import guidepost.testing.RawHttp2;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Peers that do not read, reset what they asked for, come too often, or break the protocol: they
/// cost a bounded amount, and nobody else. In plaintext, where nobody is asked, and over TLS with a
/// reader's token.
@ParameterizedClass
@EnumSource(Wire.class)
final class HostilePeerTest {

  private static final int ROUTES = 2_000;
  private static final byte[] NOTHING = {};
  private static final String LIST = "/Router/ListRoutes";
  private static final long MIB = 1L << 20;
  private static final Duration FOR_EVER = Duration.ofHours(1);

  @Parameter private Wire wire = Wire.PLAINTEXT;
  @TempDir private Path directory;

  private final List<RawHttp2> peers = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // each test starts its own
  private GuidepostServer server;

  @SuppressWarnings("NullAway.Init")
  private ManagedChannel channel;

  @SuppressWarnings("NullAway.Init")
  private Wire.Ends ends;

  private void start(ConnectionLimits limits) throws Exception {
    ends = wire.make(Files.createTempDirectory(directory, "ends"));
    server =
        GuidepostServer.start(
            ServerOptions.with(new StubbornEngine().as(Optional.empty()))
                .listeningOn(List.of(new ListenAddress("127.0.0.1", 0)))
                .withGrace(Duration.ZERO)
                .withConnections(limits)
                .withAccess(ends.access()));
    channel = ends.writer(address());
  }

  private static ConnectionLimits limits() {
    return ConnectionLimits.ofHeap(1L << 30).withStallTimeout(FOR_EVER);
  }

  private InetSocketAddress address() {
    return new InetSocketAddress(
        InetAddress.getLoopbackAddress(), server.addresses().getFirst().port());
  }

  @AfterEach
  void stop() {
    peers.forEach(RawHttp2::close);
    channel.shutdownNow();
    server.close();
  }

  private RawHttp2 peer(int window, boolean reads) throws IOException {
    RawHttp2 peer = ends.peer(address(), window, reads);
    peers.add(peer);
    return peer;
  }

  private void addRoutes() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    StreamObserver<Route> routes =
        RouterGrpc.newStub(channel)
            .addRoutes(
                new StreamObserver<>() {
                  @Override
                  public void onNext(guidepost.seed.routetable.Result result) {}

                  @Override
                  public void onError(Throwable failure) {
                    done.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {
                    done.complete(null);
                  }
                });
    for (int i = 0; i < ROUTES; i++) {
      routes.onNext(
          Route.newBuilder()
              .setDest("10.%d.%d.0/24".formatted(i >> 8, i & 0xff))
              .setNh("192.0.2.1")
              .build());
    }
    routes.onCompleted();
    done.join();
  }

  private void shouldServeOthers() {
    assertThat(
            RouterGrpc.newBlockingStub(channel)
                .getRoute(Destination.newBuilder().setNetwork("10.0.0.1").build())
                .getNh())
        .isEqualTo("192.0.2.1");
  }

  private static void list(RawHttp2 peer, int calls) throws IOException {
    for (int call = 0; call < calls; call++) {
      peer.call(2 * call + 1, LIST).lastMessage(2 * call + 1, NOTHING);
    }
    peer.flush();
  }

  /// As many as the server takes before it closes the connection.
  private static void listUntilClosed(RawHttp2 peer, int calls) {
    try {
      list(peer, calls);
    } catch (IOException e) {
      // closed while it was sending
    }
  }

  @Test
  void shouldHoldNoMoreForAConnectionThanItsShareWhateverItAsksFor() throws Exception {
    start(limits().withBudget(64 * MIB, MIB));
    addRoutes();
    list(peer(0, false), 200);
    await().until(() -> server.budget().held() > MIB * 3 / 4);
    for (int i = 0; i < 100; i++) {
      shouldServeOthers();
      // A share for what waits, as much for what its calls cost by themselves, and a last message.
      assertThat(server.budget().held()).isLessThan(3 * MIB);
    }
  }

  @Test
  void shouldSendEverythingToAClientThatReadsThoughItHadToWait() throws Exception {
    start(limits().withBudget(64 * MIB, MIB));
    addRoutes();
    RawHttp2 peer = peer(0, true);
    list(peer, 100);
    await().until(() -> server.budget().held() > MIB / 2);
    long before = server.budget().held();
    peer.window(0, Integer.MAX_VALUE - (1 << 16));
    for (int call = 0; call < 100; call++) {
      peer.window(2 * call + 1, 1 << 30);
    }
    peer.flush();
    // Each call ends with trailers, after its headers.
    await().until(() -> peer.received(RawHttp2.HEADERS) >= 2 * 100);
    await().until(() -> server.budget().held() < before / 2);
    assertThat(peer.received(RawHttp2.RST_STREAM)).isZero();
  }

  @Test
  void shouldRefuseAnAnswerThatTheConnectionHasNoRoomFor() throws Exception {
    start(limits().withBudget(64 * MIB, MIB / 2));
    addRoutes();
    RawHttp2 peer = peer(0, true);
    byte[] everything = LookupBatchRequest.newBuilder().setIpv4(addresses()).build().toByteArray();
    for (int stream = 1; !peer.header("grpc-status").equals("8"); stream += 2) {
      peer.call(stream, "/guidepost.routes.v1.Routes/LookupBatch")
          .lastMessage(stream, everything)
          .flush();
      int sent = (stream + 1) / 2;
      await().until(() -> peer.received(RawHttp2.HEADERS) >= sent || peer.isClosedByPeer());
    }
    assertThat(peer.header("grpc-message")).contains("wait for this client");
    shouldServeOthers();
  }

  /// One in each route's prefix.
  private static ByteString addresses() {
    ByteBuffer addresses = ByteBuffer.allocate(Integer.BYTES * ROUTES);
    for (int i = 0; i < ROUTES; i++) {
      addresses.putInt((10 << 24) + (i << 8) + 1);
    }
    return ByteString.copyFrom(addresses.flip());
  }

  @Test
  void shouldCloseTheGreediestConnectionWhenTheServerHoldsTooMuch() throws Exception {
    start(limits().withBudget(2 * MIB, MIB));
    addRoutes();
    RawHttp2 modest = peer(0, true);
    list(modest, 1);
    List<RawHttp2> greedy = List.of(peer(0, true), peer(0, true), peer(0, true));
    for (RawHttp2 each : greedy) {
      listUntilClosed(each, 200);
    }
    await().until(() -> greedy.stream().anyMatch(RawHttp2::isClosedByPeer));
    await().until(() -> server.budget().held() < 2 * MIB);
    assertThat(modest.isClosedByPeer()).isFalse();
    shouldServeOthers();
  }

  /// On a busy machine nothing may move for the time that a client has: then all have more of it.
  @Test
  void shouldEndTheCallWhoseClientTakesNothingAndNotTheOneBesideIt() throws Exception {
    Duration timeout = Duration.ofSeconds(1);
    start(limits().withStallTimeout(timeout));
    Set<Integer> ended = endedOfTwo(timeout);
    while (!ended.equals(Set.of(1)) && timeout.compareTo(Duration.ofMinutes(1)) < 0) {
      stop();
      timeout = timeout.multipliedBy(2);
      start(limits().withStallTimeout(timeout));
      ended = endedOfTwo(timeout);
    }
    assertThat(ended).as("within %s", timeout).containsExactly(1);
  }

  /// The calls that end while a client takes nothing of the first, and a little of the second eight
  /// times within the timeout.
  private Set<Integer> endedOfTwo(Duration timeout) throws IOException {
    addRoutes();
    RawHttp2 peer = peer(0, true);
    list(peer, 2);
    while (peer.received(RawHttp2.RST_STREAM) == 0) {
      long before = peer.dataBytes();
      peer.window(3, 2_000).flush();
      await() // else it would have all of it before
          .pollDelay(timeout.dividedBy(8))
          .until(() -> peer.dataBytes() > before || peer.received(RawHttp2.RST_STREAM) > 0);
    }
    long before = peer.dataBytes();
    peer.window(3, 1_000).flush();
    await().until(() -> peer.dataBytes() > before || peer.resets().contains(3));
    return Set.copyOf(peer.resets());
  }

  @Test
  void shouldEndTheCallWhoseClientTakesAByteNowAndThen() throws Exception {
    start(limits().withStallTimeout(Duration.ofSeconds(1)));
    addRoutes();
    RawHttp2 peer = peer(0, true);
    list(peer, 1);
    while (peer.resets().isEmpty()) {
      long before = peer.dataBytes();
      peer.window(1, 1).flush();
      await() // else it would ask for enough
          .pollDelay(Duration.ofMillis(5))
          .until(() -> peer.dataBytes() > before || !peer.resets().isEmpty());
    }
    assertThat(peer.resets()).containsOnly(1);
  }

  @Test
  void shouldCloseAConnectionThatDoesNotBeginHttp2() throws Exception {
    start(limits().withGreetingTimeout(Duration.ofSeconds(1)));
    await().ignoreExceptions().untilAsserted(this::addRoutes);
    try (Socket silent = new Socket();
        Socket slow = new Socket()) {
      silent.connect(address());
      slow.connect(address());
      slow.getOutputStream().write("PRI * HTTP/2.0\r\n".getBytes(US_ASCII));
      // What the server says first, and then its end.
      assertThat(silent.getInputStream().readAllBytes().length > 0).isEqualTo(greets());
      awaitEnd(slow);
    }
    shouldServeOthers();
  }

  /// The server's end, or its reset if it closed before it had read everything.
  private static void awaitEnd(Socket socket) {
    try {
      assertThat(socket.getInputStream().readAllBytes()).isNotNull();
    } catch (IOException e) {
      // reset
    }
  }

  /// True if the server speaks first.
  private boolean greets() {
    return wire == Wire.PLAINTEXT;
  }

  @Test
  void shouldKeepAConnectionThatHasBegunHttp2() throws Exception {
    start(limits().withGreetingTimeout(Duration.ofSeconds(1)));
    await().ignoreExceptions().untilAsserted(this::addRoutes);
    RawHttp2 peer = answered();
    // As many as there are event loops, so that one is on the peer's: its time is over later.
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
      silent.add(new Socket(address().getAddress(), address().getPort()));
    }
    for (Socket each : silent) {
      assertThat(each.getInputStream().readAllBytes().length > 0).isEqualTo(greets());
      each.close();
    }
    assertThat(peer.isClosedByPeer()).isFalse();
    peer.call(3, LIST).lastMessage(3, NOTHING).flush();
    await().until(() -> peer.received(RawHttp2.HEADERS) > 2);
    assertThat(peer.isClosedByPeer()).isFalse();
  }

  /// A peer whose first call was answered, with headers and trailers. On a busy machine its
  /// handshake may take longer than the server waits, but not each time.
  private RawHttp2 answered() {
    await()
        .ignoreExceptions()
        .until(
            () -> {
              RawHttp2 peer = peer(1 << 20, true);
              peer.window(0, 1 << 20);
              list(peer, 1);
              await().until(() -> peer.received(RawHttp2.HEADERS) > 1 || peer.isClosedByPeer());
              return peer.received(RawHttp2.HEADERS) > 1;
            });
    return peers.getLast();
  }

  @Test
  void shouldCloseTheConnectionWhoseSocketTakesNothing() throws Exception {
    start(limits().withStallTimeout(Duration.ofSeconds(1)));
    addRoutes();
    RawHttp2 peer = peer(Integer.MAX_VALUE, false);
    peer.window(0, Integer.MAX_VALUE - (1 << 16));
    listUntilClosed(peer, 250);
    // As it reads nothing, it hears of its end by what it sends.
    await().until(() -> !takes(peer));
    await().until(() -> server.budget().held() < MIB / 2);
    shouldServeOthers();
  }

  /// False if the other side has closed the connection.
  private static boolean takes(RawHttp2 peer) {
    try {
      peer.frame(RawHttp2.PRIORITY, 0, 1, new byte[] {0, 0, 0, 0, 1}).flush();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"reset", "headers and reset", "no window", "too much window", "data after end"})
  void shouldCloseAConnectionWhoseStreamsAreResetWithoutEnd(String how) throws Exception {
    start(limits());
    addRoutes();
    RawHttp2 peer = peer(1 << 16, true);
    try {
      for (int stream = 1; stream < 40_000 && !peer.isClosedByPeer(); stream += 2) {
        peer.call(stream, LIST);
        switch (how) {
          case "reset" -> peer.lastMessage(stream, NOTHING).reset(stream);
          case "headers and reset" -> peer.reset(stream);
          case "no window" -> peer.lastMessage(stream, NOTHING).window(stream, 0);
          case "too much window" ->
              peer.lastMessage(stream, NOTHING).window(stream, Integer.MAX_VALUE);
          case "data after end" ->
              peer.lastMessage(stream, NOTHING).frame(RawHttp2.DATA, 0, stream, new byte[10]);
          default -> throw new IllegalArgumentException(how);
        }
        peer.flush();
      }
    } catch (IOException e) {
      // closed while it was sending
    }
    await().until(peer::isClosedByPeer);
    shouldServeOthers();
  }

  @Test
  void shouldLetConnectionsThatComeTooFastWaitAndCloseThoseBeyond() throws Exception {
    start(limits().withConnections(1, 1, 1));
    assumeTrue(wire == Wire.PLAINTEXT, "what is taken is decided before its handshake");
    addRoutes();
    // One waits for its turn, and those that come meanwhile are closed, however slow the machine.
    List<RawHttp2> fast = new ArrayList<>();
    await()
        .until(
            () -> {
              for (int i = 0; i < 10; i++) {
                connect(fast);
              }
              return fast.stream().anyMatch(RawHttp2::isClosedByPeer);
            });
    await().until(() -> fast.stream().anyMatch(each -> each.received(RawHttp2.SETTINGS) > 0));
    shouldServeOthers();
  }

  private void connect(List<RawHttp2> to) {
    try {
      to.add(peer(1 << 16, true));
    } catch (IOException e) {
      // closed before it had said anything
    }
  }

  /// They would have a second each.
  @Test
  void shouldNotLetOthersWaitForConnectionsThatWereClosedWhileTheyWaited() throws Exception {
    assumeTrue(Epoll.isAvailable(), "only epoll shows what became of a socket that is not read");
    start(limits().withConnections(1, 1, 4_096));
    addRoutes();
    for (int i = 0; i < 2_000; i++) {
      new Socket(address().getAddress(), address().getPort()).close();
    }
    RawHttp2 honest = peer(1 << 16, true);
    await().until(() -> honest.received(RawHttp2.SETTINGS) > 0);
    shouldServeOthers();
  }

  /// Their data follow before the client can know that they are too many.
  @Test
  void shouldRefuseCallsThatAreTooManyAndKeepTheOthersOfTheirConnection() throws Exception {
    start(limits());
    addRoutes();
    RawHttp2 peer = peer(0, true);
    list(peer, 300);
    // A call is reset twice if its data come when the first reset is on its way already.
    await().until(() -> Set.copyOf(peer.resets()).size() >= 300 - 256);
    assertThat(Set.copyOf(peer.resets())).hasSize(300 - 256).allMatch(stream -> stream > 2 * 256);
    shouldGoOnWith(peer);
    shouldServeOthers();
  }

  private static void shouldGoOnWith(RawHttp2 peer) throws IOException {
    long before = peer.dataBytes();
    peer.window(1, 1 << 20).window(0, 1 << 20).flush();
    await().until(() -> peer.dataBytes() > before);
    assertThat(peer.isClosedByPeer()).isFalse();
  }

  @Test
  void shouldKeepAConnectionWhoseRefusedCallsSendDataWhenTheyKnow() throws Exception {
    start(limits());
    addRoutes();
    RawHttp2 peer = peer(0, true);
    list(peer, 256);
    for (int stream = 2 * 256 + 1; stream <= 2 * 300; stream += 2) {
      int refused = stream;
      peer.call(stream, LIST).flush();
      await().until(() -> peer.resets().contains(refused));
      peer.lastMessage(stream, NOTHING).flush();
    }
    shouldGoOnWith(peer);
    shouldServeOthers();
  }

  @Test
  void shouldForgetWhatAConnectionHeldWhenItIsGone() throws Exception {
    start(limits());
    addRoutes();
    shouldServeOthers();
    await().until(() -> server.budget().held() < MIB / 8);
    long before = server.budget().held();
    for (int i = 0; i < 5; i++) {
      RawHttp2 peer = peer(0, false);
      list(peer, 100);
      await().until(() -> server.budget().held() > before + MIB / 2);
      peer.close();
      await().until(() -> server.budget().held() <= before);
    }
  }
}
