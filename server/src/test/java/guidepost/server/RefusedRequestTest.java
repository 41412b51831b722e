package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.RouteGuideGrpc;
import guidepost.seed.routeguide.RouteNote;
import guidepost.seed.routetable.Route;
import guidepost.seed.routetable.RouterGrpc;
import guidepost.server.v1.GetInfoRequest;
import guidepost.server.v1.ServerGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A request that is too large or unreadable, over a real connection: whatever the call and
/// whichever of its messages, the client learns what was wrong.
final class RefusedRequestTest {

  private static final int LIMIT = 4 << 20;

  /// More than a connection takes in before anybody reads.
  private static final byte[] HUGE = new byte[24 << 20];

  /// A field of 127 bytes of which one is there.
  private static final byte[] UNREADABLE = {0x0a, 0x7f, 0x01};

  private static final AtomicInteger PLACES = new AtomicInteger();

  @TempDir private static Path data;
  private static GuidepostServer server;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() throws Exception {
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(data))
                .listeningOn(List.of(new ListenAddress("127.0.0.1", 0))));
    channel = channel(server);
  }

  private static ManagedChannel channel(GuidepostServer to) {
    int port = to.addresses().getFirst().port();
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    server.close();
  }

  private static Stream<MethodDescriptor<?, ?>> methods() {
    return Stream.of(
        RouterGrpc.getGetRouteMethod(),
        RouterGrpc.getListRoutesMethod(),
        RouterGrpc.getAddRoutesMethod(),
        RoutesGrpc.getModifyMethod(),
        RoutesGrpc.getGetRoutesMethod(),
        RouteGuideGrpc.getGetFeatureMethod(),
        RouteGuideGrpc.getListFeaturesMethod(),
        RouteGuideGrpc.getRecordRouteMethod(),
        RouteGuideGrpc.getRouteChatMethod(),
        FeaturesGrpc.getModifyMethod(),
        ServerGrpc.getGetInfoMethod(),
        HealthGrpc.getCheckMethod(),
        ServerReflectionGrpc.getServerReflectionInfoMethod());
  }

  /// The calls of many messages, each with how many are sent before the one that is refused.
  private static Stream<Arguments> later() {
    return Stream.of(
            RouterGrpc.getAddRoutesMethod(),
            RoutesGrpc.getModifyMethod(),
            RouteGuideGrpc.getRecordRouteMethod(),
            RouteGuideGrpc.getRouteChatMethod(),
            FeaturesGrpc.getModifyMethod(),
            named("Router/AddRoutes", RouterGrpc.getAddRoutesMethod()),
            named("proto.RouteGuide/RouteChat", RouteGuideGrpc.getRouteChatMethod()))
        .flatMap(method -> Stream.of(1, 2, 99).map(before -> Arguments.of(method, before)));
  }

  private static <Q, A> MethodDescriptor<Q, A> named(String name, MethodDescriptor<Q, A> method) {
    return method.toBuilder().setFullMethodName(name).setSchemaDescriptor(null).build();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void shouldSayThatTheFirstMessageIsTooLarge(MethodDescriptor<?, ?> method) {
    assertTooLarge(start(method).send(large(LIMIT + 1)));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void shouldSayThatTheFirstMessageIsUnreadable(MethodDescriptor<?, ?> method) {
    RawCall call = start(method).send(UNREADABLE);
    call.halfClose();
    assertUnreadable(call, method);
  }

  @ParameterizedTest
  @MethodSource("later")
  void shouldSayThatALaterMessageIsTooLarge(MethodDescriptor<?, ?> method, int before) {
    assertTooLarge(begun(method, before).send(large(LIMIT + 1)));
  }

  @ParameterizedTest
  @MethodSource("later")
  void shouldSayThatALaterMessageIsFarTooLarge(MethodDescriptor<?, ?> method, int before) {
    assertTooLarge(begun(method, before).send(HUGE));
  }

  @ParameterizedTest
  @MethodSource("later")
  void shouldSayThatALaterMessageIsUnreadable(MethodDescriptor<?, ?> method, int before) {
    assertUnreadable(begun(method, before).send(UNREADABLE), method);
  }

  @Test
  void shouldTakeAMessageOfExactlyTheLimit() {
    RawCall call = start(ServerGrpc.getGetInfoMethod()).send(large(LIMIT));
    call.halfClose();
    assertThat(call.awaitEnd()).isEqualTo(Status.OK);
  }

  @ParameterizedTest
  @MethodSource("later")
  void shouldSayThatAMessageIsTooLargeWhenDecompressed(MethodDescriptor<?, ?> method, int before) {
    RawCall call = begun(method, before, CallOptions.DEFAULT.withCompression("gzip"));
    call.compressed();
    assertTooLarge(call.send(large(LIMIT + 1)));
  }

  @Test
  void shouldAnswerWhatWasAskedBeforeTheRefusedMessage() {
    RawCall call = start(FeaturesGrpc.getModifyMethod());
    for (int i = 0; i < 3; i++) {
      call.send(new byte[0]);
    }
    call.send(UNREADABLE);
    assertUnreadable(call, FeaturesGrpc.getModifyMethod());
    assertThat(call.received()).isEqualTo(3);
  }

  @Test
  void shouldEndACallWhoseClientSendsOnAndOnWhileWhatItIsOwedIsNotThere() throws Exception {
    StubbornEngine engine = new StubbornEngine();
    ServerOptions options =
        ServerOptions.with(engine.as(Optional.empty()))
            .listeningOn(List.of(new ListenAddress("127.0.0.1", 0)));
    try (GuidepostServer slow = GuidepostServer.start(options)) {
      engine.hold();
      ManagedChannel toSlow = channel(slow);
      RawCall call =
          RawCall.start(toSlow, RouterGrpc.getAddRoutesMethod(), CallOptions.DEFAULT)
              .send(good(RouterGrpc.getAddRoutesMethod()))
              .send(HUGE);
      assertTooLarge(call);
      engine.release();
      toSlow.shutdownNow();
    }
  }

  @Test
  void shouldLeaveTheOtherCallsOfAConnectionAlone() {
    RawCall other = begun(RoutesGrpc.getModifyMethod(), 1);
    assertTooLarge(begun(RoutesGrpc.getModifyMethod(), 1).send(HUGE));
    other.send(new byte[0]);
    other.awaitReceived(2);
    other.halfClose();
    assertThat(other.awaitEnd().isOk()).isTrue();
    assertThat(ServerGrpc.newBlockingStub(channel).getInfo(GetInfoRequest.getDefaultInstance()))
        .isNotNull();
  }

  /// A call on which so many good messages were sent and, where there are any, answers have come:
  /// the hard case, because then a transport can only reset the stream.
  private static RawCall begun(MethodDescriptor<?, ?> method, int messages) {
    return begun(method, messages, CallOptions.DEFAULT);
  }

  private static RawCall begun(MethodDescriptor<?, ?> method, int messages, CallOptions options) {
    RawCall call = RawCall.start(channel, method, options);
    byte[] good = good(method);
    for (int i = 0; i < messages; i++) {
      call.send(good);
    }
    switch (String.valueOf(method.getBareMethodName())) {
      case "Modify" -> call.awaitReceived(messages);
      case "RouteChat" -> call.awaitReceived(messages * (messages - 1) / 2);
      default -> {}
    }
    return call;
  }

  private static byte[] good(MethodDescriptor<?, ?> method) {
    return switch (String.valueOf(method.getBareMethodName())) {
      case "AddRoutes" ->
          Route.newBuilder().setDest("10.0.0.1").setNh("192.0.2.1").build().toByteArray();
      case "RecordRoute" -> Point.newBuilder().setLatitude(1).build().toByteArray();
      case "RouteChat" ->
          RouteNote.newBuilder()
              .setLocation(Point.newBuilder().setLatitude(PLACES.incrementAndGet()))
              .setMessage("hello")
              .build()
              .toByteArray();
      default -> new byte[0];
    };
  }

  /// A readable message of that many bytes, in a field that no method knows.
  private static byte[] large(int bytes) {
    int tagAndLength = 2 + CodedOutputStream.computeUInt32SizeNoTag(bytes);
    return UnknownFieldSet.newBuilder()
        .addField(
            200,
            UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFrom(new byte[bytes - tagAndLength]))
                .build())
        .build()
        .toByteArray();
  }

  private static RawCall start(MethodDescriptor<?, ?> method) {
    return RawCall.start(channel, method, CallOptions.DEFAULT);
  }

  private static void assertTooLarge(RawCall call) {
    Status status = call.awaitEnd();
    assertThat(call.reason()).isEqualTo("MESSAGE_TOO_LARGE");
    assertThat(status.getCode()).as("%s", status).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(status.getDescription())
        .isEqualTo("request must be at most 4194304 bytes; this one has more");
  }

  private static void assertUnreadable(RawCall call, MethodDescriptor<?, ?> method) {
    Status status = call.awaitEnd();
    assertThat(call.reason()).isEqualTo("MESSAGE_MALFORMED");
    String name =
        ((MethodDescriptor.PrototypeMarshaller<?>) method.getRequestMarshaller())
                    .getMessagePrototype()
                instanceof Message message
            ? message.getDescriptorForType().getFullName()
            : "";
    assertThat(status.getCode()).as("%s", status).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).startsWith("request: must be a %s: ".formatted(name));
  }
}
