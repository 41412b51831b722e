package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import guidepost.testing.RawHttp2;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that no gRPC library sends: the status says that the client is at fault, and how.
final class BrokenRequestTest {

  private static final String INVALID = "3";
  private static final String OK = "0";
  private static final int COMPRESSED = 1;
  private static final byte[] NOTHING = {};

  private static GuidepostServer server;
  private RawHttp2 peer;

  @BeforeAll
  static void start() throws Exception {
    server =
        GuidepostServer.start(
            ServerOptions.with(new StubbornEngine().as(Optional.empty()))
                .listeningOn(List.of(new ListenAddress("127.0.0.1", 0))));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void connect() throws IOException {
    peer =
        new RawHttp2(
            new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.addresses().getFirst().port()),
            1 << 16,
            true);
  }

  @AfterEach
  void disconnect() {
    peer.close();
  }

  private String status() {
    await().until(() -> !peer.header("grpc-status").isEmpty());
    return peer.header("grpc-status");
  }

  private String reason() {
    try {
      byte[] details = Base64.getDecoder().decode(peer.header("grpc-status-details-bin"));
      return com.google.rpc.Status.parseFrom(details)
          .getDetails(0)
          .unpack(ErrorInfo.class)
          .getReason();
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertInvalid(String... words) {
    assertThat(status()).as(peer.header("grpc-message")).isEqualTo(INVALID);
    assertThat(peer.header("grpc-message")).contains(words);
    assertThat(reason()).isIn("HTTP_MALFORMED", "MESSAGE_MALFORMED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/Router/GetRoute", "/Router/ListRoutes", "/RouteGuide/GetFeature"})
  void shouldSayThatARequestIsMissing(String method) throws Exception {
    peer.call(1, method).frame(RawHttp2.DATA, RawHttp2.END_STREAM, 1, NOTHING).flush();
    assertInvalid("must be one message", "none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/Router/GetRoute", "/Router/ListRoutes", "/RouteGuide/GetFeature"})
  void shouldSayThatASecondRequestCame(String method) throws Exception {
    peer.call(1, method).message(1, NOTHING).message(1, NOTHING).flush();
    assertInvalid("must be one message", "another");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/Router/GetRoute", "/Router/AddRoutes", "/RouteGuide/RouteChat"})
  void shouldSayThatNoEncodingIsNamedForACompressedMessage(String method) throws Exception {
    peer.call(1, method).frame(RawHttp2.DATA, 0, 1, RawHttp2.framed(COMPRESSED, NOTHING)).flush();
    assertInvalid("message flag \"1\"", "grpc-encoding");
  }

  @Test
  void shouldSayThatAFlagIsNone() throws Exception {
    peer.call(1, "/Router/GetRoute")
        .frame(RawHttp2.DATA, RawHttp2.END_STREAM, 1, RawHttp2.framed(0x82, NOTHING))
        .flush();
    assertInvalid("message flag \"130\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 6, 10})
  void shouldSayThatARequestEndsWithinAMessage(int bytes) throws Exception {
    byte[] cut = java.util.Arrays.copyOf(RawHttp2.framed(0, new byte[20]), bytes);
    peer.call(1, "/Router/AddRoutes").frame(RawHttp2.DATA, RawHttp2.END_STREAM, 1, cut).flush();
    assertInvalid("ends within a message");
  }

  @Test
  void shouldReadAMessageThatComesByteByByte() throws Exception {
    peer.call(1, "/Router/GetRoute");
    byte[] whole = RawHttp2.framed(0, new byte[] {10, 7, '1', '.', '2', '.', '3', '.', '4'});
    for (int i = 0; i < whole.length; i++) {
      int end = i == whole.length - 1 ? RawHttp2.END_STREAM : 0;
      peer.frame(RawHttp2.DATA, end, 1, new byte[] {whole[i]}).flush();
    }
    assertThat(status()).isEqualTo(OK);
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain, 415",
    "application/grpcweb, 415",
    "application/json, 415",
    "'', 415",
  })
  void shouldSayThatTheContentTypeIsNotItsOwn(String type, String http) throws Exception {
    headers("POST", "content-type", type);
    assertInvalid("content-type", type);
    assertThat(peer.header(":status")).isEqualTo(http);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/grpc+proto", "application/grpc;charset=utf-8", "APPLICATION/GRPC"})
  void shouldTakeEveryFormOfTheContentType(String type) throws Exception {
    headers("POST", "content-type", type);
    assertThat(status()).isEqualTo(OK);
  }

  @Test
  void shouldSayThatAMethodMustBePost() throws Exception {
    headers("PUT", "content-type", "application/grpc");
    assertInvalid(":method", "PUT");
    assertThat(peer.header(":status")).isEqualTo("405");
  }

  @ParameterizedTest
  @ValueSource(strings = {"S", "1", "1x", "-1S", "123456789S", "1.5S", " "})
  void shouldSayThatATimeoutIsNone(String timeout) throws Exception {
    headers("POST", "content-type", "application/grpc", "grpc-timeout", timeout);
    assertInvalid("grpc-timeout");
  }

  private void headers(String method, String... more) throws IOException {
    List<String> headers =
        new java.util.ArrayList<>(
            List.of(
                ":method", method,
                ":scheme", "http",
                ":path", "/Router/ListRoutes",
                ":authority", "localhost",
                "te", "trailers"));
    headers.addAll(List.of(more));
    peer.headers(1, 0, headers.toArray(String[]::new)).lastMessage(1, NOTHING).flush();
  }
}
