package guidepost.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.StringValue;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.SplitHttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import guidepost.calls.Reason;
import guidepost.calls.RejectedException;
import guidepost.calls.Rejection;
import io.grpc.Metadata;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Answers what comes to the web port: finds the rpc of a path, reads its request, calls it, and
/// sends its answers in the form that the client accepts.
///
/// Threads: the connection's event loop.
final class WebService implements HttpService {

  /// The headers that services and interceptors may know of.
  private static final List<String> HEADERS =
      List.of(
          "authorization",
          "guidepost-read",
          "guidepost-revision",
          "guidepost-timeline",
          "traceparent",
          "tracestate",
          "user-agent",
          "x-request-id");

  private static final Set<String> PAGES =
      Set.of("/healthz", "/readyz", "/openapi.json", "/metrics");

  /// In which JSON is read: the one of RFC 8259, under its names, and the part of it that is ASCII.
  private static final Set<String> CHARSETS = Set.of("utf-8", "utf8", "us-ascii");

  /// A watch without news shows that it is open after so long.
  private static final long OPENING_MILLIS = 1_000;

  private final WebMethod.Table methods;
  private final List<ServerInterceptor> interceptors;
  private final WebOptions options;
  private final BooleanSupplier ready;
  private final Pages pages = Pages.load();
  private final Optional<ServerMethodDefinition<?, ?>> metrics;
  private volatile byte @Nullable [] openApi; // made for the first that asks; the same each time

  WebService(
      WebMethod.Table methods,
      Served served,
      WebOptions options,
      Optional<ServerMethodDefinition<?, ?>> metrics) {
    this.methods = methods;
    this.interceptors = served.interceptors();
    this.options = options;
    this.ready = served.ready();
    this.metrics = metrics;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    return request.method() == HttpMethod.HEAD
        ? headersOf(answer(context, request.mapHeaders(WebService::asGet)))
        : answer(context, request);
  }

  private static RequestHeaders asGet(RequestHeaders head) {
    return head.toBuilder().method(HttpMethod.GET).build();
  }

  /// What a GET would have been answered, without its body: a list or a watch ends here.
  private static HttpResponse headersOf(HttpResponse answer) {
    SplitHttpResponse split = answer.split();
    return HttpResponse.of(
        split
            .headers()
            .thenApply(
                headers -> {
                  split.body().abort();
                  HttpResponseWriter only =
                      HttpResponse.streaming(); // says no length, least of all 0
                  only.write(headers);
                  only.close();
                  return only;
                }));
  }

  private HttpResponse answer(ServiceRequestContext context, HttpRequest request) {
    try {
      if (PAGES.contains(context.path()) && request.method() != HttpMethod.GET) {
        return notAllowed(request, "GET, HEAD");
      }
      return switch (context.path()) {
        case "/healthz" -> page(MediaType.PLAIN_TEXT_UTF_8, "ok\n".getBytes(UTF_8));
        case "/readyz" -> readiness();
        case "/openapi.json" -> page(MediaType.JSON_UTF_8, openApi());
        case "/metrics" -> metrics(context, request);
        default -> {
          Optional<HttpResponse> page =
              request.method() == HttpMethod.GET
                  ? pages.answer(context.path(), request.headers())
                  : Optional.empty();
          yield page.isPresent() ? page.get() : rpcOrLost(context, request);
        }
      };
    } catch (RejectedException e) {
      return refused(WebError.of(e.rejection()));
    } catch (IllegalArgumentException e) {
      return refused(
          WebError.of(
              Reason.HTTP_MALFORMED, "path: it and its query must be percent-encoded UTF-8"));
    }
  }

  private static HttpResponse refused(WebError why) {
    return why.response().toHttpResponse();
  }

