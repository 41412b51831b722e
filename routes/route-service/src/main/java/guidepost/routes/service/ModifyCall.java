package guidepost.routes.service;

import guidepost.journal.DomainWriter;
import guidepost.journal.WritePipe;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import guidepost.routes.v1.Operation;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// One Modify call: operations in, their results out, in order.
///
/// A client is asked for its next message when an earlier one was answered and the client reads its
/// answers; so neither side's backlog passes [#MESSAGES_UNDER_WAY_MAX] messages.
///
/// Threads: operations come on the call's event loop, answers leave on the writer's thread.
final class ModifyCall implements StreamObserver<ModifyRequest>, WritePipe.Sink<RouteOutcome> {

  private static final int MESSAGES_UNDER_WAY_MAX = 4;

  /// An operation that waits for its result.
  ///
  /// @param last true for the last one of its message
  private record Asked(long id, boolean last) {}

  private final ServerCallStreamObserver<ModifyResponse> call;
  private final WritePipe<RouteOperation, RouteOutcome> pipe;
  private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
  private final AtomicInteger messagesToRequest = new AtomicInteger();

  private ModifyCall(
      DomainWriter<List<RouteOperation>, List<RouteOutcome>> writer,
      ServerCallStreamObserver<ModifyResponse> call) {
    this.call = call;
    this.pipe = new WritePipe<>(writer, this);
  }

  static ModifyCall begin(
      DomainWriter<List<RouteOperation>, List<RouteOutcome>> writer,
      ServerCallStreamObserver<ModifyResponse> call) {
    ModifyCall modify = new ModifyCall(writer, call);
    call.setOnCancelHandler(() -> {});
    call.setOnReadyHandler(modify::requestMore);
    call.disableAutoRequest();
    call.request(MESSAGES_UNDER_WAY_MAX);
    return modify;
  }

  @Override
  public void onNext(ModifyRequest request) {
    List<Operation> operations = request.getOperationsList();
    if (operations.isEmpty()) {
      messageAnswered();
      return;
    }
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      asked.add(new Asked(operation.getId(), i == operations.size() - 1));
      pipe.add(V1Messages.operation(request.getTable(), operation));
    }
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
    ModifyResponse.Builder response = ModifyResponse.newBuilder();
    int messages = 0;
    for (RouteOutcome outcome : outcomes) {
      Asked operation = asked.remove();
      response.addResults(V1Messages.result(operation.id(), outcome));
      messages += operation.last() ? 1 : 0;
    }
    if (!call.isCancelled()) {
      call.onNext(response.build());
      messagesToRequest.addAndGet(messages);
      requestMore();
    }
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
    if (!call.isCancelled()) {
      call.onCompleted();
    }
  }

  @Override
  public void failed(Throwable cause) {
    if (!call.isCancelled()) {
      call.onError(Failures.status(cause));
    }
  }
}
