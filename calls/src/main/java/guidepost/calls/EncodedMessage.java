package guidepost.calls;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;

/// A response as the bytes that travel: a service that holds its answers encoded sends them without
/// making a message of each part first.
///
/// Threads: any. The bytes must not change once they are handed over.
public final class EncodedMessage {

  private static final MethodDescriptor.Marshaller<EncodedMessage> MARSHALLER =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(EncodedMessage message) {
          return new Bytes(message);
        }

        @Override
        public EncodedMessage parse(InputStream stream) {
          try {
            byte[] bytes = stream.readAllBytes();
            return new EncodedMessage(bytes, bytes.length);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private final byte[] bytes;
  private final int from;
  private final int length;

  /// The first `length` of these bytes.
  public EncodedMessage(byte[] bytes, int length) {
    this(bytes, 0, length);
  }

  /// `length` of these bytes, from `from` on.
  public EncodedMessage(byte[] bytes, int from, int length) {
    this.bytes = bytes;
    this.from = from;
    this.length = length;
  }

  /// Number of bytes.
  public int length() {
    return length;
  }

  /// The same method, whose responses come encoded.
  public static <Q> MethodDescriptor<Q, EncodedMessage> method(MethodDescriptor<Q, ?> typed) {
    return typed.toBuilder(typed.getRequestMarshaller(), MARSHALLER).build();
  }

  /// A builder for a service some of whose methods are replaced by these, which [#method] made.
  public static ServerServiceDefinition.Builder service(
      ServiceDescriptor typed, List<? extends MethodDescriptor<?, ?>> encoded) {
    ServiceDescriptor.Builder service =
        ServiceDescriptor.newBuilder(typed.getName())
            .setSchemaDescriptor(typed.getSchemaDescriptor());
    for (MethodDescriptor<?, ?> method : typed.getMethods()) {
      service.addMethod(
          encoded.stream()
              .filter(each -> each.getFullMethodName().equals(method.getFullMethodName()))
              .<MethodDescriptor<?, ?>>map(each -> each)
              .findFirst()
              .orElse(method));
    }
    return ServerServiceDefinition.builder(service.build());
  }

  /// Gives itself to the transport in one piece.
  private static final class Bytes extends ByteArrayInputStream implements KnownLength, Drainable {

    Bytes(EncodedMessage message) {
      super(message.bytes, message.from, message.length);
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int length = count - pos;
      target.write(buf, pos, length);
      pos = count;
      return length;
    }
  }
}
