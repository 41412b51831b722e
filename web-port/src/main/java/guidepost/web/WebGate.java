package guidepost.web;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import guidepost.access.Access;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Set;

/// Stands before everything that the web port serves.
///
/// | a request | is answered |
/// |---|---|
/// | for a host that is not this server | 421: a page whose name was made to lead here must not reach it |
/// | of a page of a listed site | so that the page may read the answer; never with credentials of the browser |
/// | of a page of another site that asks first | 403 |
///
/// Threads: the connection's event loop.
final class WebGate extends SimpleDecoratingHttpService {

  private static final String HEADERS =
      "authorization, content-type, last-event-id, traceparent, tracestate, x-grpc-web,"
          + " x-user-agent, grpc-timeout";

  private static final String EXPOSED =
      "grpc-status, grpc-message, grpc-status-details-bin, retry-after";

  /// How long a browser need not ask again, seconds.
  private static final int ASKED_SECONDS = 600;

  private final Access access;
  private final Set<String> origins;

  WebGate(HttpService behind, Access access, Set<String> origins) {
    super(behind);
    this.access = access;
    this.origins = Set.copyOf(origins);
  }

  static Channel channel(ServiceRequestContext context) {
    return Objects.requireNonNull(
        context.log().ensureAvailable(RequestLogProperty.SESSION).channel(), "it came by one");
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    WebConnection connection = WebConnection.of(channel(context));
    connection.requestBegins();
    HttpResponse response = answer(context, request);
    var _ =
        response
            .whenComplete()
            .handle(
                (_, _) -> {
                  request.abort(); // what nobody read keeps the connection from closing
                  context.eventLoop().withoutContext().execute(connection::requestEnds);
                  return null;
                });
    return response;
  }

  private HttpResponse answer(ServiceRequestContext context, HttpRequest request) throws Exception {
    String host = Objects.requireNonNullElse(request.headers().authority(), "");
    if (!access.isNamed(host, reached(context))) {
      return WebError.of(
              Rejection.of(
                  Reason.AUTHORITY_UNKNOWN,
                  "Host",
                  host,
                  "must be a name of this server; its operator lists names in web.hosts"))
          .response()
          .toHttpResponse();
    }
    String origin = request.headers().get(HttpHeaderNames.ORIGIN, "");
    boolean allowed = origins.contains(origin);
    if (isPreflight(request.headers())) {
      return preflight(origin, allowed);
    }
    HttpResponse response = unwrap().serve(context, request);
    return allowed ? response.mapHeaders(headers -> readable(headers, origin)) : response;
  }

  private static String reached(ServiceRequestContext context) {
    InetSocketAddress local = context.localAddress();
    return Access.literal(local.getAddress());
  }

  private static boolean isPreflight(RequestHeaders headers) {
    return headers.method() == HttpMethod.OPTIONS
        && headers.contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
  }

  private static HttpResponse preflight(String origin, boolean allowed) {
    if (!allowed) {
      return WebError.of(
              Rejection.of(
                  Reason.ORIGIN_UNKNOWN,
                  "Origin",
                  origin,
                  "must be listed; the operator lists sites in web.origins"))
          .response()
          .toHttpResponse();
    }
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.NO_CONTENT)
            .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
            .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, WebError.METHODS)
            .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, HEADERS)
            .setInt(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, ASKED_SECONDS)
            .set(HttpHeaderNames.VARY, "origin")
            .build());
  }

  private static ResponseHeaders readable(ResponseHeaders headers, String origin) {
    return headers.toBuilder()
        .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
        .set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED)
        .add(HttpHeaderNames.VARY, "origin")
        .build();
  }
}
