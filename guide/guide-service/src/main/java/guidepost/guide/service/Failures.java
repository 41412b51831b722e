package guidepost.guide.service;

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

  private Failures() {}

  static StatusRuntimeException invalid(String text) {
    return Status.INVALID_ARGUMENT.withDescription(text).asRuntimeException();
  }

  static StatusRuntimeException invalid(InvalidFieldException e) {
    return invalid(e.text());
  }

  static StatusRuntimeException notFound(String text) {
    return Status.NOT_FOUND.withDescription(text).asRuntimeException();
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
            .setMessage(String.valueOf(e.getMessage()))
            .addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build()))
            .build());
  }

  static StatusRuntimeException unread(String text) {
    return Status.RESOURCE_EXHAUSTED.withDescription(text).asRuntimeException();
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
              .withDescription("nothing was written: " + e.getMessage())
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
