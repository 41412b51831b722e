package guidepost.metrics;

import guidepost.calls.Failures;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/// Counts calls and times unary ones, whoever answers them and whatever refuses them.
///
/// A call ends once: with the code that the server gives it, or as CANCELLED when its client goes
/// away before.
///
/// Threads: any.
final class CallMetrics implements ServerInterceptor {

  /// What calls to names that are not served are counted as: clients choose those.
  private static final String UNKNOWN = "unknown";

  private static final Metadata NOTHING = new Metadata();

  private final CallFigures figures;
  private final Set<String> methods;
  private final LongSupplier nanoTime;

  CallMetrics(CallFigures figures, Collection<String> methods, LongSupplier nanoTime) {
    this.figures = figures;
    this.methods = Set.copyOf(methods);
    this.nanoTime = nanoTime;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    MethodDescriptor<Q, A> method = call.getMethodDescriptor();
    String name = method.getFullMethodName();
    MethodFigures counts =
        methods.contains(name)
            ? figures.of(name, method.getType())
            : figures.of(UNKNOWN, MethodDescriptor.MethodType.UNARY);
    counts.begun();
    Counted<Q, A> counted =
        counts.streams()
            ? new CountedStream<>(call, counts, this)
            : new Counted<>(call, counts, this);
    try {
      ServerCall.Listener<Q> listener = next.startCall(counted, headers);
      return counts.streams()
          ? new HeardStream<>(listener, counted)
          : new Heard<>(listener, counted);
    } catch (RuntimeException | Error e) {
      counted.over(Status.UNKNOWN, NOTHING);
      throw e;
    }
  }

  private static class Counted<Q, A> extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {

    private final MethodFigures counts;
    private final CallMetrics metrics;
    private final long begun;
    private final AtomicBoolean over = new AtomicBoolean();

    Counted(ServerCall<Q, A> call, MethodFigures counts, CallMetrics metrics) {
      super(call);
      this.counts = counts;
      this.metrics = metrics;
      this.begun = metrics.nanoTime.getAsLong();
    }

    @Override
    public void close(Status status, Metadata trailers) {
      over(status, trailers);
      super.close(status, trailers);
    }

    void over(Status status, Metadata trailers) {
      if (over.getAndSet(true)) {
        return;
      }
      counts.ended(status.getCode(), metrics.nanoTime.getAsLong() - begun);
      if (!status.isOk()) {
        String reason = Failures.reason(status, trailers);
        if (!reason.isEmpty()) {
          metrics.figures.rejected(reason);
        }
      }
    }
  }

  private static final class CountedStream<Q, A> extends Counted<Q, A> {

    private final MethodFigures counts;

    CountedStream(ServerCall<Q, A> call, MethodFigures counts, CallMetrics metrics) {
      super(call, counts, metrics);
      this.counts = counts;
    }

    @Override
    public void sendMessage(A message) {
      counts.sent();
      super.sendMessage(message);
    }
  }

  private static class Heard<Q>
      extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {

    private final Counted<Q, ?> call;

    Heard(ServerCall.Listener<Q> listener, Counted<Q, ?> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onCancel() {
      call.over(Status.CANCELLED, NOTHING);
      super.onCancel();
    }
  }

  private static final class HeardStream<Q> extends Heard<Q> {

    private final MethodFigures counts;

    HeardStream(ServerCall.Listener<Q> listener, Counted<Q, ?> call) {
      super(listener, call);
      this.counts = call.counts;
    }

    @Override
    public void onMessage(Q message) {
      counts.received();
      super.onMessage(message);
    }
  }
}
