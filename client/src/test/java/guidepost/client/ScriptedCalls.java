package guidepost.client;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// What a server does with one call after another of a streaming method; calls after the last
/// script stay open.
final class ScriptedCalls<Q, R> {

  private final Queue<Consumer<StreamObserver<R>>> scripts = new ConcurrentLinkedQueue<>();
  private final List<Q> requests = new CopyOnWriteArrayList<>();

  /// The next call gets these messages and stays open.
  ScriptedCalls<Q, R> sends(List<R> messages) {
    scripts.add(responses -> messages.forEach(responses::onNext));
    return this;
  }

  /// The next call gets these messages and is cut.
  ScriptedCalls<Q, R> cutsAfter(Status.Code code, List<R> messages) {
    scripts.add(
        responses -> {
          messages.forEach(responses::onNext);
          responses.onError(code.toStatus().withDescription("cut").asRuntimeException());
        });
    return this;
  }

  void call(Q request, StreamObserver<R> responses) {
    requests.add(request);
    Consumer<StreamObserver<R>> script = scripts.poll();
    if (script != null) {
      script.accept(responses);
    }
  }

  /// The requests of all calls so far.
  List<Q> requests() {
    return requests;
  }
}
