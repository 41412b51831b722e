package guidepost.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Function;

/// Writes many operations without waiting for each answer.
///
/// Operations go out in batches of 512, or of 1 MiB if that is less; at most 16,384 are unanswered
/// at a time. Answers come back in the order of the operations, on the thread that writes, while it
/// writes: so memory stays bounded and the caller needs no locks.
///
/// What was answered is durable and visible, whatever happens to the stream afterwards.
///
/// @param <O> operations
/// @param <A> answers, one an operation
public final class ModifyStream<O extends MessageLite, A> implements AutoCloseable {

  /// Operations in a batch: the most efficient size for server and client.
  static final int BATCH_OPERATIONS_MAX = 512;

  /// Bytes in a batch, and in an operation: a quarter of what a server takes.
  static final int BATCH_BYTES_MAX = 1 << 20;

  /// Operations without an answer: enough to keep the server's disk busy.
  static final int UNANSWERED_MAX = 32 * BATCH_OPERATIONS_MAX;

  private final Consumer<List<O>> sender;
  private final Pipe<?, ?> pipe;
  private final Arrivals<A> arrivals;
  private final Consumer<? super A> answers;
  private List<O> batch = new ArrayList<>(BATCH_OPERATIONS_MAX);
  private int batchBytes;
  private long sent;
  private boolean finished;

  private ModifyStream(
      Consumer<List<O>> sender,
      Pipe<?, ?> pipe,
      Arrivals<A> arrivals,
      Consumer<? super A> answers) {
    this.sender = sender;
    this.pipe = pipe;
    this.arrivals = arrivals;
    this.answers = answers;
  }

  /// Answers between gRPC's thread and the caller's.
  private static final class Arrivals<A> {
    @GuardedBy("this")
    private final Queue<A> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private long total;

    synchronized void add(List<A> answers) {
      waiting.addAll(answers);
      total += answers.size();
    }

    synchronized long total() {
      return total;
    }

    synchronized List<A> takeAll() {
      List<A> taken = List.copyOf(waiting);
      waiting.clear();
      return taken;
    }
  }

  /// Starts a call.
  ///
  /// @param start the rpc: takes the response observer
  /// @param request makes a message of a batch
  /// @param answersOf takes a response apart
  static <O extends MessageLite, Q, R, A> ModifyStream<O, A> open(
      Consumer<StreamObserver<R>> start,
      Function<List<O>, Q> request,
      Function<R, List<A>> answersOf,
      Consumer<? super A> answers,
      Duration patience) {
    Arrivals<A> arrivals = new Arrivals<>();
    Pipe<Q, R> pipe = new Pipe<>(response -> arrivals.add(answersOf.apply(response)), patience);
    start.accept(pipe);
    return new ModifyStream<>(batch -> pipe.send(request.apply(batch)), pipe, arrivals, answers);
  }

  /// Takes an operation, sends a batch if one is full, and hands over the answers that have
  /// arrived. Waits while too many are unanswered.
  ///
  /// @throws IllegalArgumentException if the operation is larger than 1 MiB; the stream goes on
  /// @throws StatusRuntimeException if the call has ended; answers before that were handed over
  public void write(O operation) {
    int bytes = operation.getSerializedSize();
    if (bytes > BATCH_BYTES_MAX) {
      throw new IllegalArgumentException(
          "operation must have at most %d bytes: %d".formatted(BATCH_BYTES_MAX, bytes));
    }
    if (batchBytes + bytes > BATCH_BYTES_MAX) {
      flush();
    }
    batch.add(operation);
    batchBytes += bytes;
    if (batch.size() == BATCH_OPERATIONS_MAX) {
      flush();
    }
  }

  /// Sends what is waiting and hands over the answers that have arrived.
  ///
  /// @throws StatusRuntimeException if the call has ended; answers before that were handed over
  public void flush() {
    try {
      if (!batch.isEmpty()) {
        send();
      }
    } finally {
      handOver();
    }
  }

  /// Sends what is waiting, waits for the answers to all that was sent, and hands them over.
  ///
  /// @throws StatusRuntimeException if the call has ended; answers before that were handed over
  public void sync() {
    try {
      flush();
      pipe.await(() -> arrivals.total() >= sent);
    } finally {
      handOver();
    }
  }

  private void send() {
    List<O> full = batch;
    batch = new ArrayList<>(BATCH_OPERATIONS_MAX);
    batchBytes = 0;
    long limit = sent + full.size() - UNANSWERED_MAX;
    pipe.await(() -> arrivals.total() >= limit);
    sender.accept(full);
    sent += full.size();
  }

  private void handOver() {
    arrivals.takeAll().forEach(answers);
  }

  /// Sends what is waiting, waits for all answers and hands them over.
  ///
  /// @throws StatusRuntimeException if the call ends badly, or well but without some answers; those
  ///   that came were handed over
  public void finish() {
    try {
      flush();
      pipe.finish();
      requireAllAnswers();
      finished = true;
    } finally {
      handOver();
    }
  }

  private void requireAllAnswers() {
    if (arrivals.total() < sent) {
      throw Status.INTERNAL
          .withDescription(
              "the server ended the call with OK and %d of %d answers"
                  .formatted(arrivals.total(), sent))
          .asRuntimeException();
    }
  }

  /// Gives up unless finished: operations without an answer may or may not have been done.
  @Override
  public void close() {
    if (!finished) {
      pipe.cancel();
    }
  }
}
