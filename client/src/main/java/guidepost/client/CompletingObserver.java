package guidepost.client;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/// Completes a future with the only response of a call.
///
/// Threads: gRPC's.
final class CompletingObserver<R> implements StreamObserver<R> {

  private final CompletableFuture<R> answer;

  CompletingObserver(CompletableFuture<R> answer) {
    this.answer = answer;
  }

  @Override
  public void onNext(R response) {
    answer.complete(response);
  }

  @Override
  public void onError(Throwable failure) {
    answer.completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {
    // The response came before; the protocol allows no call that ends well without one.
  }
}
