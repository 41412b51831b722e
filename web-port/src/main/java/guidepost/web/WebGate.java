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
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/// Stands before everything that the web port serves.
///
/// | a request | is answered |
/// |---|---|
/// | without a host, or with two values of a header that has one | 400 |
/// | for a host that is not this server | 421: a page whose name was made to lead here must not reach it |
/// | of a page of a listed site | so that the page may read the answer; never with credentials of the browser |
/// | of a page of another site that asks first | 403 |
///
/// Threads: the connection's event loop.
final class WebGate extends SimpleDecoratingHttpService {

  private static final String HEADERS =
      "authorization, content-type, grpc-timeout, guidepost-read, guidepost-revision,"
          + " guidepost-timeline, last-event-id, traceparent, tracestate, x-grpc-web, x-request-id,"
          + " x-user-agent";

  private static final String EXPOSED =
      "grpc-status, grpc-message, grpc-status-details-bin, guidepost-as-of, guidepost-revision,"
          + " guidepost-timeline, retry-after";

  /// How long a browser need not ask again, seconds.
  private static final int ASKED_SECONDS = 600;

  /// What the library puts where a request names no host.
  static final String NO_HOST = "no-host.invalid";

  /// Headers of which the first value would be taken, and another one by a proxy on the way.
  private static final List<AsciiString> SINGLE =
      List.of(
          HttpHeaderNames.AUTHORIZATION,
          HttpHeaderNames.HOST,
          HttpHeaderNames.ORIGIN,
          HttpHeaderNames.CONTENT_TYPE,
          HttpHeaderNames.of("last-event-id"));

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
    // Asked for now: once the answer is complete, the library has aborted the request.
    AtomicBoolean isCut = new AtomicBoolean();
    HttpResponse response = answer(context, request).peekHeaders(_ -> isCut.set(request.isOpen()));
    var _ =
        response
            .whenComplete()
            .handle(
                (_, _) -> {
                  request.abort(); // what nobody read keeps the connection from closing
                  context
                      .eventLoop()
                      .withoutContext()
                      .execute(() -> connection.requestEnds(!isCut.get()));
                  return null;
                });
    return response;
  }

  private HttpResponse answer(ServiceRequestContext context, HttpRequest request) throws Exception {
    String host = Objects.requireNonNullElse(request.headers().authority(), "");
    if (host.isEmpty() || host.startsWith(NO_HOST)) {
      return refused(Rejection.missing("Host", "the name of this server"));
    }
    for (AsciiString each : SINGLE) {
      if (request.headers().getAll(each).size() > 1) {
        return refused(
            Rejection.of(
                Reason.HTTP_MALFORMED, each.toString(), "two values", "must be given once"));
      }
    }
    if (!access.isNamed(host, reached(context))) {
      return refused(
          Rejection.of(
              Reason.AUTHORITY_UNKNOWN,
              "Host",
              host,
              "must be a name of this server; its operator lists names in web.hosts"));
    }
    String origin = request.headers().get(HttpHeaderNames.ORIGIN, "");
    boolean allowed = origins.contains(origin);
    if (isPreflight(request.headers())) {
      return preflight(origin, allowed);
    }
    HttpResponse response = unwrap().serve(context, request);
    return allowed ? response.mapHeaders(headers -> readable(headers, origin)) : response;
  }

  private static HttpResponse refused(Rejection why) {
    return WebError.of(why).response().toHttpResponse();
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
      return refused(
          Rejection.of(
              Reason.ORIGIN_UNKNOWN,
              "Origin",
              origin,
              "must be listed; the operator lists sites in web.origins"));
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
