package guidepost.access;

import guidepost.calls.Caller;
import guidepost.calls.Denial;
import guidepost.calls.EndableCall;
import guidepost.calls.Failures;
import guidepost.calls.IdentityMeters;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.calls.RequestName;
import guidepost.calls.Role;
import guidepost.journal.QuietLog;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Finds the caller of each call, or refuses the call.
///
/// | a call | is |
/// |---|---|
/// | for another server | refused, INVALID_ARGUMENT |
/// | with a token that is known, or a certificate | its caller's |
/// | that another server of the cluster hands on, and vouches for | its caller's |
/// | with a JWT that was not seen before | its caller's, once the JWT has been checked |
/// | with no credentials, of an rpc for readers, if anonymous callers may read | that of anonymous callers |
/// | with anything else | refused, UNAUTHENTICATED |
/// | of an identity, or an address, that asks for more than it may | refused, RESOURCE_EXHAUSTED |
///
/// A call with a token is judged by the token alone, whatever certificate its connection has: a
/// proxy has one, and its callers do not.
///
/// Threads: a call's event loop.
final class CallerInterceptor implements ServerInterceptor {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<byte[]> VOUCHED =
      Metadata.Key.of(Vouchers.METADATA, Metadata.BINARY_BYTE_MARSHALLER);
  private static final QuietLog QUIET =
      new QuietLog(LoggerFactory.getLogger(CallerInterceptor.class));

  private final Access access;
  private final OpenStreams calls;
  private final IdentityMeters meters;
  private final Map<String, Role> roles;

  CallerInterceptor(
      Access access, OpenStreams calls, IdentityMeters meters, Map<String, Role> roles) {
    this.access = access;
    this.calls = calls;
    this.meters = meters;
    this.roles = Map.copyOf(roles);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Connection connection = call.getAttributes().get(Connection.KEY);
    String authority = call.getAuthority();
    if (authority != null
        && !access.isOurs(authority, connection == null ? "" : connection.localHost())) {
      Failures.end(call, foreign(authority));
      return new ServerCall.Listener<>() {};
    }
    byte[] voucher = headers.get(VOUCHED);
    headers.discardAll(VOUCHED);
    if (!access.authenticates()) {
      return Contexts.interceptCall(
          named(call, headers).in(Caller.NOBODY.in(Context.current(), host(connection))),
          call,
          headers,
          next);
    }
    String authorization = headers.get(AUTHORIZATION);
    headers.discardAll(AUTHORIZATION);
    Access.Judgement judgement =
        voucher == null
            ? access.judge(connection, authorization)
            : access.judgeVouched(call.getMethodDescriptor().getFullMethodName(), voucher);
    return begin(judgement, new Begun<>(call, headers, next, connection));
  }

  private static RequestName named(ServerCall<?, ?> call, Metadata headers) {
    return RequestName.of(call.getMethodDescriptor().getFullMethodName(), headers);
  }

  private static Rejection foreign(String authority) {
    return Rejection.of(
        Reason.AUTHORITY_UNKNOWN,
        ":authority",
        authority,
        "must be a name of this server; its operator lists names in access.authorities");
  }

  /// A call that begins once its caller is known.
  private record Begun<Q, A>(
      ServerCall<Q, A> call,
      Metadata headers,
      ServerCallHandler<Q, A> next,
      @Nullable Connection connection) {}

  private <Q, A> ServerCall.Listener<Q> begin(Access.Judgement judgement, Begun<Q, A> begun) {
    return switch (judgement) {
      case Access.Known known -> begin(known, begun);
      case Access.Unseen unseen -> beginLater(unseen, begun);
      case Access.Refused refused -> refuse(refused.why(), begun);
      case Access.Busy _ -> {
        Failures.end(
            begun.call(),
            Rejection.of(Reason.OVERLOADED, "too many new tokens wait to be checked")
                .retryAfter(Duration.ofSeconds(1)));
        yield new ServerCall.Listener<>() {};
      }
    };
  }

  /// What only writers may call is refused here, before the audit log or another server of the
  /// cluster sees it.
  private boolean mayNeverCall(Caller caller, ServerCall<?, ?> call) {
    Role role = roles.get(call.getMethodDescriptor().getFullMethodName());
    return caller.isAnonymous() && role != null && !caller.may(role);
  }

