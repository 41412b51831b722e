package guidepost.web;

import com.google.api.HttpBody;
import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServerPort;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.docs.DocService;
import com.linecorp.armeria.server.grpc.GrpcService;
import com.linecorp.armeria.server.grpc.GrpcServiceBuilder;
import guidepost.calls.Failures;
import guidepost.calls.MessageLimit;
import guidepost.calls.Reason;
import guidepost.calls.RpcRoles;
import io.grpc.Attributes;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// A port for those without gRPC.
///
/// | path | answers |
/// |---|---|
/// | `/v1/…` | the rpcs, where their contract's google.api.http places them |
/// | `/PACKAGE.SERVICE/RPC` | gRPC-Web |
/// | `/healthz`, `/readyz` | whether the process lives, and whether all of it serves |
/// | `/metrics` | for Prometheus |
/// | `/openapi.json`, `/docs/` | the methods, for programs and for people |
/// | `/`, `/route`, `/map` … | the pages |
///
/// Callers, roles, limits, the audit log and rejections are those of the gRPC port: each call goes
/// through the same interceptors to the same services.
///
/// Threads: any.
public final class WebPort implements AutoCloseable {

  /// What calls may take to finish before they are cut.
  private static final Duration FINISH = Duration.ofSeconds(2);

  private static final MethodDescriptor<StringValue, HttpBody> METRICS =
      MethodDescriptor.<StringValue, HttpBody>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("guidepost.web.Pages/Metrics")
          .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(HttpBody.getDefaultInstance()))
          .build();

  /// The library's pages name fonts of another site, and make styles as they go. They load nothing
  /// from elsewhere, and no page of another site shows them within itself, to lead clicks.
  private static final String DOCS_POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
          + " object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Server server;

  private WebPort(Server server) {
    this.server = server;
  }

  /// Starts to listen.
  ///
  /// @throws IOException if that is not possible at the address
  public static WebPort start(WebOptions options, Served served) throws IOException {
    Server server = built(options, served);
    try {
      server.start().join();
      return new WebPort(server);
    } catch (CompletionException e) {
      server.close();
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  private static Server built(WebOptions options, Served served) {
    MessageLimit limit = new MessageLimit(options.messageBytesMax());
    List<ServerServiceDefinition> services =
        served.services().stream().map(limit::applyTo).toList();
    WebMethod.Table methods =
        new WebMethod.Table(services.stream().flatMap(WebMethod::of).toList());
    Optional<SslContext> tls = served.access().tls();
    ServerBuilder builder =
        Server.builder()
            .port(new ServerPort(options.listen(), SessionProtocol.HTTP))
            .childChannelPipelineCustomizer(pipeline -> begin(pipeline, tls, served, options))
            .service(Route.ofCatchAll(), new WebService(methods, served, options, metrics(served)))
            .service(grpcWeb(services, served, options), OneShape::ofGrpcWeb)
            .route()
            .pathPrefix("/docs")
            .setHeader("content-security-policy", DOCS_POLICY)
            .setHeader("x-content-type-options", "nosniff")
            .setHeader("referrer-policy", "no-referrer")
            .build(DocService.builder().build().decorate(OneShape::ofPages))
            .decorator(each -> new WebGate(each, served.access(), Set.copyOf(options.origins())))
            .errorHandler(new Errors());
    return limited(builder, options, served).build();
  }

  private static ServerBuilder limited(ServerBuilder builder, WebOptions options, Served served) {
    return builder
        .workerGroup(WebLoops.serving(), true)
        .bossGroupFactory(_ -> WebLoops.accepting(served.admission()))
        .connectionDrainDuration(Duration.ZERO)
        .defaultHostname(WebGate.NO_HOST)
        .http2MaxStreamsPerConnection(options.streamsMax())
        .http2MaxResetFramesPerWindow(options.resetsMax(), (int) options.resetsWindow().toSeconds())
        .http1MaxHeaderSize(options.headerBytesMax())
        .http1MaxInitialLineLength(options.headerBytesMax())
        .http2MaxHeaderListSize(options.headerBytesMax())
        .maxRequestLength(options.messageBytesMax())
        .requestTimeout(options.requestTimeout())
        .idleTimeout(options.idleMax())
        .gracefulShutdownTimeout(Duration.ZERO, FINISH)
        .disableServerHeader();
  }

  private static void begin(
      ChannelPipeline pipeline, Optional<SslContext> tls, Served served, WebOptions options) {
    tls.ifPresent(
        context ->
            pipeline.addFirst(
                new SslHandler(context.newEngine(pipeline.channel().alloc()), false)));
    WebConnection.begin(pipeline.channel(), served.access(), served.budget(), options);
  }

  private static Optional<ServerMethodDefinition<?, ?>> metrics(Served served) {
    return served
        .metrics()
        .map(
            scrape ->
                RpcRoles.none()
                    .reader(METRICS)
                    .applyTo(
                        ServerServiceDefinition.builder("guidepost.web.Pages")
                            .addMethod(
                                METRICS,
                                ServerCalls.asyncUnaryCall(
                                    (accept, answer) -> {
                                      answer.onNext(page(scrape.text(accept.getValue())));
                                      answer.onCompleted();
                                    }))
                            .build())
                    .getMethod(METRICS.getFullMethodName()));
  }

  private static HttpBody page(Scrape.Text text) {
    return HttpBody.newBuilder()
        .setContentType(text.contentType())
        .setData(ByteString.copyFromUtf8(text.text()))
        .build();
  }

  private static GrpcService grpcWeb(
      List<ServerServiceDefinition> services, Served served, WebOptions options) {
    List<ServerInterceptor> all = new ArrayList<>(served.interceptors());
    all.addFirst(new OfConnection(options.heartbeat().toNanos()));
    GrpcServiceBuilder web =
        GrpcService.builder()
            .supportedSerializationFormats(
                GrpcSerializationFormats.PROTO_WEB, GrpcSerializationFormats.PROTO_WEB_TEXT)
            .maxRequestMessageLength(options.messageBytesMax())
            .exceptionHandler(
                (_, status, cause, trailers) ->
                    OneShape.unreadable(options.messageBytesMax(), status, cause, trailers));
    services.forEach(each -> web.addService(ServerInterceptors.interceptForward(each, all)));
    return web.build();
  }

  /// Gives the calls of gRPC-Web what those of the other forms have.
  private static final class OfConnection implements ServerInterceptor {

    private final long heartbeatNanos;

    OfConnection(long heartbeatNanos) {
      this.heartbeatNanos = heartbeatNanos;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      ServiceRequestContext context = ServiceRequestContext.current();
      Attributes attributes = WebConnection.of(WebGate.channel(context)).attributes();
      ServerCall<Q, A> beating =
          Heartbeats.areFor(call.getMethodDescriptor())
              ? new Heartbeats<>(call, context, heartbeatNanos)
              : call;
      return next.startCall(
          new SimpleForwardingServerCall<>(beating) {
            @Override
            public Attributes getAttributes() {
              return attributes;
            }

            @Override
            public @Nullable String getAuthority() {
              return null;
            }
          },
          headers);
    }
  }

  /// Every error has the one shape.
  private static final class Errors implements ServerErrorHandler {

    @Override
    public @Nullable HttpResponse onServiceException(
        ServiceRequestContext context, Throwable cause) {
      if (cause instanceof RequestTimeoutException) {
        return WebError.of(
                Reason.REQUEST_TIMED_OUT, "request: was not there, or not answered, in time")
            .response()
            .toHttpResponse();
      }
      if (cause instanceof com.linecorp.armeria.common.ContentTooLargeException e) {
        return tooLarge(e.maxContentLength()).response().toHttpResponse();
      }
      if (cause instanceof com.linecorp.armeria.server.HttpStatusException
          || cause instanceof com.linecorp.armeria.common.stream.ClosedStreamException
          || cause instanceof com.linecorp.armeria.common.stream.CancelledSubscriptionException
          || Status.fromThrowable(cause).getCode() == Status.Code.CANCELLED) { // the client left
        return null;
      }
      var _ = Failures.internal(cause);
      return WebError.of(Reason.DEFECT, "internal error; see the server log")
          .response()
          .toHttpResponse();
    }

    private static WebError tooLarge(long bytes) {
      return WebError.of(
          Reason.MESSAGE_TOO_LARGE, "body: must be at most %d bytes".formatted(bytes));
    }

    @Override
    public AggregatedHttpResponse renderStatus(
        @Nullable ServiceRequestContext context,
        ServiceConfig config,
        @Nullable RequestHeaders headers,
        HttpStatus status,
        @Nullable String description,
        @Nullable Throwable cause) {
      if (cause instanceof com.linecorp.armeria.common.ContentTooLargeException e) {
        return tooLarge(e.maxContentLength()).response();
      }
      return WebError.of(status, whyUnread(status)).response();
    }

    /// The library's words name its own parts, and no rule.
    private static String whyUnread(HttpStatus status) {
      return switch (status.code()) {
        case 400 ->
            "request: must be one of HTTP/1.1 or HTTP/2 with a path without \"..\" parts, in"
                + " percent-encoded UTF-8";
        case 405, 501 -> "method: must be one of " + WebError.METHODS;
        case 414 -> "path: must not be so long; web.headers_max says how long";
        case 417 -> "expect: must be 100-continue";
        case 431 -> "headers: must not be so long; web.headers_max says how long";
        default -> "request: " + status.reasonPhrase().toLowerCase(Locale.ROOT);
      };
    }
  }

  /// Where it listens; a port that the system chose is filled in.
  public InetSocketAddress address() {
    ServerPort port = server.activePort();
    if (port == null) {
      throw new IllegalStateException("it has stopped");
    }
    return port.localAddress();
  }

  /// Takes no new requests, lets those under way finish for a moment, and cuts them.
  @Override
  public void close() {
    server.closeAsync().join();
  }
}
