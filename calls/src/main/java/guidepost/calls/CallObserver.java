package guidepost.calls;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.util.function.Supplier;

/// Sees what one call asks for, what it is answered, and how it ends.
///
/// Threads: those of the call and of its service, also at once.
public interface CallObserver {

  /// A request came.
  void asked(Object message);

  /// A response is sent.
  void answered(Object message);

  /// The call has ended; perhaps told more than once.
  ///
  /// @param code the name of its status: `OK`
  void ended(String code);

  /// The same method, each of whose calls is observed.
  ///
  /// @param observers makes one when a call begins, on its thread and in its context
  static <Q, A> ServerMethodDefinition<Q, A> observed(
      ServerMethodDefinition<Q, A> method, Supplier<? extends CallObserver> observers) {
    ServerCallHandler<Q, A> service = method.getServerCallHandler();
    return method.withServerCallHandler(
        (call, headers) -> {
          CallObserver observer = observers.get();
          return following(service.startCall(answering(call, observer), headers), observer);
        });
  }

  private static <Q, A> ServerCall<Q, A> answering(ServerCall<Q, A> call, CallObserver observer) {
    return new SimpleForwardingServerCall<>(call) {
      @Override
      public void sendMessage(A message) {
        observer.answered(message);
        super.sendMessage(message);
      }

      @Override
      public void close(Status status, Metadata trailers) {
        observer.ended(status.getCode().name());
        super.close(status, trailers);
      }
    };
  }

  private static <Q> ServerCall.Listener<Q> following(
      ServerCall.Listener<Q> service, CallObserver observer) {
    return new SimpleForwardingServerCallListener<>(service) {
      @Override
      public void onMessage(Q message) {
        observer.asked(message);
        super.onMessage(message);
      }

      @Override
      public void onCancel() {
        observer.ended(Status.Code.CANCELLED.name());
        super.onCancel();
      }
    };
  }
}