  private <Q, A> ServerCall.Listener<Q> begin(Access.Known known, Begun<Q, A> begun) {
    Caller caller = known.caller();
    if (mayNeverCall(caller, begun.call())) {
      return refuse("it has no credentials, and is none that only reads", begun);
    }
    Context context =
        named(begun.call(), begun.headers())
            .in(caller.in(Context.current(), host(begun.connection())));
    Connection connection = begun.connection();
    boolean stream = connection != null && !isUnary(begun.call());
    IdentityMeters.Meter meter = meter(caller, connection);
    Optional<Rejection> tooMuch =
        connection == null ? Optional.empty() : connection.countFor(caller.name(), meter);
    if (tooMuch.isEmpty()) {
      tooMuch = meter.begin(stream);
    }
    if (tooMuch.isPresent()) {
      Failures.end(begun.call(), tooMuch.get());
      return new ServerCall.Listener<>() {};
    }
    if (connection == null || !stream) {
      return Contexts.interceptCall(context, begun.call(), begun.headers(), begun.next());
    }
    EndableCall<Q, A> open = calls.add(begun.call(), known, connection, meter);
    return open.following(Contexts.interceptCall(context, open, begun.headers(), begun.next()));
  }

  private IdentityMeters.Meter meter(Caller caller, @Nullable Connection connection) {
    return caller.isAnonymous()
        ? meters.ofAddress(connection == null ? "" : connection.network())
        : meters.of(caller.name());
  }

  private static String host(@Nullable Connection connection) {
    return connection == null ? "" : connection.host();
  }

  private static boolean isUnary(ServerCall<?, ?> call) {
    var type = call.getMethodDescriptor().getType();
    return type.clientSendsOneMessage() && type.serverSendsOneMessage();
  }

  private <Q, A> ServerCall.Listener<Q> refuse(String why, Begun<Q, A> begun) {
    Connection connection = begun.connection();
    String from = connection == null ? "a caller" : connection.from();
    QUIET.warn("refused " + why, "%s: call refused: %s".formatted(from, why));
    Failures.end(begun.call(), Denial.UNAUTHENTICATED);
    return new ServerCall.Listener<>() {};
  }

  private <Q, A> ServerCall.Listener<Q> beginLater(Access.Unseen unseen, Begun<Q, A> begun) {
    Later<Q> later = new Later<>();
    Context context = Context.current();
    Connection connection = begun.connection();
    Executor loop = connection == null ? Runnable::run : connection.loop();
    access.check(
        connection,
        unseen,
        judgement -> loop.execute(context.wrap(() -> later.begin(() -> begin(judgement, begun)))));
    return later;
  }

  /// Keeps what happens to a call until it begins: little, since nothing was asked of its client
  /// yet.
  private static final class Later<Q> extends ServerCall.Listener<Q> {

    private final List<Consumer<ServerCall.Listener<Q>>> kept = new ArrayList<>();
    private ServerCall.@Nullable Listener<Q> begun;
    private boolean ended;

    void begin(java.util.function.Supplier<ServerCall.Listener<Q>> how) {
      if (ended) {
        return;
      }
      ServerCall.Listener<Q> listener = how.get();
      begun = listener;
      kept.forEach(each -> each.accept(listener));
      kept.clear();
    }

    private void tell(Consumer<ServerCall.Listener<Q>> event) {
      ServerCall.Listener<Q> listener = begun;
      if (listener == null) {
        kept.add(event);
      } else {
        event.accept(listener);
      }
    }

    @Override
    public void onMessage(Q message) {
      tell(listener -> listener.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      tell(ServerCall.Listener::onHalfClose);
    }

    @Override
    public void onReady() {
      tell(ServerCall.Listener::onReady);
    }

    /// One that ends before it began, never does.
    @Override
    public void onCancel() {
      ended = begun == null;
      tell(ServerCall.Listener::onCancel);
    }

    @Override
    public void onComplete() {
      ended = begun == null;
      tell(ServerCall.Listener::onComplete);
    }
  }
}
