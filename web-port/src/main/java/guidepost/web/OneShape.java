package guidepost.web;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestContext;
import com.linecorp.armeria.common.SplitHttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import guidepost.calls.CallSender;
import guidepost.calls.Failures;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import io.grpc.Metadata;
import io.grpc.Status;
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
          return refused(request, WebError.notAllowed(request.method(), "POST"));
        }
        MediaType type = request.contentType();
        if (type == null || !isGrpcWeb(type)) {
          return refused(
              request,
              WebError.of(
                  Rejection.of(
                      Reason.CONTENT_TYPE_UNKNOWN,
                      "Content-Type",
                      request.headers().get(HttpHeaderNames.CONTENT_TYPE, ""),
                      "must be application/grpc-web or application/grpc-web-text")));
        }
        return unwrap().serve(context, request);
      }
    };
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
          return refused(request, WebError.notAllowed(request.method(), "GET, HEAD"));
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

  private static HttpResponse refused(HttpRequest request, WebError why) {
    request.abort();
    return why.response().toHttpResponse();
  }

  /// How a call of gRPC-Web ends whose frames cannot be read: by no fault of the server.
  ///
  /// @return null to leave it as it is
  static @Nullable Status unreadable(
      RequestContext context, Status status, Throwable cause, Metadata trailers) {
    if (status.getCode() != Status.Code.UNKNOWN || !(cause instanceof IllegalArgumentException)) {
      return null;
    }
    CallSender.Ending ending =
        CallSender.Ending.of(
            Failures.rejected(
                Reason.MESSAGE_MALFORMED,
                "body: must be frames of gRPC-Web: " + cause.getMessage()));
    trailers.merge(ending.trailers());
    return ending.status();
  }
}
