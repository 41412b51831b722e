package guidepost.server;

import guidepost.calls.CallSender;
import guidepost.calls.Failures;
import guidepost.calls.Reason;
import io.grpc.Metadata;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/// What makes a request one of gRPC's: its headers, and the frames of its messages.
///
/// gRPC's own transport answers a client's mistakes here as INTERNAL, which says that the server is
/// at fault.
///
/// | a request | status |
/// |---|---|
/// | whose content type is missing, or not gRPC's | 415, INVALID_ARGUMENT |
/// | that is not a POST | 405, INVALID_ARGUMENT |
/// | with several hosts | 400, INVALID_ARGUMENT |
/// | with a timeout that is none | INVALID_ARGUMENT |
/// | whose message is compressed, in a call that names no encoding | INVALID_ARGUMENT |
/// | whose message begins with neither 0 nor 1 | INVALID_ARGUMENT |
/// | that ends within a message | INVALID_ARGUMENT |
/// | with no message, or more than one, where the method takes one | INVALID_ARGUMENT |
///
/// ```
///   data of a stream:  flag length(4) bytes…  flag length(4) bytes…  end of stream
///                      └─ one message ─────┘
/// ```
///
/// Threads: the event loop of the request's connection.
final class RequestCheck {

  /// How a request is refused: as INVALID_ARGUMENT, with a text for its author.
  record Refusal(HttpResponseStatus http, Reason reason, String text) {
    /// Of INVALID_ARGUMENT, as it travels.
    static final String CODE = "3";

    private static final Metadata.Key<byte[]> DETAILS =
        Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    /// The reason for programs, as it travels.
    String details() {
      CallSender.Ending ending = CallSender.Ending.of(Failures.rejected(reason, text));
      byte[] details =
          Objects.requireNonNull(ending.trailers().get(DETAILS), "a rejection has them");
      return Base64.getEncoder().withoutPadding().encodeToString(details);
    }
  }

  private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
  private static final AsciiString ENCODING = AsciiString.cached("grpc-encoding");
  private static final AsciiString TIMEOUT = AsciiString.cached("grpc-timeout");
  private static final AsciiString HOST = AsciiString.cached("host");
  private static final AsciiString POST = AsciiString.cached("POST");
  private static final AsciiString IDENTITY = AsciiString.cached("identity");
  private static final AsciiString GRPC = AsciiString.cached("application/grpc");
  private static final String TIMEOUT_UNITS = "HMSmun";

  /// As gRPC has it.
  private static final int TIMEOUT_DIGITS_MAX = 8;

  private static final int PREFIX_BYTES = 1 + Integer.BYTES;
  private static final int FLAGS = 1;

  private final boolean compresses;
  private final boolean takesOne;
  private int messages;
  private int prefixBytes;
  private int length;
  private long missing;

  private RequestCheck(boolean compresses, boolean takesOne) {
    this.compresses = compresses;
    this.takesOne = takesOne;
  }

  /// What is wrong with the headers of a request.
  static Optional<Refusal> of(Http2Headers headers) {
    CharSequence type = headers.get(CONTENT_TYPE);
    if (type == null || !isGrpc(type)) {
      return refusal(
          HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
          "content-type \"%s\": must be application/grpc".formatted(type == null ? "" : type));
    }
    if (headers.method() == null || !POST.contentEquals(headers.method())) {
      return refusal(
          HttpResponseStatus.METHOD_NOT_ALLOWED,
          ":method \"%s\": must be POST".formatted(headers.method()));
    }
    if (headers.authority() == null && headers.getAll(HOST).size() > 1) {
      return refusal(HttpResponseStatus.BAD_REQUEST, "host: must be given once");
    }
    CharSequence timeout = headers.get(TIMEOUT);
    if (timeout != null && !isTimeout(timeout)) {
      return refusal(
          HttpResponseStatus.OK,
          "grpc-timeout \"%s\": must be 1 to 8 digits and one of H M S m u n".formatted(timeout));
    }
    return Optional.empty();
  }

  private static boolean isGrpc(CharSequence type) {
    if (GRPC.contentEqualsIgnoreCase(type)) {
      return true;
    }
    AsciiString text = AsciiString.of(type);
    return text.length() > GRPC.length()
        && text.subSequence(0, GRPC.length()).contentEqualsIgnoreCase(GRPC)
        && (text.charAt(GRPC.length()) == '+' || text.charAt(GRPC.length()) == ';');
  }

  private static boolean isTimeout(CharSequence timeout) {
    int digits = timeout.length() - 1;
    return digits >= 1
        && digits <= TIMEOUT_DIGITS_MAX
        && timeout.chars().limit(digits).allMatch(each -> each >= '0' && each <= '9')
        && TIMEOUT_UNITS.indexOf(timeout.charAt(digits)) >= 0;
  }

  private static Optional<Refusal> refusal(HttpResponseStatus http, String text) {
    return Optional.of(new Refusal(http, Reason.HTTP_MALFORMED, text));
  }

  private static Optional<Refusal> unreadable(String text) {
    return Optional.of(new Refusal(HttpResponseStatus.OK, Reason.MESSAGE_MALFORMED, text));
  }

  /// Follows the messages of a request with these headers.
  ///
  /// @param takesOne true if its method takes one message
  static RequestCheck begin(Http2Headers headers, boolean takesOne) {
    CharSequence encoding = headers.get(ENCODING);
    return new RequestCheck(encoding != null && !IDENTITY.contentEquals(encoding), takesOne);
  }

  /// What is wrong with the next bytes of the request.
  ///
  /// @param data is not consumed
  /// @param end true if no more come
  Optional<Refusal> next(ByteBuf data, boolean end) {
    int at = data.readerIndex();
    while (at < data.writerIndex()) {
      if (missing > 0) {
        int skipped = (int) Math.min(missing, data.writerIndex() - at);
        missing -= skipped;
        at += skipped;
      } else {
        Optional<Refusal> refusal = prefix(data.getByte(at++));
        if (refusal.isPresent()) {
          return refusal;
        }
      }
    }
    return end ? atEnd() : Optional.empty();
  }

  /// What is wrong with a request that ends here.
  Optional<Refusal> atEnd() {
    if (missing > 0 || prefixBytes > 0) {
      return unreadable("request: ends within a message");
    }
    if (takesOne && messages == 0) {
      return unreadable("request: must be one message; the client sent none");
    }
    return Optional.empty();
  }

  private Optional<Refusal> prefix(byte next) {
    if (prefixBytes == 0) {
      if (++messages > 1 && takesOne) {
        return unreadable("request: must be one message; the client sent another");
      }
      if ((next & ~FLAGS) != 0) {
        return unreadable(
            "message flag \"%d\": must be 0, or 1 if compressed".formatted(next & 0xff));
      }
      if (next == 1 && !compresses) {
        return unreadable("message flag \"1\": must be 0 in a call without grpc-encoding");
      }
    } else {
      length = (length << Byte.SIZE) | (next & 0xff);
    }
    if (++prefixBytes == PREFIX_BYTES) {
      missing = Integer.toUnsignedLong(length);
      prefixBytes = 0;
      length = 0;
    }
    return Optional.empty();
  }
}
