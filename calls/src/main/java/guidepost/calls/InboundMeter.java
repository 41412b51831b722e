package guidepost.calls;

import io.grpc.Context;
import io.grpc.ServerStreamTracer;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/// Counts the bytes of the message that is arriving, and speaks up before all of it is there.
///
/// gRPC has a limit of its own, but it resets a stream on which something was sent already, and the
/// client reads CANCELLED instead of what is wrong.
///
/// Threads: the call's event loop.
final class InboundMeter extends ServerStreamTracer {

  private static final Context.Key<InboundMeter> CURRENT = Context.key("guidepost-inbound-meter");

  private final int bytesMax;
  private final long keptMax;
  private final StatusRuntimeException tooLarge;
  private @Nullable GuardedListener<?> listener;
  private long bytes;

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

  @Override
  public Context filterContext(Context context) {
    return context.withValue(CURRENT, this);
  }

  @Override
  public void inboundMessage(int sequence) {
    bytes = 0;
  }

  @Override
  public void inboundWireSize(long more) {
    bytes += more;
    if (bytes > bytesMax && listener != null) {
      listener.refuse(tooLarge);
    }
    if (bytes > keptMax && listener != null) {
      listener.cut(tooLarge);
    }
  }
}
