package guidepost.calls;

import io.grpc.Context;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/// Counts the bytes of the message that is arriving, and speaks up before all of it is there.
///
/// gRPC has a limit of its own, but it resets a stream on which something was sent already, and the
/// client reads CANCELLED instead of what is wrong.
///
/// The connection's account holds what has arrived of a message until the message is read, and the
/// call itself until the transport has forgotten it: an answer that nobody takes keeps it open.
///
/// Threads: the call's event loop.
final class InboundMeter extends ServerStreamTracer {

  private static final Context.Key<InboundMeter> CURRENT = Context.key("guidepost-inbound-meter");

  /// A message that small goes on whatever the connection holds.
  private static final int SMALL_BYTES = 64 * 1024;

  private final int bytesMax;
  private final long keptMax;
  private final StatusRuntimeException tooLarge;
  private @Nullable GuardedListener<?> listener;
  private @Nullable ConnectionAccount account;
  private long bytes;
  private long held;

  /// @param bytesMax a larger message is refused
  /// @param keptMax when so much of it has come, it is cut off
  InboundMeter(int bytesMax, long keptMax, StatusRuntimeException tooLarge) {
    this.bytesMax = bytesMax;
    this.keptMax = keptMax;
    this.tooLarge = tooLarge;
  }

  /// Lets the meter of the current call, if it has one, tell its listener.
  static void tell(GuardedListener<?> listener) {
    InboundMeter meter = CURRENT.get();
    if (meter != null) {
      meter.listener = listener;
    }
  }

  /// The current call is on that connection's account; false if there is no room for it.
  static boolean begin(@Nullable ConnectionAccount account) {
    InboundMeter meter = CURRENT.get();
    if (meter == null || account == null) {
      return true;
    }
    if (!account.beginCall()) {
      return false;
    }
    meter.account = account;
    return true;
  }

  /// The account that the current call is on; null if on none.
  static @Nullable ConnectionAccount currentAccount() {
    InboundMeter meter = CURRENT.get();
    return meter == null ? null : meter.account;
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(CURRENT, this);
  }

  @Override
  public void inboundMessage(int sequence) {
    bytes = 0;
  }

  @Override
  public void inboundMessageRead(int sequence, long wireBytes, long bytesOfMessage) {
    letGo();
  }

  /// The first of what may end a call in the transport; what comes later finds nothing to do.
  @Override
  public void streamClosed(Status status) {
    letGo();
    ConnectionAccount of = account;
    account = null;
    if (of != null) {
      of.endCall();
    }
  }

  private void letGo() {
    if (account != null && held > 0) {
      account.arrive(-held);
      held = 0;
    }
  }

  @Override
  public void inboundWireSize(long more) {
    bytes += more;
    hold(more);
    if (bytes > bytesMax && listener != null) {
      listener.refuse(tooLarge);
    }
    if (bytes > keptMax && listener != null) {
      listener.cut(tooLarge);
    }
  }

  /// A message that the connection has no room for is refused as one that is too large is. What
  /// there is of itself does not count: a connection may always send one message.
  private void hold(long more) {
    if (account != null) {
      held += more;
      account.arrive(more);
      if (!account.hasRoomToArrive(held) && listener != null && bytes > SMALL_BYTES) {
        listener.cut(account.fullOfArrivals());
      }
    }
  }
}
