package guidepost.server;

import guidepost.calls.Failures;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Lets callers on this machine pass, who could read the data directory as well. It is what stands
/// in for authentication until there is any.
final class LoopbackOnly implements ServerInterceptor {

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Object caller = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    if (isLoopback(caller)) {
      return next.startCall(call, headers);
    }
    Failures.deny(
        call,
        "%s: may be called from a loopback address only, not from %s; run it on the server's own machine"
            .formatted(call.getMethodDescriptor().getFullMethodName(), caller));
    return new ServerCall.Listener<>() {};
  }

  static boolean isLoopback(@Nullable Object address) {
    return address instanceof InetSocketAddress socket
        && !socket.isUnresolved()
        && socket.getAddress().isLoopbackAddress();
  }
}
