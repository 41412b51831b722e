package guidepost.calls;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Reads requests, and makes of one that cannot be read a value instead of an exception: gRPC would
/// end the call as UNKNOWN.
///
/// Threads: any.
final class CheckedMarshaller<Q> implements MethodDescriptor.Marshaller<Incoming<Q>> {

  private final MethodDescriptor.Marshaller<Q> original;
  private final int bytesMax;
  private final StatusRuntimeException tooLarge;

  CheckedMarshaller(
      MethodDescriptor.Marshaller<Q> original, int bytesMax, StatusRuntimeException tooLarge) {
    this.original = original;
    this.bytesMax = bytesMax;
    this.tooLarge = tooLarge;
  }

  @Override
  public Incoming<Q> parse(InputStream bytes) {
    try {
      return new Incoming.Whole<>(original.parse(bounded(bytes)));
    } catch (StatusRuntimeException e) {
      return new Incoming.Refused<>(e.equals(tooLarge) ? e : unreadable(e));
    } catch (IOException e) {
      return new Incoming.Refused<>(unreadable(e));
    }
  }

  /// The bytes as they are if their number is known, so that the original may use its short cuts.
  private InputStream bounded(InputStream bytes) throws IOException {
    if (!(bytes instanceof KnownLength)) {
      return new Bounded(bytes);
    }
    if (bytes.available() > bytesMax) {
      throw tooLarge;
    }
    return bytes;
  }

  private StatusRuntimeException unreadable(Exception e) {
    Throwable fault = e.getCause() == null ? e : e.getCause();
    String words =
        fault instanceof InvalidProtocolBufferException unreadable
            ? WireFault.words(unreadable)
            : "what is packed in it cannot be unpacked";
    return Failures.rejected(
        Reason.MESSAGE_MALFORMED, "request: must be a %s: %s".formatted(name(), words));
  }

  private String name() {
    return original instanceof MethodDescriptor.PrototypeMarshaller<?> known
            && known.getMessagePrototype() instanceof Message message
        ? message.getDescriptorForType().getFullName()
        : "message of this method";
  }

  @Override
  public InputStream stream(Incoming<Q> value) {
    throw new UnsupportedOperationException("a server sends no requests");
  }

  /// Decompressed bytes, whose number is known only when they are read: few may become many.
  private final class Bounded extends FilterInputStream {
    private long bytes;

    Bounded(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      count(Math.max(read, 0));
      return read;
    }

    @Override
    public long skip(long number) throws IOException {
      long skipped = super.skip(number);
      count(skipped);
      return skipped;
    }

    private void count(long more) {
      bytes += more;
      if (bytes > bytesMax) {
        throw tooLarge;
      }
    }
  }
}
