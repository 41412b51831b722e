package guidepost.client;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/// Completes a future with the only response of a call; with INTERNAL if the call ends well without
/// one, which the protocol does not allow.
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
    if (!answer.isDone()) {
      answer.completeExceptionally(
          Status.INTERNAL
              .withDescription("the server ended the call with OK and without an answer")
              .asRuntimeException());
    }
  }
}
