package guidepost.calls;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import guidepost.journal.CompactedException;
import guidepost.journal.JournalException;
import guidepost.journal.OverloadedException;
import guidepost.journal.QuietLog;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// What goes wrong, as the status that a client sees: the one table of it.
///
/// | trouble | status |
/// |---|---|
/// | a field breaks a rule; a request is not the message it should be | INVALID_ARGUMENT |
/// | no such thing | NOT_FOUND |
/// | there is such a thing already | ALREADY_EXISTS |
/// | what is there does not allow it | FAILED_PRECONDITION |
/// | an earlier state that is no longer kept, or one that is yet to come | OUT_OF_RANGE |
/// | the caller may not | PERMISSION_DENIED |
/// | stored bytes are not what was written | DATA_LOSS |
/// | too much waits to be written; a caller is too fast | RESOURCE_EXHAUSTED, with google.rpc.RetryInfo |
/// | a message is too large; a client leaves more unread than is kept | RESOURCE_EXHAUSTED |
/// | the journal cannot write | UNAVAILABLE, with google.rpc.ErrorInfo: OUTCOME_UNKNOWN if it may be found after a restart; NOT_WRITTEN, DISK_FULL, WRITER_STOPPED or ABANDONED if it never will |
/// | the device cannot be read | UNAVAILABLE |
/// | the server is shutting down, or a defect has stopped a part of it | UNAVAILABLE |
/// | anything else: a defect | INTERNAL; the log has the details |
///
/// Threads: any.
public final class Failures {

  /// Descriptions travel in the trailers, which many clients bound at 8 KiB, and a byte that is not
  /// ASCII takes three there.
  static final int DESCRIPTION_BYTES_MAX = 1_024;

  /// Characters of one fact in the details.
  private static final int FACT_LENGTH_MAX = 256;

  /// About what a restart takes.
  private static final java.time.Duration RESTART = java.time.Duration.ofSeconds(2);

  /// The domain of every google.rpc.ErrorInfo.
  static final String ERROR_DOMAIN = "guidepost";

  /// The reason for a write that may be found after a restart, or may not.
  static final String OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN";

  private static final QuietLog QUIET = new QuietLog(LoggerFactory.getLogger(Failures.class));

  private Failures() {}

