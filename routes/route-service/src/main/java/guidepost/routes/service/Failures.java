package guidepost.routes.service;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.Code;
import com.google.rpc.RetryInfo;
import guidepost.journal.JournalException;
import guidepost.journal.OverloadedException;
import guidepost.routes.table.InvalidRouteException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one place where failures become gRPC statuses.
///
/// | failure | status |
/// |---|---|
/// | a field breaks a rule | INVALID_ARGUMENT |
/// | a table does not exist | NOT_FOUND |
/// | the queue is full | RESOURCE_EXHAUSTED with a retry delay |
/// | storage failed, or the server is stopping | UNAVAILABLE |
/// | anything else: a defect | INTERNAL |
final class Failures {

  /// A status travels in a header, which clients take up to 8 KiB.
  private static final int TEXT_LENGTH_MAX = 1_024;

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static StatusRuntimeException status(Throwable failure) {
    return switch (failure) {
      case CompletionException wrapped when wrapped.getCause() != null ->
          status(wrapped.getCause());
      case StatusRuntimeException already -> already;
      case OverloadedException overloaded -> exhausted(overloaded);
      case InvalidRouteException invalid -> with(Status.INVALID_ARGUMENT, invalid);
      case NoSuchElementException missing -> with(Status.NOT_FOUND, missing);
      case JournalException storage -> with(Status.UNAVAILABLE, storage);
      default -> {
        LOG.error("a call failed by a defect", failure);
        yield with(Status.INTERNAL, failure);
      }
    };
  }

  private static StatusRuntimeException with(Status status, Throwable failure) {
    String text = String.valueOf(failure.getMessage());
    return status
        .withDescription(text.substring(0, Math.min(text.length(), TEXT_LENGTH_MAX)))
        .withCause(failure)
        .asRuntimeException();
  }

  private static StatusRuntimeException exhausted(OverloadedException overloaded) {
    java.time.Duration retryAfter = overloaded.retryAfter();
    RetryInfo retry =
        RetryInfo.newBuilder()
            .setRetryDelay(
                Duration.newBuilder()
                    .setSeconds(retryAfter.getSeconds())
                    .setNanos(retryAfter.getNano()))
            .build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Code.RESOURCE_EXHAUSTED_VALUE)
            .setMessage(String.valueOf(overloaded.getMessage()))
            .addDetails(Any.pack(retry))
            .build());
  }
}
