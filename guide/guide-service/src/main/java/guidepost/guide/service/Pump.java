package guidepost.guide.service;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;

/// Sends an iterator's messages no faster than the client takes them, and stops when it goes away.
///
/// Threads: those of its call, one at a time.
///
/// @param <M> the messages
final class Pump<M> {

  private final Iterator<M> messages;
  private final ServerCallStreamObserver<M> call;
  private boolean ended;

  private Pump(Iterator<M> messages, ServerCallStreamObserver<M> call) {
    this.messages = messages;
    this.call = call;
  }

  /// Sends as the transport gets ready for it, from now until the end or a cancellation.
  static <M> void start(Iterator<M> messages, StreamObserver<M> caller) {
    Pump<M> pump = new Pump<>(messages, (ServerCallStreamObserver<M>) caller);
    pump.call.setOnCancelHandler(() -> pump.ended = true);
    pump.call.setOnReadyHandler(pump::send);
  }

  private void send() {
    while (!ended && call.isReady()) {
      if (messages.hasNext()) {
        call.onNext(messages.next());
      } else {
        ended = true;
        call.onCompleted();
      }
    }
  }
}
