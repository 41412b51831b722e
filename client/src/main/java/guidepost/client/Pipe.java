package guidepost.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The client's end of a call with a stream of requests: sending blocks while the transport has
/// enough to do, and nothing waits longer than its patience without any sign of the server.
///
/// One thread sends; gRPC's threads report. The state is guarded by the pipe's monitor.
final class Pipe<Q, R> implements ClientResponseObserver<Q, R> {

  private final Consumer<? super R> incoming;
  private final Duration patience;

  @GuardedBy("this")
  private @Nullable ClientCallStreamObserver<Q> call;

  @GuardedBy("this")
  private @Nullable StatusRuntimeException end;

  @GuardedBy("this")
  private long signs;

  private final CompletableFuture<Status> ended = new CompletableFuture<>();

  /// @param incoming gets every response, on gRPC's threads, one at a time
  Pipe(Consumer<? super R> incoming, Duration patience) {
    this.incoming = incoming;
    this.patience = patience;
  }

  @Override
  public synchronized void beforeStart(ClientCallStreamObserver<Q> started) {
    call = started;
    started.setOnReadyHandler(this::sign);
  }

  @Override
  public void onNext(R response) {
    incoming.accept(response);
    sign();
  }

  @Override
  public void onError(Throwable failure) {
    Metadata trailers = Status.trailersFromThrowable(failure);
    ended(new StatusRuntimeException(Status.fromThrowable(failure), trailers));
  }

  @Override
  public void onCompleted() {
    ended(Status.OK.asRuntimeException());
  }

  private synchronized void ended(StatusRuntimeException how) {
    end = how;
    sign();
    ended.complete(how.getStatus());
  }

  /// Runs `action` once the call has ended, at once if it has.
  void whenEnded(Runnable action) {
    var _ = ended.thenRun(action);
  }

  private synchronized void sign() {
    signs++;
    notifyAll();
  }

  /// Sends, as soon as the transport is ready for more.
  ///
  /// @throws StatusRuntimeException if the call has ended
  void send(Q request) {
    await(() -> call().isReady());
    call().onNext(request);
  }

  /// Waits until the condition, which only responses can change, holds.
  ///
  /// @throws StatusRuntimeException if the call ends before, or the server gives no sign for longer
  ///   than the patience
  synchronized void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      throwIfEnded();
      awaitSign();
    }
    throwIfEnded();
  }

  private synchronized void throwIfEnded() {
    if (end != null) {
      throw end.getStatus().isOk()
          ? Status.INTERNAL
              .withDescription("the server ended the call before all was sent")
              .asRuntimeException()
          : end;
    }
  }

  /// Says that nothing more will be sent, and waits for the server's end.
  ///
  /// @throws StatusRuntimeException if it ends badly
  void finish() {
    awaitNoError();
    call().onCompleted();
    awaitEnd();
  }

  private synchronized void awaitNoError() {
    if (end != null && !end.getStatus().isOk()) {
      throw end;
    }
  }

  private synchronized void awaitEnd() {
    while (end == null) {
      awaitSign();
    }
    awaitNoError();
  }

  private synchronized void awaitSign() {
    long before = signs;
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      for (long left = patience.toNanos(); signs == before; left = deadline - System.nanoTime()) {
        if (left <= 0) {
          throw givenUp(
              Status.DEADLINE_EXCEEDED.withDescription(
                  ("no sign of the server for %s; whether what it has not answered was written is"
                          + " not known")
                      .formatted(patience)));
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw givenUp(Status.CANCELLED.withDescription("interrupted"));
    }
  }

  private StatusRuntimeException givenUp(Status status) {
    cancel();
    return status.asRuntimeException();
  }

  /// Ends the call at once; harmless if it has ended.
  void cancel() {
    call().cancel("given up by the client", null);
  }

  private synchronized ClientCallStreamObserver<Q> call() {
    if (call == null) {
      throw new IllegalStateException("the call has not been started");
    }
    return call;
  }
}
