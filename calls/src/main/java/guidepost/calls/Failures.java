package guidepost.calls;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import guidepost.journal.JournalException;
import guidepost.journal.OverloadedException;
import guidepost.journal.QuietLog;
import guidepost.journal.TrimmedException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Rejections and failures as the status that a client sees: the one place that makes a gRPC
/// status. [Reason] says which there are.
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

  /// Ends a call to a method that nobody serves, in the words of gRPC.
  ///
  /// @param name what the client calls it
  public static void unknownMethod(ServerCall<?, ?> call, String name) {
    call.close(
        Status.UNIMPLEMENTED.withDescription(clipped("Method not found: " + name)), new Metadata());
  }

  /// The name of the [Reason] that the end of a call gives to programs; empty if it gives none.
  ///
  /// @param trailers what the call ends with
  public static String reason(Status status, Metadata trailers) {
    com.google.rpc.Status details = StatusProto.fromStatusAndTrailers(status, trailers);
    for (Any detail : details.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          ErrorInfo info = detail.unpack(ErrorInfo.class);
          return info.getDomain().equals(ERROR_DOMAIN) ? info.getReason() : "";
        } catch (InvalidProtocolBufferException e) {
          return "";
        }
      }
    }
    return "";
  }

  /// A call that is not done, as a whole.
  ///
  /// @param text subject, what happened, what to do next
  public static StatusRuntimeException rejected(Reason reason, String text) {
    return rejected(Rejection.of(reason, text));
  }

  /// Work that answers a call, or hands it to what will.
  @FunctionalInterface
  public interface Answering {

    /// Does it.
    void run() throws OverloadedException;
  }

  /// Answers a call: what is rejected on the way ends it. The one place where the rejections of
  /// unary and server-streaming calls are caught.
  public static void answering(StreamObserver<?> caller, Answering work) {
    try {
      work.run();
    } catch (RejectedException e) {
      caller.onError(rejected(e.rejection()));
    } catch (StatusRuntimeException e) {
      caller.onError(e);
    } catch (OverloadedException e) {
      caller.onError(overloaded(e));
    }
  }

  /// The server is shutting down: another one, or a later try, may answer.
  public static StatusRuntimeException shuttingDown() {
    return rejected(
        Rejection.of(Reason.SHUTTING_DOWN, "the server is shutting down").retryAfter(RESTART));
  }

  /// A defect has stopped what the call needs: another server may answer.
  ///
  /// @param what the part that stopped
  public static StatusRuntimeException stopped(String what) {
    return rejected(
        Reason.PART_STOPPED, what + ": stopped by a defect; the server must be restarted");
  }

  /// Ends a call because the server is shutting down.
  public static void shutDown(ServerCall<?, ?> call) {
    CallSender.Ending ending = CallSender.Ending.of(shuttingDown());
    call.close(ending.status(), ending.trailers());
  }

  /// Ends a call with a rejection.
  public static void end(ServerCall<?, ?> call, Rejection why) {
    CallSender.Ending ending = CallSender.Ending.of(rejected(why));
    call.close(ending.status(), ending.trailers());
  }

  /// Of work on what is stored.
  public static StatusRuntimeException notRead(IOException failure) {
    return switch (failure) {
      case TrimmedException e -> rejected(trimmed(e));
      case JournalException e when e.reason() == JournalException.Reason.CORRUPT ->
          rejected(Reason.DATA_CORRUPT, String.valueOf(e.getMessage()));
      case JournalException e -> rejected(Reason.NOT_READ, String.valueOf(e.getMessage()));
      default -> rejected(Reason.NOT_READ, failure.toString());
    };
  }

  private static Rejection trimmed(TrimmedException e) {
    return withOldest(Rejection.of(Reason.REVISION_TRIMMED, String.valueOf(e.getMessage())), e);
  }

  /// Of a field that names a revision or a time to which the log does not go back.
  ///
  /// @param field its path in the request
  public static StatusRuntimeException trimmed(String field, Object value, TrimmedException e) {
    String oldest =
        e.oldestTime()
            .map(time -> "revision %d, of %s".formatted(e.oldestRevision() - 1, time))
            .orElse("revision %d".formatted(e.oldestRevision() - 1));
    return rejected(
        withOldest(
            Rejection.of(
                Reason.REVISION_TRIMMED,
                field,
                value,
                "the log no longer goes back that far; it does to " + oldest),
            e));
  }

  private static Rejection withOldest(Rejection why, TrimmedException e) {
    Rejection known = why.with("oldest_revision", e.oldestRevision() - 1);
    return e.oldestTime().map(time -> known.with("oldest_time", time)).orElse(known);
  }

  /// Of a question that cannot be answered; INTERNAL unless it is a rejection.
  public static StatusRuntimeException status(RuntimeException refusal) {
    return switch (refusal) {
      case StatusRuntimeException already -> already;
      case RejectedException rejected -> rejected(rejected.rejection());
      default -> internal(refusal);
    };
  }

  /// Too much waits to be written.
  public static StatusRuntimeException overloaded(OverloadedException e) {
    return rejected(
        Rejection.of(Reason.OVERLOADED, String.valueOf(e.getMessage())).retryAfter(e.retryAfter()));
  }

  /// Of a request that its writer could not take or answer.
  public static StatusRuntimeException notWritten(@Nullable Throwable failure) {
    return switch (failure) {
      case CompletionException e when e.getCause() != null -> notWritten(e.getCause());
      case OverloadedException e -> overloaded(e);
      case RejectedException e -> rejected(e.rejection());
      case StatusRuntimeException already -> already;
      case JournalException e -> notWritten(e);
      case null, default -> internal(failure);
    };
  }

  /// Carries a google.rpc.ErrorInfo, so that a client can tell what was refused from what it does
  /// not know about.
  private static StatusRuntimeException notWritten(JournalException e) {
    return rejected(reason(e.reason()), String.valueOf(e.getMessage()));
  }

  private static Reason reason(JournalException.Reason reason) {
    return switch (reason) {
      case OUTCOME_UNKNOWN -> Reason.OUTCOME_UNKNOWN;
      case DISK_FULL -> Reason.DISK_FULL;
      case CLOSED -> Reason.WRITER_STOPPED;
      case ABANDONED -> Reason.ABANDONED;
      case SUPERSEDED -> Reason.SUPERSEDED;
      case LOCKED, FOREIGN, NEWER_FORMAT, NO_PERMISSION, CORRUPT, TRIMMED, IO -> Reason.NOT_WRITTEN;
    };
  }

  /// A defect of the server; logs it.
  public static StatusRuntimeException internal(@Nullable Throwable defect) {
    QUIET.error("defect " + defect, "a call failed by a defect", defect);
    return rejected(Reason.DEFECT, "internal error; see the server log");
  }
}
