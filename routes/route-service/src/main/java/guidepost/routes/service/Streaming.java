package guidepost.routes.service;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;

/// Sends the messages of an iterator as fast as the client reads them, and no faster: what waits in
/// the transport stays under its own small bound, whatever the length of the list.
///
/// Threads: the call's event loop.
final class Streaming {

  private Streaming() {}

  static <M> void send(Iterator<M> messages, StreamObserver<M> observer) {
    ServerCallStreamObserver<M> call = (ServerCallStreamObserver<M>) observer;
    Pump<M> pump = new Pump<>(messages, call);
    call.setOnCancelHandler(() -> {});
    call.setOnReadyHandler(pump);
    pump.run();
  }

  private static final class Pump<M> implements Runnable {
    private final Iterator<M> messages;
    private final ServerCallStreamObserver<M> call;
    private boolean completed;

    Pump(Iterator<M> messages, ServerCallStreamObserver<M> call) {
      this.messages = messages;
      this.call = call;
    }

    @Override
    public void run() {
      while (!completed && !call.isCancelled() && call.isReady()) {
        if (messages.hasNext()) {
          call.onNext(messages.next());
        } else {
          completed = true;
          call.onCompleted();
        }
      }
    }
  }
}
