package guidepost.server;

import guidepost.calls.Failures;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.calls.Role;
import guidepost.journal.Cluster;
import guidepost.journal.JournalException;
import guidepost.journal.Leadership;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a server of a cluster does around each call: it hands writes to the leader, tells which
/// revisions an answer is of, and lets a read wait for those that its caller has seen.
///
/// | metadata | of a request | of a response |
/// |---|---|---|
/// | `guidepost-revision` | wait until the server has these | the server has these |
/// | `guidepost-timeline` | of these revisions; if it is another one, do not wait | of these revisions |
/// | `guidepost-read: latest` | wait for all that was acknowledged anywhere | |
/// | `guidepost-as-of` | | when the server last had all that it knew of |
///
/// Another value of `guidepost-read` is refused: a misspelt one must not end in an old answer.
///
/// Threads: any.
final class ClusterCalls implements AutoCloseable {

  private static final Metadata.Key<String> READ =
      Metadata.Key.of("guidepost-read", Metadata.ASCII_STRING_MARSHALLER);
  private static final String LATEST = "latest";
  private static final Metadata.Key<String> AS_OF =
      Metadata.Key.of("guidepost-as-of", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<String> TOKEN = Context.keyWithDefault("guidepost-token", "");

  /// Longer than a follower is behind that works.
  private static final Duration WAIT_MAX = Duration.ofSeconds(2);

  /// About what it takes to notice that a leader is gone.
  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  private final Cluster cluster;
  private final SeenRevisions revisions;
  private final LeaderChannel leader;
  private final Supplier<Optional<JournalException>> trouble;
  private final InTime inTime;

  /// @param trouble why this server reads and writes nothing any more; empty if it does
  ClusterCalls(
      Cluster cluster,
      SeenRevisions revisions,
      LeaderChannel leader,
      Supplier<Optional<JournalException>> trouble) {
    this(cluster, revisions, leader, trouble, new InTime(InTime.timer()));
  }

  ClusterCalls(
      Cluster cluster,
      SeenRevisions revisions,
      LeaderChannel leader,
      Supplier<Optional<JournalException>> trouble,
      InTime inTime) {
    this.trouble = trouble;
    this.inTime = inTime;
    this.cluster = cluster;
    this.revisions = revisions;
    this.leader = leader;
  }

  /// Keeps the token of a call, for the leader to judge it by: before this server judges it and
  /// forgets it.
  ServerInterceptor keepingTokens() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String token = headers.get(AUTHORIZATION);
        return token == null
            ? next.startCall(call, headers)
            : Contexts.interceptCall(
                Context.current().withValue(TOKEN, token), call, headers, next);
      }
    };
  }

  /// The token of the call that this thread is in; empty if it has none.
  static String currentToken() {
    return TOKEN.get();
  }

  /// The service as a server of a cluster offers it.
  ///
  /// @param roles of its rpcs: what a writer may call alone is written by the leader
  ServerServiceDefinition applyTo(ServerServiceDefinition service, Map<String, Role> roles) {
    ServerServiceDefinition.Builder applied =
        ServerServiceDefinition.builder(service.getServiceDescriptor());
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      Role role = roles.get(method.getMethodDescriptor().getFullMethodName());
      applied.addMethod(applied(method, role == Role.WRITER));
    }
    return applied.build();
  }

  private <Q, A> ServerMethodDefinition<Q, A> applied(
      ServerMethodDefinition<Q, A> method, boolean writes) {
    ServerCallHandler<Q, A> local = method.getServerCallHandler();
    if (!writes) {
      return method.withServerCallHandler((call, headers) -> read(call, headers, local));
    }
    return method.withServerCallHandler(
        (call, headers) -> {
          Optional<JournalException> why = trouble.get();
          if (why.isPresent()) {
            Failures.end(call, stopped(why.get()));
            return new ServerCall.Listener<>() {};
          }
          Leadership now = cluster.leadership();
          return now.leads()
              ? inTime.start(new Telling<>(call, true), headers, false, unsaid(), local)
              : inTime.start(
                  call,
                  headers,
                  true,
                  unanswered(),
                  (timed, had) ->
                      leader.forward(method.getMethodDescriptor(), timed, had, now, this));
        });
  }

  private <Q, A> ServerCall.Listener<Q> read(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> local) {
    String seen = revisions.wantedBy(headers);
    String asked = headers.get(READ);
    boolean latest = LATEST.equals(asked);
    if (asked != null && !latest) {
      Failures.end(
          call,
          Rejection.of(
              Reason.VALUE_UNKNOWN, READ.name(), asked, "must be \"latest\", or not be there"));
      return new ServerCall.Listener<>() {};
    }
    if (!latest && revisions.has(seen)) {
      return WatchAhead.start(new Telling<>(call, false), headers, local, this::latest);
    }
    DelayedCall<Q> delayed = new DelayedCall<>();
    CompletableFuture<Void> ready = latest ? latest() : revisions.reached(seen, WAIT_MAX);
    var _ =
        ready.whenComplete(
            (_, failure) ->
                delayed.begin(
                    () -> {
                      if (failure == null) {
                        return WatchAhead.start(
                            new Telling<>(call, false), headers, local, this::latest);
                      }
                      Failures.end(new Telling<>(call, false), latest ? unheard() : behind());
                      return new ServerCall.Listener<>() {};
                    }));
    return delayed;
  }

  /// Completes when readers see all that was acknowledged anywhere at the time of the call.
  CompletableFuture<Void> latest() {
    return within(
        cluster.latest().toCompletableFuture().thenCompose(_ -> revisions.caughtUp(WAIT_MAX)));
  }

  /// Completes when readers see what another server has told that it has.
  CompletableFuture<Void> reached(String seen) {
    return revisions.reached(seen, WAIT_MAX);
  }

  private static CompletableFuture<Void> within(CompletableFuture<Void> future) {
    return future.orTimeout(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// This server is not as far as its caller must see.
  static Rejection behind() {
    return Rejection.of(
            Reason.FOLLOWER_BEHIND,
            "this server is behind the leader; ask again, or another server")
        .retryAfter(RETRY_AFTER);
  }

  /// This server cannot find out what it must show.
  private static Rejection unheard() {
    return Rejection.of(
            Reason.FOLLOWER_BEHIND,
            "this server could not find out in time what others have acknowledged: it is behind, or"
                + " the brokers do not answer; ask again, or another server")
        .retryAfter(RETRY_AFTER);
  }

  /// Nobody is known to lead.
  static Rejection leaderless() {
    return Rejection.of(
            Reason.NO_LEADER, "no server leads now; nothing was written; another one soon does")
        .retryAfter(RETRY_AFTER);
  }

  /// A write whose answer was held until it could be read here, which took too long. No delay is
  /// told: programs that are told one ask again by themselves.
  static Rejection writtenUnseen() {
    return Rejection.of(
        Reason.FOLLOWER_BEHIND,
        "the leader has written this, and this server does not show it yet; do not write it again,"
            + " but read it later, or from another server");
  }

  /// The same of a call of several messages, of which each may write.
  static Rejection perhapsWrittenUnseen() {
    return Rejection.of(
        Reason.FOLLOWER_BEHIND,
        "this server is behind the leader, which may have written what was sent; look before"
            + " sending it again");
  }

  /// This server knows of nobody who leads any more, and has to be looked after.
  private static Rejection stopped(JournalException why) {
    return Rejection.of(
        Reason.WRITER_STOPPED,
        "this server has stopped, and nothing was written; use another one: " + why.getMessage());
  }

  /// The caller stops waiting before the brokers have to answer.
  private static Rejection unsaid() {
    return Rejection.of(
        Reason.OUTCOME_UNKNOWN,
        "the caller's deadline passes, and the brokers have not said whether this was written; read"
            + " before sending it again");
  }

  /// The caller stops waiting before the leader has answered.
  private static Rejection unanswered() {
    return Rejection.of(
        Reason.OUTCOME_UNKNOWN,
        "the caller's deadline passes, and the server that leads has not answered; whether this was"
            + " written is not known; read before sending it again");
  }

  /// Nobody has led since the log began: a server that may does so within seconds.
  static Rejection neverLed() {
    return Rejection.of(
            Reason.NO_LEADER,
            "no server has led yet; nothing was written; only one that is told where others reach"
                + " it (advertise) does")
        .retryAfter(RETRY_AFTER);
  }

  /// There is a leader, and no way to it.
  static Rejection unreachable() {
    return Rejection.of(
            Reason.NO_LEADER,
            "the server that leads cannot be reached from this one; nothing was written; ask again,"
                + " or another server")
        .retryAfter(RETRY_AFTER);
  }

  /// Another server has taken this one for the leader.
  static Rejection notHere() {
    return Rejection.of(
            Reason.NO_LEADER,
            "the server that this call was handed to does not lead, or not any more; nothing was"
                + " written")
        .retryAfter(RETRY_AFTER);
  }

  /// Has a call's answer say which revisions it is of: before its first message and, unless it is a
  /// read that has told them already, at its end.
  private final class Telling<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final boolean atEnd;
    private @Nullable String told;

    /// @param atEnd always at the end too, where a server that handed the call on looks for them
    Telling(ServerCall<Q, A> call, boolean atEnd) {
      super(call);
      this.atEnd = atEnd;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      tell(headers);
      told = headers.get(SeenRevisions.HEADER);
      super.sendHeaders(headers);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (told == null) {
        tell(trailers);
      } else if (atEnd || !told.equals(revisions.text())) {
        revisions.tell(trailers);
      }
      super.close(status, trailers);
    }
  }

  /// Says which revisions this server has.
  void tell(Metadata metadata) {
    revisions.tell(metadata);
    cluster.stats().asOf().ifPresent(time -> metadata.put(AS_OF, time.toString()));
  }

  @Override
  public void close() {
    inTime.close();
    leader.close();
  }
}