  /// The text, cut between two characters if it is too long.
  private static String clipped(@Nullable String text) {
    byte[] bytes = String.valueOf(text).getBytes(UTF_8);
    if (bytes.length <= DESCRIPTION_BYTES_MAX) {
      return String.valueOf(text);
    }
    int end = DESCRIPTION_BYTES_MAX - 3;
    while ((bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return new String(bytes, 0, end, UTF_8) + "...";
  }

  /// A call that is not done, with what programs read.
  public static StatusRuntimeException rejected(Rejection why) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(why.code().value())
            .setMessage(clipped(why.text()));
    why.retryAfter().ifPresent(delay -> status.addDetails(Any.pack(retry(delay))));
    status.addDetails(Any.pack(info(why)));
    if (why.code() == Status.Code.INVALID_ARGUMENT && !why.field().isEmpty()) {
      status.addDetails(Any.pack(violation(why)));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  private static ErrorInfo info(Rejection why) {
    ErrorInfo.Builder info =
        ErrorInfo.newBuilder().setDomain(ERROR_DOMAIN).setReason(clippedFact(why.reason()));
    if (!why.field().isEmpty()) {
      info.putMetadata("field", clippedFact(why.field()));
      info.putMetadata("value", clippedFact(why.value()));
    }
    why.metadata().forEach((name, fact) -> info.putMetadata(name, clippedFact(fact)));
    return info.build();
  }

  private static BadRequest violation(Rejection why) {
    return BadRequest.newBuilder()
        .addFieldViolations(
            BadRequest.FieldViolation.newBuilder()
                .setField(clippedFact(why.field()))
                .setDescription(clippedFact(why.text())))
        .build();
  }

  /// Details travel in the trailers too, beside the text.
  private static String clippedFact(String fact) {
    return fact.length() <= FACT_LENGTH_MAX ? fact : fact.substring(0, FACT_LENGTH_MAX) + "...";
  }

  private static RetryInfo retry(java.time.Duration delay) {
    return RetryInfo.newBuilder()
        .setRetryDelay(
            Duration.newBuilder().setSeconds(delay.toSeconds()).setNanos(delay.toNanosPart()))
        .build();
  }

  private static StatusRuntimeException failure(Status status, @Nullable String text) {
    return status.withDescription(clipped(text)).asRuntimeException();
  }

  /// A field breaks a rule.
  ///
  /// @param text field, rule and value
  public static StatusRuntimeException invalid(String text) {
    return failure(Status.INVALID_ARGUMENT, text);
  }

  /// What was asked for does not exist.
  public static StatusRuntimeException notFound(String text) {
    return failure(Status.NOT_FOUND, text);
  }

  /// An earlier state that is no longer kept, or one that is yet to come.
  public static StatusRuntimeException outOfRange(@Nullable String text) {
    return failure(Status.OUT_OF_RANGE, text);
  }

  /// What was to be made is there already.
  public static StatusRuntimeException exists(String text) {
    return failure(Status.ALREADY_EXISTS, text);
  }

  /// What is there does not allow it, whatever the request says.
  public static StatusRuntimeException notNow(String text) {
    return failure(Status.FAILED_PRECONDITION, text);
  }

  /// More than a limit allows, and waiting will not help.
  ///
  /// @param text the limit
  public static StatusRuntimeException tooMuch(String text) {
    return failure(Status.RESOURCE_EXHAUSTED, text);
  }

  /// The server is shutting down: another one, or a later try, may answer.
  public static StatusRuntimeException shuttingDown() {
    return rejected(
        new Rejection(
                Status.Code.UNAVAILABLE, "SHUTTING_DOWN", "", "", "the server is shutting down")
            .retryAfter(RESTART));
  }

  /// A defect has stopped what the call needs: another server may answer.
  ///
  /// @param what the part that stopped
  public static StatusRuntimeException stopped(String what) {
    return failure(
        Status.UNAVAILABLE, what + ": stopped by a defect; the server must be restarted");
  }

  /// Ends a call because the server is shutting down.
  public static void shutDown(ServerCall<?, ?> call) {
    CallSender.Ending ending = CallSender.Ending.of(shuttingDown());
    call.close(ending.status(), ending.trailers());
  }

  /// Ends a call of a caller who may not make it.
  ///
  /// @param text who may
  public static void deny(ServerCall<?, ?> call, String text) {
    call.close(failure(Status.PERMISSION_DENIED, text).getStatus(), new Metadata());
  }

  /// Of work on what is stored.
  public static StatusRuntimeException notRead(IOException failure) {
    return switch (failure) {
      case CompactedException e -> rejected(compacted(e));
      case JournalException e when e.reason() == JournalException.Reason.CORRUPT ->
          failure(Status.DATA_LOSS, e.getMessage());
      case JournalException e -> failure(Status.UNAVAILABLE, e.getMessage());
      default -> failure(Status.UNAVAILABLE, failure.toString());
    };
  }

  private static Rejection compacted(CompactedException e) {
    Rejection why =
        new Rejection(
                Status.Code.OUT_OF_RANGE,
                "REVISION_COMPACTED",
                "",
                "",
                String.valueOf(e.getMessage()))
            .with("oldest_revision", e.oldestRevision() - 1);
    return e.oldestTime().map(time -> why.with("oldest_time", time)).orElse(why);
  }

  /// Of a question that cannot be answered: an [IllegalArgumentException] names a broken rule, a
  /// [NoSuchElementException] what does not exist. Only for what was caught by its own type: a
  /// stray one would be taken for the caller's fault.
  public static StatusRuntimeException status(RuntimeException refusal) {
    return switch (refusal) {
      case StatusRuntimeException already -> already;
      case RejectedException rejected -> rejected(rejected.rejection());
      case IllegalArgumentException invalid -> failure(Status.INVALID_ARGUMENT, message(invalid));
      case NoSuchElementException missing -> failure(Status.NOT_FOUND, message(missing));
      default -> internal(refusal);
    };
  }

  private static @Nullable String message(Throwable failure) {
    return failure.getMessage();
  }

  /// Too much waits to be written.
  public static StatusRuntimeException overloaded(OverloadedException e) {
    return tooFast(e.getMessage(), e.retryAfter());
  }

  /// A caller does too much: later he may go on.
  ///
  /// @param text the limit
  /// @param retryAfter when to try again
  public static StatusRuntimeException tooFast(
      @Nullable String text, java.time.Duration retryAfter) {
    return rejected(
        new Rejection(Status.Code.RESOURCE_EXHAUSTED, "OVERLOADED", "", "", String.valueOf(text))
            .retryAfter(retryAfter));
  }

  /// The caller may not.
  ///
  /// @param text who may
  public static StatusRuntimeException denied(String text) {
    return failure(Status.PERMISSION_DENIED, text);
  }

  /// Of a request that its writer could not take or answer.
  public static StatusRuntimeException notWritten(@Nullable Throwable failure) {
    return switch (failure) {
      case CompletionException e when e.getCause() != null -> notWritten(e.getCause());
      case OverloadedException e -> overloaded(e);
      case StatusRuntimeException already -> already;
      case JournalException e -> notWritten(e);
      case null, default -> internal(failure);
    };
  }

  /// Carries a google.rpc.ErrorInfo, so that a client can tell what was refused from what it does
  /// not know about.
  private static StatusRuntimeException notWritten(JournalException e) {
    return rejected(
        new Rejection(
            Status.Code.UNAVAILABLE, reason(e.reason()), "", "", String.valueOf(e.getMessage())));
  }

  private static String reason(JournalException.Reason reason) {
    return switch (reason) {
      case OUTCOME_UNKNOWN -> OUTCOME_UNKNOWN;
      case DISK_FULL -> "DISK_FULL";
      case CLOSED -> "WRITER_STOPPED";
      case ABANDONED -> "ABANDONED";
      case LOCKED, FOREIGN, NEWER_FORMAT, NO_PERMISSION, CORRUPT, COMPACTED, IO -> "NOT_WRITTEN";
    };
  }

  /// A defect of the server; logs it.
  public static StatusRuntimeException internal(@Nullable Throwable defect) {
    QUIET.error("defect " + defect, "a call failed by a defect", defect);
    return Status.INTERNAL
        .withDescription("a defect of the server; its log has the details")
        .withCause(defect)
        .asRuntimeException();
  }
}
