package guidepost.routes.service;

import com.google.common.collect.Lists;
import guidepost.journal.DomainWriter;
import guidepost.journal.WritePipe;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import guidepost.routes.v1.Operation;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One Modify call: operations in, their results out, in order.
///
/// A client is asked for its next message when an earlier one was answered and the client reads its
/// answers; so neither side's backlog passes [#MESSAGES_UNDER_WAY_MAX] messages.
///
/// Threads: operations come on the call's event loop, answers leave on the writer's thread.
final class ModifyCall
    implements StreamObserver<ModifyRequest>, WritePipe.Sink<RouteOutcome>, OpenCalls.OpenCall {

  private static final int MESSAGES_UNDER_WAY_MAX = 4;

  /// What one message may ask for: bounds the memory of its results.
  private static final int OPERATIONS_PER_MESSAGE_MAX = 16_384;

  /// Keeps a response, whose texts are short, far below the size of a message.
  private static final int RESULTS_PER_MESSAGE_MAX = 1_024;

  /// An operation that waits for its result.
  ///
  /// @param last true for the last one of its message
  private record Asked(long id, boolean last) {}

  private final ServerCallStreamObserver<ModifyResponse> call;
  private final WritePipe<RouteOperation, RouteOutcome> pipe;
  private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
  private final AtomicInteger messagesToRequest = new AtomicInteger();
  private final OpenCalls openCalls;
  private volatile @Nullable StatusRuntimeException ending;

  private ModifyCall(
      DomainWriter<List<RouteOperation>, List<RouteOutcome>> writer,
      OpenCalls openCalls,
      ServerCallStreamObserver<ModifyResponse> call) {
    this.openCalls = openCalls;
    this.call = call;
    this.pipe = new WritePipe<>(writer, this);
  }

  static ModifyCall begin(
      DomainWriter<List<RouteOperation>, List<RouteOutcome>> writer,
      OpenCalls openCalls,
      ServerCallStreamObserver<ModifyResponse> call) {
    ModifyCall modify = new ModifyCall(writer, openCalls, call);
    call.setOnCancelHandler(() -> openCalls.remove(modify));
    call.setOnReadyHandler(modify::requestMore);
    call.disableAutoRequest();
    call.request(MESSAGES_UNDER_WAY_MAX);
    openCalls.add(modify);
    return modify;
  }

  @Override
  public void onNext(ModifyRequest request) {
    List<Operation> operations = request.getOperationsList();
    if (ending != null) {
      return;
    }
    if (operations.size() > OPERATIONS_PER_MESSAGE_MAX) {
      end(tooMany(operations.size()));
      return;
    }
    if (operations.isEmpty()) {
      messageAnswered();
      return;
    }
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      asked.add(new Asked(operation.getId(), i == operations.size() - 1));
    }
    pipe.addAll(
        operations.stream()
            .map(operation -> V1Messages.operation(request.getTable(), operation))
            .toList());
  }

  /// The stream was cut: operations that came are done, nobody is told.
  @Override
  public void onError(Throwable cut) {
    pipe.end();
  }

  @Override
  public void onCompleted() {
    pipe.end();
  }

  @Override
  public void answered(List<RouteOutcome> outcomes) {
    for (List<RouteOutcome> part : Lists.partition(outcomes, RESULTS_PER_MESSAGE_MAX)) {
      respond(part);
    }
    requestMore();
  }

  private void respond(List<RouteOutcome> outcomes) {
    ModifyResponse.Builder response = ModifyResponse.newBuilder();
    for (RouteOutcome outcome : outcomes) {
      Asked operation = asked.remove();
      response.addResults(V1Messages.result(operation.id(), outcome));
      if (operation.last()) {
        messagesToRequest.incrementAndGet();
      }
    }
    if (!call.isCancelled()) {
      call.onNext(response.build());
    }
  }

  private static StatusRuntimeException tooMany(int operations) {
    return Status.INVALID_ARGUMENT
        .withDescription(
            "operations: a message must have at most %d: %d"
                .formatted(OPERATIONS_PER_MESSAGE_MAX, operations))
        .asRuntimeException();
  }

  @Override
  public void end(StatusRuntimeException why) {
    ending = why;
    pipe.end();
  }

  private void messageAnswered() {
    messagesToRequest.incrementAndGet();
    requestMore();
  }

  private void requestMore() {
    if (call.isReady()) {
      int messages = messagesToRequest.getAndSet(0);
      if (messages > 0) {
        call.request(messages);
      }
    }
  }

  @Override
  public void ended() {
    openCalls.remove(this);
    if (call.isCancelled()) {
      return;
    }
    StatusRuntimeException why = ending;
    if (why == null) {
      call.onCompleted();
    } else {
      call.onError(why);
    }
  }

  @Override
  public void failed(Throwable cause) {
    openCalls.remove(this);
    if (!call.isCancelled()) {
      call.onError(Failures.status(cause));
    }
  }
}
