package guidepost.calls;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.MessageLite;
import guidepost.calls.ModifyMessages.Answered;
import guidepost.journal.OverloadedException;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One Modify call; [ModifyHandler] says what it promises.
///
/// Threads: the call's for what arrives, the writer's for results.
final class ModifyCall<I, O extends MessageLite, A> extends ServerCall.Listener<I>
    implements CallSender.Source<O> {

  /// Far below the 4 MiB that clients take by default, and many enough that few responses are made.
  static final int RESULTS_PER_RESPONSE_MAX = 1_024;

  /// The same for results with long texts: a larger response is halved.
  private static final int RESPONSE_BYTES_MAX = 1 << 20;

  /// @param operations of the batch that it ends
  private record Part<O>(O response, boolean endsBatch, int operations) {}

  private final ServerCall<I, O> call;
  private final OpenCalls open;
  private final ModifyMessages<I, O, A> messages;
  private final CallSender<O> sender;

  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Queue<Part<O>> parts = new ArrayDeque<>();

  @GuardedBy("lock")
  private int inHand;

  @GuardedBy("lock")
  private int operationsInHand;

  // Messages asked for that are not there yet; at first one, whose size shows what may be asked
  // for.
  @GuardedBy("lock")
  private int asked = 1;

  @GuardedBy("lock")
  private int largest;

  @GuardedBy("lock")
  private boolean halfClosed;

  @GuardedBy("lock")
  private boolean lost;

  @GuardedBy("lock")
  private boolean cancelled;

  @GuardedBy("lock")
  private @Nullable StatusRuntimeException failure;

  ModifyCall(ServerCall<I, O> call, OpenCalls open, ModifyMessages<I, O, A> messages) {
    this.call = call;
    this.open = open;
    this.messages = messages;
    this.sender = new CallSender<>(call, this);
  }

  @Override
  public void onMessage(I request) {
    int count = messages.count(request);
    if (count > ModifyHandler.OPERATIONS_PER_MESSAGE_MAX) {
      fail(
          Failures.rejected(
              Rejection.of(
                  Reason.COUNT_OUT_OF_RANGE,
                  "operations",
                  count,
                  "must have 0..%d entries".formatted(ModifyHandler.OPERATIONS_PER_MESSAGE_MAX))));
      return;
    }
    if (take(count)) {
      submit(request, count);
      ask();
    }
  }

  private void submit(I request, int count) {
    long[] ids = new long[count];
    Arrays.setAll(ids, i -> messages.id(request, i));
    try {
      var _ =
          messages
              .write(request, this::allWritten)
              .whenComplete((answers, notWritten) -> answered(ids, answers, notWritten));
    } catch (OverloadedException e) {
      fail(Failures.overloaded(e), 1);
    }
  }

  /// True as long as no batch was lost: one that comes behind a lost one is not to be done.
  private boolean allWritten() {
    synchronized (lock) {
      return !lost;
    }
  }

  private boolean take(int count) {
    synchronized (lock) {
      asked--;
      largest = Math.max(largest, count);
      boolean taken = failure == null;
      inHand += taken ? 1 : 0;
      operationsInHand += taken ? count : 0;
      return taken;
    }
  }

  /// Asks for as many messages as may be in hand besides those that are, if they are as large as
  /// the largest so far: how large one is, is known when it is there.
  private void ask() {
    int more = 0;
    synchronized (lock) {
      while (mayAsk()) {
        asked++;
        more++;
      }
    }
    if (more > 0) {
      call.request(more);
    }
  }

  @GuardedBy("lock")
  private boolean mayAsk() {
    return inHand + asked < ModifyHandler.BATCHES_MAX
        && operationsInHand + (long) asked * largest < ModifyHandler.OPERATIONS_IN_HAND_MAX;
  }

  private void answered(long[] ids, @Nullable List<A> answers, @Nullable Throwable notWritten) {
    if (answers == null) {
      lose(Failures.notWritten(notWritten));
      return;
    }
    List<Part<O>> cut = cut(ids, answers);
    synchronized (lock) {
      parts.addAll(cut);
    }
    sender.drain();
  }

  private void lose(StatusRuntimeException why) {
    synchronized (lock) {
      lost = true;
    }
    fail(why, 1);
  }

  private List<Part<O>> cut(long[] ids, List<A> answers) {
    List<Answered<A>> all = new ArrayList<>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      all.add(new Answered<>(ids[i], answers.get(i)));
    }
    List<O> responses = new ArrayList<>();
    int from = 0;
    do {
      int to = Math.min(from + RESULTS_PER_RESPONSE_MAX, all.size());
      addResponses(all.subList(from, to), responses);
      from = to;
    } while (from < all.size());
    List<Part<O>> cut = new ArrayList<>(responses.size());
    responses.forEach(
        each -> cut.add(new Part<>(each, cut.size() == responses.size() - 1, ids.length)));
    return cut;
  }

  private void addResponses(List<Answered<A>> answers, List<O> responses) {
    O response = messages.response(answers);
    if (answers.size() < 2 || response.getSerializedSize() <= RESPONSE_BYTES_MAX) {
      responses.add(response);
      return;
    }
    int middle = answers.size() / 2;
    addResponses(answers.subList(0, middle), responses);
    addResponses(answers.subList(middle, answers.size()), responses);
  }

  @Override
  public @Nullable O poll() {
    Part<O> next;
    synchronized (lock) {
      next = parts.poll();
      if (next == null) {
        return null;
      }
      inHand -= next.endsBatch() ? 1 : 0;
      operationsInHand -= next.endsBatch() ? next.operations() : 0;
    }
    ask();
    return next.response();
  }

  @Override
  public Optional<CallSender.Ending> ending() {
    synchronized (lock) {
      if (cancelled || inHand > 0 || (failure == null && !halfClosed)) {
        return Optional.empty();
      }
      return Optional.of(CallSender.Ending.of(failure));
    }
  }

  /// Takes no more batches; ends the call when the results of those in hand are sent.
  void fail(StatusRuntimeException why) {
    fail(why, 0);
  }

  /// In one step: between "not in hand" and "failed", the client's half-close would end the call
  /// with OK.
  ///
  /// @param batches those in hand that will have no results
  private void fail(StatusRuntimeException why, int batches) {
    synchronized (lock) {
      inHand -= batches;
      failure = failure == null ? why : failure;
    }
    sender.drain();
  }

  @Override
  public void onHalfClose() {
    synchronized (lock) {
      halfClosed = true;
    }
    sender.drain();
  }

  @Override
  public void onReady() {
    sender.drain();
  }

  @Override
  public void onCancel() {
    synchronized (lock) {
      cancelled = true;
      parts.clear();
    }
    over();
  }

  @Override
  public void onComplete() {
    over();
  }

  private void over() {
    open.remove(this);
    messages.ended();
  }
}
