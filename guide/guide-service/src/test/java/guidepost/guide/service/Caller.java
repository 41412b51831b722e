package guidepost.guide.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client of one streaming call that keeps what it receives and reads only when told to.
final class Caller<Q, A> extends ClientCall.Listener<A> {

  private final ClientCall<Q, A> call;
  // Guarded by itself.
  private final List<A> received = new ArrayList<>();
  private final boolean eager;
  private volatile @Nullable Status status;
  private volatile Metadata trailers = new Metadata();

  private Caller(ClientCall<Q, A> call, boolean eager) {
    this.call = call;
    this.eager = eager;
  }

  /// A client that reads whatever comes.
  static <Q, A> Caller<Q, A> eager(Channel channel, MethodDescriptor<Q, A> method) {
    return start(channel, method, true);
  }

  /// A client that reads nothing before [#read].
  static <Q, A> Caller<Q, A> lazy(Channel channel, MethodDescriptor<Q, A> method) {
    return start(channel, method, false);
  }

  private static <Q, A> Caller<Q, A> start(
      Channel channel, MethodDescriptor<Q, A> method, boolean eager) {
    Caller<Q, A> caller = new Caller<>(channel.newCall(method, CallOptions.DEFAULT), eager);
    caller.call.start(caller, new Metadata());
    caller.read(eager ? 1 : 0);
    return caller;
  }

  void read(int messages) {
    if (messages > 0) {
      call.request(messages);
    }
  }

  Caller<Q, A> send(Q message) {
    call.sendMessage(message);
    return this;
  }

  boolean isReady() {
    return call.isReady();
  }

  Caller<Q, A> halfClose() {
    call.halfClose();
    return this;
  }

  void cancel() {
    call.cancel("the test has seen enough", null);
  }

  @Override
  public void onMessage(A message) {
    synchronized (received) {
      received.add(message);
    }
    read(eager ? 1 : 0);
  }

  @Override
  public void onClose(Status closed, Metadata last) {
    trailers = last;
    status = closed;
  }

  /// What has arrived so far.
  List<A> received() {
    synchronized (received) {
      return List.copyOf(received);
    }
  }

  List<A> awaitReceived(int count) {
    await().untilAsserted(() -> assertThat(received()).hasSize(count));
    return received();
  }

  boolean isOver() {
    return status != null;
  }

  Status awaitEnd() {
    await().until(this::isOver);
    return status == null ? Status.UNKNOWN : status;
  }

  /// Ends the call from this side and waits for everything.
  List<A> finish() {
    halfClose();
    assertThat(awaitEnd().getCode()).isEqualTo(Status.Code.OK);
    return received();
  }

  Metadata trailers() {
    return trailers;
  }

  @Nullable String trailer(String key) {
    return trailers.get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
  }
}
