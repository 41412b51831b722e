package guidepost.routes.service;

import guidepost.calls.Failures;
import guidepost.calls.OpenCalls;
import guidepost.journal.WritePipe;
import guidepost.routes.table.InvalidRouteException;
import guidepost.seed.routetable.Result;
import guidepost.seed.routetable.Route;
import guidepost.seed.routetable.RowError;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One AddRoutes call: rows in, one result at the end.
///
/// Rows are written as they come. As many more are asked of the client as were answered by the
/// writer, so a call never has more than [#ROWS_UNDER_WAY_MAX] in memory.
///
/// Threads: rows come on the call's event loop, answers on the writer's thread.
final class AddRoutesCall implements StreamObserver<Route>, WritePipe.Sink<RouteOutcome> {

  /// Four requests of the pipe: enough that the next is there when one is written.
  private static final int ROWS_UNDER_WAY_MAX = 4 * WritePipe.REQUEST_OPERATIONS_MAX;

  /// The answer stays some kilobytes, whatever is sent.
  private static final int ERRORS_MAX = 100;

  private final ServerCallStreamObserver<Result> call;
  private final RouteWriter writer;
  private final WritePipe<RouteOperation, RouteOutcome> pipe;
  private final boolean extended;
  private final OpenCalls openCalls;
  private volatile @Nullable StatusRuntimeException ending;
  private final Result.Builder result = Result.newBuilder();
  private long revision;

  private AddRoutesCall(
      RouteWriter writer,
      OpenCalls openCalls,
      ServerCallStreamObserver<Result> call,
      long revision,
      boolean extended) {
    this.call = call;
    this.writer = writer;
    this.pipe =
        new WritePipe<>((operations, changes) -> writer.submit(RouteGroup.ofAll(operations)), this);
    this.openCalls = openCalls;
    this.revision = revision;
    this.extended = extended;
  }

  /// @param revision the table's revision as the call begins: the answer's if nothing is added
  static AddRoutesCall begin(
      RouteWriter writer,
      OpenCalls openCalls,
      ServerCallStreamObserver<Result> call,
      long revision,
      boolean extended) {
    AddRoutesCall adding = new AddRoutesCall(writer, openCalls, call, revision, extended);
    call.setOnCancelHandler(() -> openCalls.remove(adding));
    call.disableAutoRequest();
    call.request(ROWS_UNDER_WAY_MAX);
    openCalls.add(adding, adding::end);
    return adding;
  }

  @Override
  public void onNext(Route row) {
    pipe.add(operation(row));
  }

  private static RouteOperation operation(Route row) {
    try {
      return RouteOperation.Put.of(RouterMessages.route(row));
    } catch (InvalidRouteException e) {
      return new RouteOperation.Unreadable(e, "", Optional.empty());
    }
  }

  /// The stream was cut: rows that came are written, nobody is told.
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
    outcomes.forEach(this::count);
    if (!call.isCancelled()) {
      call.request(outcomes.size());
    }
  }

  private void count(RouteOutcome outcome) {
    switch (outcome) {
      case RouteOutcome.Done done -> {
        revision = Math.max(revision, done.revision());
        result.setAccepted(result.getAccepted() + 1);
        result.setUnchanged(result.getUnchanged() + (done.changed() == 0 ? 1 : 0));
      }
      case RouteOutcome.Rejected rejected -> reject(rejected.rule(), rejected.text());
    }
  }

  private void reject(String rule, String text) {
    if (result.getErrorsCount() < ERRORS_MAX) {
      result.addErrors(
          RowError.newBuilder()
              .setIndex(result.getAccepted() + result.getRejected())
              .setCode(rule)
              .setText(text));
    }
    result.setRejected(result.getRejected() + 1);
  }

  /// Answers nothing more than how it ended: rows that came are written.
  private void end(StatusRuntimeException why) {
    ending = why;
    pipe.end();
  }

  @Override
  public void ended() {
    over();
    if (call.isCancelled()) {
      return;
    }
    StatusRuntimeException why = ending;
    if (why != null) {
      call.onError(why);
      return;
    }
    result.setSuccess(result.getRejected() == 0).setRevision(revision);
    call.onNext(
        extended ? result.build() : Result.newBuilder().setSuccess(result.getSuccess()).build());
    call.onCompleted();
  }

  @Override
  public void failed(Throwable cause) {
    over();
    if (!call.isCancelled()) {
      call.onError(Failures.notWritten(cause));
    }
  }

  private void over() {
    openCalls.remove(this);
    writer.close();
  }
}
