package guidepost.guide.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.Code;
import com.google.rpc.RetryInfo;
import guidepost.journal.JournalException;
import guidepost.journal.OverloadedException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// What goes wrong, as the status that a client sees. The one place of this module that knows
/// status codes.
///
/// | trouble | status |
/// |---|---|
/// | a field breaks a rule | INVALID_ARGUMENT, with field, rule and value |
/// | no such thing | NOT_FOUND |
/// | too much waits to be written | RESOURCE_EXHAUSTED, with google.rpc.RetryInfo |
/// | a client leaves more unread than is kept for it | RESOURCE_EXHAUSTED |
/// | the journal cannot write | UNAVAILABLE |
/// | the server is shutting down | UNAVAILABLE |
/// | anything else: a defect | INTERNAL |
final class Failures {

  /// Descriptions travel in the trailers, which many clients bound at 8 KiB, and a byte that is not
  /// ASCII takes three there.
  static final int DESCRIPTION_BYTES_MAX = 1_024;

  private Failures() {}

  /// The text, cut between two characters if it is too long.
  private static String clipped(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    if (bytes.length <= DESCRIPTION_BYTES_MAX) {
      return text;
    }
    int end = DESCRIPTION_BYTES_MAX - 3;
    while ((bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return new String(bytes, 0, end, UTF_8) + "...";
  }

  static StatusRuntimeException invalid(String text) {
    return Status.INVALID_ARGUMENT.withDescription(clipped(text)).asRuntimeException();
  }

  static StatusRuntimeException invalid(InvalidFieldException e) {
    return invalid(e.text());
  }

  static StatusRuntimeException notFound(String text) {
    return Status.NOT_FOUND.withDescription(clipped(text)).asRuntimeException();
  }

  static StatusRuntimeException overloaded(OverloadedException e) {
    Duration delay =
        Duration.newBuilder()
            .setSeconds(e.retryAfter().toSeconds())
            .setNanos(e.retryAfter().toNanosPart())
            .build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Code.RESOURCE_EXHAUSTED_VALUE)
            .setMessage(clipped(String.valueOf(e.getMessage())))
            .addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build()))
            .build());
  }

  static StatusRuntimeException unread(String text) {
    return Status.RESOURCE_EXHAUSTED.withDescription(clipped(text)).asRuntimeException();
  }

  static StatusRuntimeException shuttingDown() {
    return Status.UNAVAILABLE.withDescription("the server is shutting down").asRuntimeException();
  }

  /// Of a request that its writer could not answer.
  static StatusRuntimeException notWritten(@Nullable Throwable failure) {
    return switch (failure) {
      case CompletionException e when e.getCause() != null -> notWritten(e.getCause());
      case JournalException e when e.reason() == JournalException.Reason.CLOSED -> shuttingDown();
      case JournalException e ->
          Status.UNAVAILABLE
              .withDescription(clipped("nothing was written: " + e.getMessage()))
              .asRuntimeException();
      case null, default -> internal(failure);
    };
  }

  static StatusRuntimeException internal(@Nullable Throwable defect) {
    return Status.INTERNAL
        .withDescription("a defect of the server; its log has the details")
        .withCause(defect)
        .asRuntimeException();
  }
}
