package guidepost.calls;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/// The largest request that a server takes, and what becomes of one that is larger or unreadable:
/// whichever of its call it is, the client gets what is owed to it and then a status that says why.
///
/// | a request is | status |
/// |---|---|
/// | larger than the limit, as sent or when decompressed | RESOURCE_EXHAUSTED |
/// | not the message that the method takes | INVALID_ARGUMENT |
///
/// ```
///   bytes of a message ─▶ InboundMeter ──over the limit──▶ refuse: service is told "no more"
///           │                          ──over 4 times it─▶ cut: the call ends at once
///           ▼ whole
///   CheckedMarshaller ──readable──▶ service
///                     ──not──▶ refuse
/// ```
///
/// So a message is never kept beyond four times the limit, however large it is; nearly always the
/// call has ended when little more than the limit has come. A server uses both [#applyTo] and
/// [#meters], and sets gRPC's own limit so high that it does not come first.
///
/// Threads: any.
public final class MessageLimit {

  /// While the service answers what it owes, a fast client goes on sending.
  private static final int KEPT_LIMITS = 4;

  private final int bytesMax;
  private final StatusRuntimeException tooLarge;

  /// A limit for every service of a server.
  ///
  /// @param bytesMax of one request
  public MessageLimit(int bytesMax) {
    this.bytesMax = bytesMax;
    this.tooLarge =
        Failures.rejected(
            Reason.MESSAGE_TOO_LARGE,
            "request must be at most %d bytes; this one has more".formatted(bytesMax));
  }

  /// One for each call, on a server whose services have the limit.
  public ServerStreamTracer.Factory meters() {
    return new ServerStreamTracer.Factory() {
      @Override
      public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new InboundMeter(bytesMax, (long) KEPT_LIMITS * bytesMax, tooLarge);
      }
    };
  }

  /// The same service with the limit.
  public ServerServiceDefinition applyTo(ServerServiceDefinition service) {
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(service.getServiceDescriptor().getName())
            .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
    var methods = service.getMethods().stream().map(this::guarded).toList();
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder guarded = ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(guarded::addMethod);
    return guarded.build();
  }

  private <Q, A> ServerMethodDefinition<Incoming<Q>, A> guarded(
      ServerMethodDefinition<Q, A> method) {
    MethodDescriptor<Q, A> known = method.getMethodDescriptor();
    var checked = new CheckedMarshaller<>(known.getRequestMarshaller(), bytesMax, tooLarge);
    return ServerMethodDefinition.create(
        known.toBuilder(checked, known.getResponseMarshaller()).build(),
        guarded(known, method.getServerCallHandler()));
  }

  private static <Q, A> ServerCallHandler<Incoming<Q>, A> guarded(
      MethodDescriptor<Q, A> method, ServerCallHandler<Q, A> handler) {
    return (ServerCall<Incoming<Q>, A> call, Metadata headers) -> {
      GuardedCall<Q, A> guarded = new GuardedCall<>(call, method);
      ConnectionAccount account = ConnectionAccount.of(call);
      StatusRuntimeException refusal = account == null ? null : refusal(method, account);
      if (refusal != null) {
        CallSender.Ending ending = CallSender.Ending.of(refusal);
        call.close(ending.status(), ending.trailers());
        return new ServerCall.Listener<>() {};
      }
      GuardedListener<Q> listener =
          new GuardedListener<>(handler.startCall(guarded, headers), guarded);
      guarded.onReady(listener::onReady);
      InboundMeter.tell(listener);
      return listener;
    };
  }

  /// Why the call may not begin; null if it may, and has. A unary call whose answer would be
  /// refused is not worth the work.
  private static @Nullable StatusRuntimeException refusal(
      MethodDescriptor<?, ?> method, ConnectionAccount account) {
    if (method.getType() == MethodType.UNARY && !account.mayAnswer()) {
      return account.full();
    }
    return InboundMeter.begin(account) ? null : account.fullOfCalls();
  }
}
