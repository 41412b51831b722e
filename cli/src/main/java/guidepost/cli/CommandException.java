package guidepost.cli;

/// A command ends with a message and an exit code.
final class CommandException extends RuntimeException {

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
  static CommandException usage(String text) {
    return new CommandException(ExitCodes.USAGE, "usage", text);
  }

  /// What was asked for is not there.
  static CommandException notFound(String text) {
    return new CommandException(ExitCodes.REJECTED, "not_found", text);
  }

  /// Ends a query that found nothing, as the exit code of every noun says it.
  ///
  /// @param text what to say then
  /// @throws CommandException if nothing was found
  static void requireFound(long found, String text) {
    if (found == 0) {
      throw notFound(text);
    }
  }

  /// The server says no.
  static CommandException rejected(String text) {
    return new CommandException(ExitCodes.REJECTED, "rejected", text);
  }

  /// It broke off in the middle.
  static CommandException broken(String text) {
    return new CommandException(ExitCodes.REJECTED, "broken", text);
  }

  /// No server, or none that can serve now.
  static CommandException unavailable(String text) {
    return new CommandException(ExitCodes.UNAVAILABLE, "unavailable", text);
  }

  /// The same with more to say.
  CommandException with(String more) {
    return new CommandException(exitCode, code, text + more);
  }

  int exitCode() {
    return exitCode;
  }

  /// For programs.
  String code() {
    return code;
  }

  /// For people.
  String text() {
    return text;
  }
}
