package guidepost.cli.output;

import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;

/// A command ends with a message and an exit code.
public final class CommandException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int exitCode;
  private final String code;
  private final String text;

  private CommandException(int exitCode, String code, String text) {
    super(text);
    this.exitCode = exitCode;
    this.code = code;
    this.text = text;
  }

  /// An argument, or a file it names, is not right.
  public static CommandException usage(String text) {
    return new CommandException(ExitCodes.USAGE, "usage", text);
  }

  /// What was asked for is not there.
  public static CommandException notFound(String text) {
    return new CommandException(ExitCodes.REJECTED, "not_found", text);
  }

  /// Ends a query that found nothing, as the exit code of every noun says it.
  ///
  /// @param text what to say then
  /// @throws CommandException if nothing was found
  public static void requireFound(long found, String text) {
    if (found == 0) {
      throw notFound(text);
    }
  }

  /// The same result if it is good.
  ///
  /// @throws CommandException with the server's words if it is not
  public static OperationResult requireOk(OperationResult result) {
    if (result.getCode() != ResultCode.RESULT_CODE_OK) {
      throw rejected(result.getText());
    }
    return result;
  }

  /// The server says no.
  public static CommandException rejected(String text) {
    return new CommandException(ExitCodes.REJECTED, "rejected", text);
  }

  /// It broke off in the middle.
  public static CommandException broken(String text) {
    return new CommandException(ExitCodes.REJECTED, "broken", text);
  }

  /// No server, or none that can serve now.
  public static CommandException unavailable(String text) {
    return new CommandException(ExitCodes.UNAVAILABLE, "unavailable", text);
  }

  /// The same with more to say.
  public CommandException with(String more) {
    return new CommandException(exitCode, code, text + more);
  }

  public int exitCode() {
    return exitCode;
  }

  /// For programs.
  public String code() {
    return code;
  }

  /// For people.
  public String text() {
    return text;
  }
}
