package guidepost.routes.service;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;

/// What a caller of the seed contract asked for by metadata, and what it is told by metadata.
///
/// | metadata | direction | meaning |
/// |---|---|---|
/// | `guidepost-extended: 1` | request | fill in the fields from 10 on |
/// | `guidepost-error` | trailer | what is wrong with the destination asked for |
final class CallOptions {

  private static final Metadata.Key<String> EXTENDED =
      Metadata.Key.of("guidepost-extended", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<byte[]> ERROR_BYTES =
      Metadata.Key.of("guidepost-error-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final Metadata.Key<String> ERROR =
      Metadata.Key.of("guidepost-error", Metadata.ASCII_STRING_MARSHALLER);

  private static final Context.Key<CallOptions> CURRENT = Context.key("guidepost-route-call");

  private final boolean extended;
  private final Metadata trailers = new Metadata();

  private CallOptions(boolean extended) {
    this.extended = extended;
  }

  /// Those of the call that this thread is in.
  static CallOptions current() {
    CallOptions options = CURRENT.get();
    return options == null ? new CallOptions(false) : options;
  }

  /// True if the fields from 10 on are to be filled in.
  boolean extended() {
    return extended;
  }

  /// Tells the caller, beside an answer of status OK, what is wrong with its question. In the text
  /// form, characters that a header cannot carry become `?`; the `-bin` form is UTF-8.
  void error(String text) {
    trailers.put(ERROR, text.replaceAll("[^ -~]", "?"));
    trailers.put(ERROR_BYTES, text.getBytes(StandardCharsets.UTF_8));
  }

  /// Reads the request's metadata and adds the trailers.
  static final class Interceptor implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      CallOptions options = new CallOptions("1".equals(headers.get(EXTENDED)));
      ServerCall<Q, A> told =
          new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
              trailers.merge(options.trailers);
              super.close(status, trailers);
            }
          };
      return Contexts.interceptCall(
          Context.current().withValue(CURRENT, options), told, headers, next);
    }
  }
}