  private static HttpResponse page(MediaType type, byte[] bytes) {
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(type)
            .set("x-content-type-options", "nosniff")
            .set("cache-control", "no-cache")
            .build(),
        HttpData.wrap(bytes));
  }

  private byte[] openApi() {
    byte[] made = openApi;
    if (made == null) {
      made = OpenApi.of(methods.all());
      openApi = made;
    }
    return made;
  }

  private HttpResponse readiness() {
    return ready.getAsBoolean()
        ? page(MediaType.PLAIN_TEXT_UTF_8, "ready\n".getBytes(UTF_8))
        : refused(
            WebError.of(
                Reason.NOT_READY,
                "server: a part of it cannot write or has stopped, or it has not heard from the"
                    + " other servers' log for too long"));
  }

  private HttpResponse metrics(ServiceRequestContext context, HttpRequest request) {
    if (metrics.isEmpty()) {
      throw Rejection.notFound(Reason.PATH_UNKNOWN, "path", "/metrics", "page").asException();
    }
    byte[] accept = StringValue.of(request.headers().get("accept", "")).toByteArray();
    return call(context, request.headers(), metrics.get(), accept, new PageFormat()).response();
  }

  /// A person who follows a broken link gets a page that says so, and a program the error.
  private HttpResponse rpcOrLost(ServiceRequestContext context, HttpRequest request) {
    String path = context.path();
    Optional<HttpResponse> lost =
        request.method() == HttpMethod.GET
                && !path.startsWith("/v1/")
                && methods.find(path).isEmpty()
            ? pages.lost(request.headers())
            : Optional.empty();
    return lost.isPresent() ? lost.get() : rpc(context, request);
  }

  private HttpResponse rpc(ServiceRequestContext context, HttpRequest request) {
    String path = context.path();
    List<WebMethod.Table.Found> found = methods.find(path);
    if (found.isEmpty()) {
      throw Rejection.notFound(Reason.PATH_UNKNOWN, "path", path, "page or method").asException();
    }
    Optional<WebMethod.Table.Found> asked =
        found.stream().filter(each -> each.method().verb() == request.method()).findFirst();
    if (asked.isEmpty()) {
      return notAllowed(request, found);
    }
    WebMethod method = asked.get().method();
    Answer.Format format = Forms.of(method, request.headers());
    if (method.hasBody()) {
      OneShape.requireUnpacked(request.headers());
      requireJson(request.headers());
    }
    QueryParams query = PercentCoding.query(context.query());
    return HttpResponse.of(
        request
            .aggregate(context.eventLoop())
            .handle(
                (whole, failure) ->
                    whole == null
                        ? unread(failure)
                        : read(context, whole, asked.get(), query, format)));
  }

  private static HttpResponse notAllowed(HttpRequest request, List<WebMethod.Table.Found> found) {
    String allowed =
        found.stream()
            .map(each -> each.method().verb())
            .flatMap(
                verb -> verb == HttpMethod.GET ? Stream.of("GET", "HEAD") : Stream.of(verb.name()))
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    return notAllowed(request, allowed);
  }

  private static HttpResponse notAllowed(HttpRequest request, String allowed) {
    return refused(WebError.notAllowed(request.method(), allowed));
  }

  /// A page of another site can send a form of text without being asked, but no JSON.
  private static void requireJson(RequestHeaders headers) {
    MediaType type = headers.contentType();
    if (type == null || !type.withoutParameters().is(MediaType.JSON.withoutParameters())) {
      throw unknownType(headers, "must be application/json");
    }
    boolean isRead =
        type.parameters().getOrDefault("charset", List.of()).stream()
            .allMatch(charset -> CHARSETS.contains(charset.toLowerCase(Locale.ROOT)));
    if (!isRead) {
      throw unknownType(headers, "must have no charset, or utf-8 or us-ascii");
    }
  }

  private static RejectedException unknownType(RequestHeaders headers, String rule) {
    return Rejection.of(
            Reason.CONTENT_TYPE_UNKNOWN,
            "Content-Type",
            headers.get(HttpHeaderNames.CONTENT_TYPE, ""),
            rule)
        .asException();
  }

  private static HttpResponse unread(@Nullable Throwable failure) {
    return HttpResponse.ofFailure(
        failure == null ? new IllegalStateException("no request") : failure);
  }

  private HttpResponse read(
      ServiceRequestContext context,
      AggregatedHttpRequest whole,
      WebMethod.Table.Found asked,
      QueryParams query,
      Answer.Format format) {
    try {
      WebMethod method = asked.method();
      DynamicMessage message = method.request(asked.variables(), query, whole.content().array());
      String lastEvent = whole.headers().get("last-event-id", "");
      if (method.form() == WebMethod.Form.WATCH && !lastEvent.isEmpty()) {
        message =
            EventsFormat.resumed(
                message,
                WebMethod.watchStart(method.descriptor().getInputType()).orElseThrow(),
                lastEvent);
      }
      Answer answer =
          call(context, whole.headers(), method.served(), message.toByteArray(), format);
      if (method.form() != WebMethod.Form.ONE) {
        context.clearRequestTimeout();
      }
      if (method.form() == WebMethod.Form.WATCH) {
        beat(context.eventLoop().withoutContext(), answer);
      }
      return answer.response();
    } catch (RejectedException e) {
      return WebError.of(e.rejection()).response().toHttpResponse();
    }
  }

  private void beat(EventLoop loop, Answer answer) {
    var opening = loop.schedule(answer::open, OPENING_MILLIS, TimeUnit.MILLISECONDS);
    long nanos = options.heartbeat().toNanos();
    var beats =
        loop.scheduleWithFixedDelay(
            () -> answer.writeIfQuiet(EventsFormat.HEARTBEAT, nanos / 2),
            nanos,
            nanos,
            TimeUnit.NANOSECONDS);
    var _ =
        answer
            .response()
            .whenComplete()
            .handle(
                (_, _) -> {
                  opening.cancel(false);
                  return beats.cancel(false);
                });
  }

  private Answer call(
      ServiceRequestContext context,
      RequestHeaders headers,
      ServerMethodDefinition<?, ?> method,
      byte[] request,
      Answer.Format format) {
    WebConnection connection = WebConnection.of(WebGate.channel(context));
    EventLoop loop = context.eventLoop().withoutContext();
    @Nullable HttpCall<?, ?>[] call = new HttpCall<?, ?>[1];
    Outgoing out =
        new Outgoing(
            loop,
            connection.account(),
            options.stallTimeout(),
            () -> {
              HttpCall<?, ?> begun = call[0];
              if (begun != null) {
                begun.ready();
              }
            });
    Answer answer = new Answer(out, format);
    HttpCall<?, ?> begun =
        HttpCall.begin(
            method,
            interceptors,
            connection.attributes(),
            metadata(headers),
            request,
            answer,
            loop);
    call[0] = begun;
    var _ =
        out.response()
            .whenComplete()
            .handle(
                (_, failure) -> {
                  begun.ended(failure == null);
                  return null;
                });
    return answer;
  }

  private static Metadata metadata(RequestHeaders headers) {
    Metadata metadata = new Metadata();
    for (String name : HEADERS) {
      String value = headers.get(name);
      if (value != null) {
        metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
      }
    }
    return metadata;
  }
}
