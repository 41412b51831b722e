package guidepost.calls;

import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;

/// Hands readable requests to a service. To the service, a request that is refused is the end of
/// the client's messages: it answers what it owes and ends, and the client gets the refusal for a
/// status.
///
/// What comes after it is read and dropped: a client that writes everything first gets to read why
/// it failed.
///
/// Threads: the call's event loop.
final class GuardedListener<Q> extends ServerCall.Listener<Incoming<Q>> {

  private final ServerCall.Listener<Q> service;
  private final GuardedCall<Q, ?> call;
  private boolean halfClosed;
  private long bytes;

  GuardedListener(ServerCall.Listener<Q> service, GuardedCall<Q, ?> call) {
    this.service = service;
    this.call = call;
  }

  @Override
  public void onMessage(Incoming<Q> incoming) {
    if (call.isRefused()) {
      call.request(1);
      return;
    }
    switch (incoming) {
      case Incoming.Whole<Q> whole -> {
        bytes = GuardedCall.sizeOf(whole.message());
        service.onMessage(whole.message());
      }
      case Incoming.Refused<Q> refused -> refuse(refused.why());
    }
  }

  void refuse(StatusRuntimeException why) {
    if (!call.isRefused()) {
      call.refuse(why);
      onHalfClose();
      call.request(1);
    }
  }

  /// The client sends more of a message that was refused than is kept.
  void cut(StatusRuntimeException why) {
    call.cut(why);
  }

  @Override
  public void onHalfClose() {
    if (!halfClosed) {
      halfClosed = true;
      call.inTurn(service::onHalfClose, bytes);
    }
  }

  @Override
  public void onCancel() {
    call.forgetWork();
    service.onCancel();
  }

  /// A service that did not end its call learns that it has ended as it does when a client leaves.
  @Override
  public void onComplete() {
    call.forgetWork();
    if (call.isCut()) {
      service.onCancel();
    } else {
      service.onComplete();
    }
  }

  @Override
  public void onReady() {
    service.onReady();
  }
}
