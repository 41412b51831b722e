package guidepost.routes.service;

import guidepost.testing.Patience;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Gathers what a call answers.
final class Replies<T> implements StreamObserver<T> {

  private final List<T> messages = new ArrayList<>();
  private final CompletableFuture<List<T>> all = new CompletableFuture<>();

  @Override
  public synchronized void onNext(T message) {
    messages.add(message);
  }

  @Override
  public void onError(Throwable failure) {
    all.completeExceptionally(failure);
  }

  @Override
  public synchronized void onCompleted() {
    all.complete(List.copyOf(messages));
  }

  /// How many have come so far.
  synchronized int count() {
    return messages.size();
  }

  /// Every message, once the call has ended with OK.
  List<T> await() throws Exception {
    return all.get(Patience.SECONDS, TimeUnit.SECONDS);
  }

  /// The only message, once the call has ended with OK.
  T awaitOne() throws Exception {
    List<T> replies = await();
    if (replies.size() != 1) {
      throw new AssertionError("expected one reply: " + replies);
    }
    return replies.getFirst();
  }
}
