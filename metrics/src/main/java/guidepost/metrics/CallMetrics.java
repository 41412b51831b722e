package guidepost.metrics;

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
    Counted<Q, A> counted = new Counted<>(call, counts, nanoTime);
    counts.begun();
    try {
      return new Heard<>(next.startCall(counted, headers), counted);
    } catch (RuntimeException | Error e) {
      counted.over(Status.UNKNOWN, new Metadata());
      throw e;
    }
  }

  private static final class Counted<Q, A>
      extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {

    private final MethodFigures counts;
    private final LongSupplier nanoTime;
    private final long begun;
    private final AtomicBoolean over = new AtomicBoolean();

    Counted(ServerCall<Q, A> call, MethodFigures counts, LongSupplier nanoTime) {
      super(call);
      this.counts = counts;
      this.nanoTime = nanoTime;
      this.begun = nanoTime.getAsLong();
    }

    @Override
    public void sendMessage(A message) {
      counts.sent();
      super.sendMessage(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      over(status, trailers);
      super.close(status, trailers);
    }

    void over(Status status, Metadata trailers) {
      if (!over.getAndSet(true)) {
        counts.ended(status, trailers, nanoTime.getAsLong() - begun);
      }
    }
  }

  private static final class Heard<Q, A>
      extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {

    private final Counted<Q, A> call;

    Heard(ServerCall.Listener<Q> listener, Counted<Q, A> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      call.counts.received();
      super.onMessage(message);
    }

    @Override
    public void onCancel() {
      call.over(Status.CANCELLED, new Metadata());
      super.onCancel();
    }
  }
}
