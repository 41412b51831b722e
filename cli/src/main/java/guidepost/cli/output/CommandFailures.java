package guidepost.cli.output;

import guidepost.client.CallError;
import guidepost.client.ServerAddress;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Turns what goes wrong into a message and an exit code.
public final class CommandFailures {

  private CommandFailures() {}

  /// True if standard output was closed by its reader, as `head` does: no failure of ours.
  public static boolean isClosedPipe(Throwable failure) {
    return failure instanceof UncheckedIOException e
        && String.valueOf(cause(e).getMessage()).contains("Broken pipe");
  }

  /// What an [UncheckedIOException] wraps.
  public static IOException cause(UncheckedIOException e) {
    IOException cause = e.getCause();
    return cause == null ? new IOException(e) : cause;
  }

  /// What to say about a call that failed.
  public static CommandException of(ServerAddress server, StatusRuntimeException failure) {
    return of("server " + server, failure);
  }

  /// What to say about a call that failed.
  ///
  /// @param server what the message begins with
  public static CommandException of(String server, StatusRuntimeException failure) {
    Status status = failure.getStatus();
    String text = reason(status);
    return switch (status.getCode()) {
      case UNAVAILABLE ->
          isUnknown(failure)
              ? CommandException.unavailable(
                  "%s: whether that was done is not known: %s".formatted(server, text))
              : unavailable(server, status);
      case DEADLINE_EXCEEDED ->
          CommandException.unavailable(
              "%s: no answer within the timeout (%s); raise it with --timeout"
                  .formatted(server, text));
      case RESOURCE_EXHAUSTED ->
          CallError.retryAfter(failure)
              .map(
                  after ->
                      CommandException.unavailable(
                          "%s: overloaded (%s); try again in %d ms"
                              .formatted(server, text, after.toMillis())))
              .orElseGet(
                  () -> CommandException.rejected("%s: limit reached: %s".formatted(server, text)));
      case UNIMPLEMENTED ->
          CommandException.rejected(
              "%s: lacks this service (%s); is it Guidepost, and new enough?"
                  .formatted(server, text));
      case NOT_FOUND -> CommandException.notFound(text);
      case OK,
          CANCELLED,
          UNKNOWN,
          INVALID_ARGUMENT,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          INTERNAL,
          DATA_LOSS,
          UNAUTHENTICATED ->
          CommandException.rejected("%s: refused: %s".formatted(server, text));
    };
  }

  private static boolean isUnknown(StatusRuntimeException failure) {
    return CallError.of(failure)
        .filter(error -> error.reason().equals(CallError.OUTCOME_UNKNOWN))
        .isPresent();
  }

  private static CommandException unavailable(String server, Status status) {
    String deepest = deepestMessage(status.getCause());
    if (deepest.isEmpty()) {
      return CommandException.unavailable(
          "%s: cannot do that now: %s".formatted(server, reason(status)));
    }
    return CommandException.unavailable(
        "%s: not available (%s); start one with \"guidepost serve\" or name another with"
                .formatted(server, deepest)
            + " --server HOST:PORT");
  }

  /// What the innermost of them says; empty if none says anything.
  public static String deepestMessage(@Nullable Throwable cause) {
    String message = "";
    for (Throwable t = cause; t != null; t = t.getCause()) {
      message = t.getMessage() == null ? message : t.getMessage();
    }
    return message.substring(message.lastIndexOf(": ") + 1).strip();
  }

  /// Why a call failed, in a few words.
  public static String reason(Status status) {
    return status.getDescription() == null
        ? status.getCode().name().toLowerCase(Locale.ROOT)
        : status.getDescription();
  }

  /// Why a text breaks off.
  public static String reason(IOException failure) {
    String message = failure.getMessage();
    if (failure instanceof EOFException) {
      return "is cut off" + (message == null ? "" : " (%s)".formatted(message));
    }
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  /// What to say about a file that cannot be opened or made.
  public static CommandException of(String file, IOException failure) {
    String reason =
        switch (failure) {
          case NoSuchFileException e -> "does not exist";
          case AccessDeniedException e -> "access is denied";
          case FileSystemException e when e.getReason() != null -> e.getReason();
          default -> String.valueOf(failure.getMessage());
        };
    return CommandException.usage("file \"%s\": %s".formatted(file, reason));
  }
}
