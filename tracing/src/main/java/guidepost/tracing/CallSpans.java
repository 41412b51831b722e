package guidepost.tracing;

import io.grpc.Context;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Makes a span of each call, from its start to its end.
///
/// A client that goes away is no error; nor is a call that the server rejects, of which the code
/// tells enough. What the server could not do is one.
///
/// Threads: any.
final class CallSpans implements ServerInterceptor {

  private static final Context.Key<io.opentelemetry.context.Context> SPAN =
      Context.key("guidepost-span");

  /// What the spans of calls to names that are not served are called: clients choose those.
  private static final String UNKNOWN = "unknown";

  /// Of the few names that propagators ask for.
  private static final Map<String, Metadata.Key<String>> KEYS = new ConcurrentHashMap<>();

  private static final TextMapGetter<Metadata> HEADERS =
      new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable Metadata headers, String name) {
          return headers == null ? null : headers.get(KEYS.computeIfAbsent(name, CallSpans::key));
        }
      };

  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("rpc.system");
  private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("rpc.service");
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("rpc.method");
  private static final AttributeKey<Long> CODE = AttributeKey.longKey("rpc.grpc.status_code");

  private final Tracer tracer;
  private final TextMapPropagator propagator;
  private final Map<String, Attributes> known = new HashMap<>();

  CallSpans(Tracer tracer, TextMapPropagator propagator, Collection<String> methods) {
    this.tracer = tracer;
    this.propagator = propagator;
    methods.forEach(method -> known.put(method, attributes(method)));
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static Attributes attributes(String fullName) {
    int slash = fullName.lastIndexOf('/');
    return Attributes.of(
        SYSTEM,
        "grpc",
        SERVICE,
        fullName.substring(0, Math.max(0, slash)),
        METHOD,
        fullName.substring(slash + 1));
  }

  /// That of the call that this thread is in; null outside of one, and if nobody records it.
  static io.opentelemetry.context.@Nullable Context current() {
    return SPAN.get();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    MethodDescriptor<Q, A> method = call.getMethodDescriptor();
    io.opentelemetry.context.Context parent =
        propagator.extract(io.opentelemetry.context.Context.root(), headers, HEADERS);
    Attributes attributes = known.get(method.getFullMethodName());
    Span span =
        tracer
            .spanBuilder(attributes == null ? UNKNOWN : method.getFullMethodName())
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .setAllAttributes(attributes == null ? Attributes.empty() : attributes)
            .startSpan();
    Traced<Q, A> traced = new Traced<>(call, span);
    Context context =
        span.isRecording()
            ? Context.current().withValue(SPAN, parent.with(span))
            : Context.current();
    Context before = context.attach();
    try {
      return new Heard<>(next.startCall(traced, headers), traced);
    } catch (RuntimeException | Error e) {
      traced.over(Status.UNKNOWN);
      throw e;
    } finally {
      context.detach(before);
    }
  }

  private static final class Traced<Q, A>
      extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {

    private final Span span;
    private final AtomicBoolean over = new AtomicBoolean();

    Traced(ServerCall<Q, A> call, Span span) {
      super(call);
      this.span = span;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      over(status);
      super.close(status, trailers);
    }

    void over(Status status) {
      if (over.getAndSet(true)) {
        return;
      }
      span.setAttribute(CODE, (long) status.getCode().value());
      switch (status.getCode()) {
        case UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS ->
            span.setStatus(StatusCode.ERROR, String.valueOf(status.getDescription()));
        default -> {}
      }
      span.end();
    }
  }

  private static final class Heard<Q, A>
      extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {

    private final Traced<Q, A> call;

    Heard(ServerCall.Listener<Q> listener, Traced<Q, A> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onCancel() {
      call.over(Status.CANCELLED);
      super.onCancel();
    }
  }
}
