package guidepost.client;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a server does with one call after another of a streaming method; calls after the last
/// script stay open.
final class ScriptedCalls<Q, R> {

  private final Queue<Consumer<StreamObserver<R>>> scripts = new ConcurrentLinkedQueue<>();
  private volatile @Nullable StreamObserver<R> newest;
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
    newest = responses;
    requests.add(request);
    Consumer<StreamObserver<R>> script = scripts.poll();
    if (script != null) {
      script.accept(responses);
    }
  }

  private StreamObserver<R> newest() {
    return Objects.requireNonNull(newest, "no call was made");
  }

  /// The newest call gets one more message.
  void answers(R message) {
    newest().onNext(message);
  }

  /// The newest call is cut.
  void cuts(Status.Code code) {
    newest().onError(code.toStatus().withDescription("cut").asRuntimeException());
  }

  /// The newest call ends without an error.
  void ends() {
    newest().onCompleted();
  }

  /// The requests of all calls so far.
  List<Q> requests() {
    return requests;
  }
}
