package guidepost.guide.service;

import com.google.protobuf.CodedOutputStream;
import guidepost.guide.v1.ModifyRequest;
import guidepost.guide.v1.ModifyResponse;
import guidepost.journal.DomainWriter;
import guidepost.journal.OverloadedException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One Modify call: hands batches to the writer and sends the results, in order.
///
/// At most [#BATCHES_MAX] batches are in hand: the next is asked for when the results of one are on
/// their way to the client. So a client that does not read its results is not read either.
///
/// Threads: the call's for what arrives, the writer's for results.
final class ModifyStream extends ServerCall.Listener<ModifyRequest>
    implements CallSender.Source<ModifyResponse> {

  /// Enough to keep the writer busy while results travel.
  static final int BATCHES_MAX = 4;

  /// Far more than works well, and few enough that the writer is soon free for others.
  static final int OPERATIONS_PER_MESSAGE_MAX = 16_384;

  /// Results are cut so that every response is far below the 4 MiB that clients take by default.
  private static final int RESPONSE_BYTES_MAX = 1 << 20;

  private record Answer(ModifyResponse response, boolean endsBatch) {}

  private final ServerCall<ModifyRequest, ModifyResponse> call;
  private final DomainWriter<List<FeatureChange>, List<FeatureDomain.Outcome>> writer;
  private final OpenCalls open;
  private final CallSender<ModifyResponse> sender;

  private final Object lock = new Object();
  // All guarded by the lock.
  private final Queue<Answer> answers = new ArrayDeque<>();
  private int inHand;
  private boolean halfClosed;
  private boolean cancelled;
  private @Nullable StatusRuntimeException failure;

  private ModifyStream(
      ServerCall<ModifyRequest, ModifyResponse> call,
      DomainWriter<List<FeatureChange>, List<FeatureDomain.Outcome>> writer,
      OpenCalls open) {
    this.call = call;
    this.writer = writer;
    this.open = open;
    this.sender = new CallSender<>(call, this);
  }

  /// Starts serving a call.
  static ModifyStream start(
      ServerCall<ModifyRequest, ModifyResponse> call,
      DomainWriter<List<FeatureChange>, List<FeatureDomain.Outcome>> writer,
      OpenCalls open) {
    ModifyStream stream = new ModifyStream(call, writer, open);
    call.request(BATCHES_MAX);
    open.add(stream, stream::fail);
    return stream;
  }

  @Override
  public void onMessage(ModifyRequest request) {
    int count = request.getOperationsCount();
    if (count > OPERATIONS_PER_MESSAGE_MAX) {
      fail(
          Failures.invalid(
              "operations must be at most %d in a message: %d"
                  .formatted(OPERATIONS_PER_MESSAGE_MAX, count)));
      return;
    }
    if (take()) {
      submit(request);
    }
  }

  private void submit(ModifyRequest request) {
    List<FeatureChange> changes =
        request.getOperationsList().stream().map(FeatureMessages::change).toList();
    try {
      var _ = writer.submit(changes, changes.size()).whenComplete(this::answered);
    } catch (OverloadedException e) {
      release();
      fail(Failures.overloaded(e));
    }
  }

  private boolean take() {
    synchronized (lock) {
      boolean taken = failure == null;
      inHand += taken ? 1 : 0;
      return taken;
    }
  }

  private void release() {
    synchronized (lock) {
      inHand--;
    }
  }

  private void answered(
      @Nullable List<FeatureDomain.Outcome> outcomes, @Nullable Throwable notWritten) {
    if (outcomes == null) {
      release();
      fail(Failures.notWritten(notWritten));
      return;
    }
    List<Answer> cut = cut(outcomes);
    synchronized (lock) {
      answers.addAll(cut);
    }
    sender.drain();
  }

  private static List<Answer> cut(List<FeatureDomain.Outcome> outcomes) {
    List<Answer> cut = new ArrayList<>();
    ModifyResponse.Builder response = ModifyResponse.newBuilder();
    int bytes = 0;
    for (FeatureDomain.Outcome outcome : outcomes) {
      if (bytes > RESPONSE_BYTES_MAX) {
        cut.add(new Answer(response.build(), false));
        response.clear();
        bytes = 0;
      }
      response.addResults(outcome.result()).addFeatureIds(outcome.featureId());
      bytes += CodedOutputStream.computeMessageSizeNoTag(outcome.result());
      bytes += CodedOutputStream.computeStringSizeNoTag(outcome.featureId());
    }
    cut.add(new Answer(response.build(), true));
    return cut;
  }

  @Override
  public @Nullable ModifyResponse poll() {
    Answer next;
    synchronized (lock) {
      next = answers.poll();
      if (next == null) {
        return null;
      }
      inHand -= next.endsBatch() ? 1 : 0;
    }
    if (next.endsBatch()) {
      call.request(1);
    }
    return next.response();
  }

  @Override
  public Optional<CallSender.Ending> ending() {
    synchronized (lock) {
      if (cancelled || inHand > 0 || (failure == null && !halfClosed)) {
        return Optional.empty();
      }
      return Optional.of(
          failure == null
              ? new CallSender.Ending(Status.OK, new Metadata())
              : CallSender.Ending.of(failure));
    }
  }

  /// Takes no more batches; ends the call when the results of those in hand are sent.
  private void fail(StatusRuntimeException why) {
    synchronized (lock) {
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
      answers.clear();
    }
    open.remove(this);
  }

  @Override
  public void onComplete() {
    open.remove(this);
  }
}
