package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.calls.Failures;
import guidepost.testing.Patience;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A client of one call that sends whatever bytes a test wants and reads all that comes.
final class RawCall extends ClientCall.Listener<byte[]> {

  /// Messages as they are.
  static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private static final long SECONDS_MAX = Patience.SECONDS;

  private final ClientCall<byte[], byte[]> call;
  private final AtomicInteger received = new AtomicInteger();
  private final CompletableFuture<Status> end = new CompletableFuture<>();

  private volatile String reason = "";

  private RawCall(ClientCall<byte[], byte[]> call) {
    this.call = call;
  }

  static RawCall start(Channel channel, MethodDescriptor<?, ?> method, CallOptions options) {
    MethodDescriptor<byte[], byte[]> raw =
        MethodDescriptor.newBuilder(BYTES, BYTES)
            .setFullMethodName(method.getFullMethodName())
            .setType(method.getType())
            .build();
    RawCall caller = new RawCall(channel.newCall(raw, options));
    caller.call.start(caller, new Metadata());
    caller.call.request(1);
    return caller;
  }

  RawCall send(byte[] message) {
    call.sendMessage(message);
    return this;
  }

  void halfClose() {
    call.halfClose();
  }

  void cancel() {
    call.cancel("the client gives up", null);
  }

  void compressed() {
    call.setMessageCompression(true);
  }

  @Override
  public void onMessage(byte[] message) {
    received.incrementAndGet();
    call.request(1);
  }

  @Override
  public void onClose(Status closed, Metadata trailers) {
    reason = Failures.reason(closed, trailers);
    end.complete(closed);
  }

  /// For programs; once it has ended.
  String reason() {
    return reason;
  }

  int received() {
    return received.get();
  }

  void awaitReceived(int count) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .untilAsserted(() -> assertThat(received()).isEqualTo(count));
  }

  Status awaitEnd() {
    return end.orTimeout(SECONDS_MAX, TimeUnit.SECONDS).join();
  }
}
