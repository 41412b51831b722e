package guidepost.guide.trips;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.calls.Caller;
import guidepost.calls.Failures;
import guidepost.calls.OpenCalls;
import guidepost.calls.Reason;
import guidepost.calls.RejectedException;
import guidepost.calls.Rejection;
import guidepost.guide.v1.RecordTripRequest;
import guidepost.guide.v1.RecordTripResponse;
import guidepost.journal.DomainWriter;
import guidepost.journal.OverloadedException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/// One RecordTrip call: a request is read when the one before it is answered and the client takes
/// answers, so a call holds one batch and one answer.
///
/// Threads: its call's for what arrives; the writer's for the answers; any for [#fail].
final class TripStream implements StreamObserver<RecordTripRequest> {

  private final ServerCallStreamObserver<RecordTripResponse> caller;
  private final DomainWriter<TripRequest, TripAnswer> writer;
  private final OpenCalls open;
  private final Caller reader = Caller.current();
  private final Object lock = new Object();

  @GuardedBy("lock")
  private String id = "";

  @GuardedBy("lock")
  private String traveller = "";

  @GuardedBy("lock")
  private boolean begun;

  @GuardedBy("lock")
  private boolean pending;

  @GuardedBy("lock")
  private boolean unread;

  @GuardedBy("lock")
  private boolean halfClosed;

  @GuardedBy("lock")
  private boolean over;

  private TripStream(
      ServerCallStreamObserver<RecordTripResponse> caller,
      DomainWriter<TripRequest, TripAnswer> writer,
      OpenCalls open) {
    this.caller = caller;
    this.writer = writer;
    this.open = open;
  }

  static StreamObserver<RecordTripRequest> start(
      StreamObserver<RecordTripResponse> caller,
      DomainWriter<TripRequest, TripAnswer> writer,
      OpenCalls open) {
    var call = (ServerCallStreamObserver<RecordTripResponse>) caller;
    TripStream stream = new TripStream(call, writer, open);
    call.disableAutoRequest();
    call.setOnReadyHandler(stream::onReady);
    call.setOnCancelHandler(stream::end);
    open.add(stream, stream::fail);
    call.request(1);
    return stream;
  }

  @Override
  public void onNext(RecordTripRequest message) {
    try {
      submit(request(message));
    } catch (RejectedException e) {
      fail(Failures.rejected(e.rejection()));
    } catch (OverloadedException e) {
      fail(Failures.overloaded(e));
    }
  }

  private TripRequest request(RecordTripRequest message) {
    synchronized (lock) {
      boolean start = message.getMessageCase() == RecordTripRequest.MessageCase.START;
      if (start == begun) {
        throw Rejection.of(Reason.MESSAGE_OUT_OF_ORDER, "start: must be sent first, and only first")
            .asException();
      }
      begun = true;
      return switch (message.getMessageCase()) {
        case START -> TripMessages.begin(message.getStart());
        case BATCH -> TripMessages.add(id, traveller, message.getBatch());
        case END -> new TripRequest.End(id, traveller);
        case MESSAGE_NOT_SET ->
            throw Rejection.missing("message", "a batch or the end").asException();
      };
    }
  }

  private void submit(TripRequest request) throws OverloadedException {
    synchronized (lock) {
      if (over) {
        return;
      }
      pending = true;
    }
    var _ =
        writer
            .submit(request, changes(request))
            .whenComplete((answer, failure) -> answered(answer, failure));
  }

  /// What a request costs the writer.
  static int changes(TripRequest request) {
    return request instanceof TripRequest.Add add ? 2 + add.fixes().size() / 100 : 1;
  }

  private void answered(@Nullable TripAnswer answer, @Nullable Throwable failure) {
    if (answer instanceof TripAnswer.Recorded recorded) {
      send(recorded);
    } else {
      fail(failure(answer, failure));
    }
  }

  /// Why nothing was recorded.
  static StatusRuntimeException failure(@Nullable TripAnswer answer, @Nullable Throwable failure) {
    return switch (answer) {
      case null -> Failures.notWritten(failure);
      case TripAnswer.Unknown unknown ->
          Failures.rejected(TripMessages.noTrip("start.trip_id", unknown.id()));
      case TripAnswer.Rejected rejected -> Failures.rejected(rejected.why());
      case TripAnswer.Recorded _,
          TripAnswer.Deleted _,
          TripAnswer.Done _,
          TripAnswer.Unreadable _ ->
          Failures.internal(new IllegalStateException("no answer to this: " + answer));
    };
  }

  private void send(TripAnswer.Recorded recorded) {
    synchronized (lock) {
      if (over) {
        return;
      }
      id = recorded.trip().id();
      traveller = recorded.trip().stored().getTraveller();
      pending = false;
      caller.onNext(
          RecordTripResponse.newBuilder()
              .setTrip(TripMessages.message(recorded.trip(), reader))
              .setChanged(recorded.changed())
              .build());
      if (halfClosed) {
        complete();
      } else if (caller.isReady()) {
        caller.request(1);
      } else {
        unread = true;
      }
    }
  }

  @GuardedBy("lock")
  private void complete() {
    over = true;
    open.remove(this);
    caller.onCompleted();
  }

  private void onReady() {
    synchronized (lock) {
      if (unread && !over) {
        unread = false;
        caller.request(1);
      }
    }
  }

  @Override
  public void onCompleted() {
    synchronized (lock) {
      halfClosed = true;
      if (!pending && !over) {
        complete();
      }
    }
  }

  /// The client has gone; what it sent is recorded.
  @Override
  public void onError(Throwable gone) {
    end();
  }

  private void end() {
    synchronized (lock) {
      over = true;
      open.remove(this);
    }
  }

  private void fail(StatusRuntimeException why) {
    synchronized (lock) {
      if (!over) {
        over = true;
        open.remove(this);
        caller.onError(why);
      }
    }
  }
}
