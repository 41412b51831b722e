package guidepost.web;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.SplitHttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import guidepost.calls.CallSender;
import guidepost.calls.Failures;
import guidepost.calls.Reason;
import guidepost.calls.RejectedException;
import guidepost.calls.Rejection;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Gives the errors of services that are not ours the shape that ours have.
///
/// Threads: the connection's event loop.
final class OneShape {

  private static final Set<String> GRPC_WEB =
      Set.of("grpc-web", "grpc-web+proto", "grpc-web-text", "grpc-web-text+proto");

  private OneShape() {}

  /// What that service would refuse in words of its own is refused before it.
  static HttpService ofGrpcWeb(HttpService service) {
    return new SimpleDecoratingHttpService(service) {
      @Override
      public HttpResponse serve(ServiceRequestContext context, HttpRequest request)
          throws Exception {
        if (request.method() != HttpMethod.POST) {
          return refused(WebError.notAllowed(request.method(), "POST"));
        }
        MediaType type = request.contentType();
        if (type == null || !isGrpcWeb(type)) {
          return refused(
              WebError.of(
                  Rejection.of(
                      Reason.CONTENT_TYPE_UNKNOWN,
                      "Content-Type",
                      request.headers().get(HttpHeaderNames.CONTENT_TYPE, ""),
                      "must be application/grpc-web or application/grpc-web-text")));
        }
        try {
          requireUnpacked(request.headers());
        } catch (RejectedException e) {
          return refused(WebError.of(e.rejection()));
        }
        return unwrap().serve(context, request);
      }
    };
  }

  /// Nothing here unpacks a body: one that is packed must not be read as if it were not.
  static void requireUnpacked(RequestHeaders headers) {
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING, "identity");
    if (!encoding.strip().equalsIgnoreCase("identity")) {
      throw Rejection.of(
              Reason.CONTENT_TYPE_UNKNOWN,
              "Content-Encoding",
              encoding,
              "must be absent or identity: bodies are read as they are")
          .asException();
    }
  }

  private static boolean isGrpcWeb(MediaType type) {
    return type.type().equals("application") && GRPC_WEB.contains(type.subtype());
  }

  /// Pages for reading, none of which is long.
  static HttpService ofPages(HttpService service) {
    return new SimpleDecoratingHttpService(service) {
      @Override
      public HttpResponse serve(ServiceRequestContext context, HttpRequest request)
          throws Exception {
        if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
          return refused(WebError.notAllowed(request.method(), "GET, HEAD"));
        }
        SplitHttpResponse answer = unwrap().serve(context, request).split();
        return HttpResponse.of(
            answer
                .headers()
                .thenApply(
                    headers -> {
                      if (headers.status().equals(HttpStatus.NOT_FOUND)) {
                        answer.body().abort();
                        return WebError.of(
                                Rejection.notFound(
                                    Reason.PATH_UNKNOWN, "path", context.path(), "page or method"))
                            .response()
                            .toHttpResponse();
                      }
                      return HttpResponse.of(headers, answer.body());
                    }));
      }
    };
  }

  private static HttpResponse refused(WebError why) {
    return why.response().toHttpResponse();
  }

  /// How a call of gRPC-Web ends that cannot be read: by no fault of the server.
  ///
  /// @param bytesMax of a message
  /// @return null to leave it as it is
  static @Nullable Status unreadable(
      int bytesMax, Status status, Throwable cause, Metadata trailers) {
    StatusRuntimeException why = unreadable(bytesMax, status, cause);
    if (why == null) {
      return null;
    }
    CallSender.Ending ending = CallSender.Ending.of(why);
    trailers.merge(ending.trailers());
    return ending.status();
  }

  private static @Nullable StatusRuntimeException unreadable(
      int bytesMax, Status status, Throwable cause) {
    boolean framing = isOfFrames(cause);
    return switch (status.getCode()) {
      case UNKNOWN ->
          switch (cause) {
            case IllegalArgumentException e -> noFrames(String.valueOf(e.getMessage()));
            case IndexOutOfBoundsException _ when framing -> noFrames("they end too early");
            case RuntimeException e when e.getCause() instanceof IOException ->
                noFrames("what is packed in one cannot be unpacked");
            default -> null;
          };
      case INTERNAL ->
          framing ? noFrames("a packed one needs the header grpc-encoding: gzip") : null;
      case RESOURCE_EXHAUSTED ->
          framing
              ? Failures.rejected(
                  Reason.MESSAGE_TOO_LARGE, "body: must be at most %d bytes".formatted(bytesMax))
              : null;
      case INVALID_ARGUMENT ->
          status.getDescription() == null && cause instanceof IllegalArgumentException
              ? Failures.rejected(
                  Reason.HTTP_MALFORMED,
                  "grpc-timeout: must be 1 to 8 digits and one of H M S m u n")
              : null;
      default -> null;
    };
  }

  private static StatusRuntimeException noFrames(String what) {
    return Failures.rejected(Reason.MESSAGE_MALFORMED, "body: must be frames of gRPC-Web: " + what);
  }

  /// Whether it was thrown while frames were read, before any service had the call.
  private static boolean isOfFrames(Throwable cause) {
    return Arrays.stream(cause.getStackTrace())
        .anyMatch(each -> each.getClassName().endsWith("MessageDeframer"));
  }
}
