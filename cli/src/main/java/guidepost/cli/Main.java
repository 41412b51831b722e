package guidepost.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import picocli.CommandLine;

/// The program `guidepost`.
public final class Main {

  private static final String EXIT_CODES = "%nExit codes:%n";

  private Main() {}

  /// Runs a command and ends the process with its exit code.
  public static void main(String[] args) {
    System.exit(run(Terminal.system(), args));
  }

  /// Runs a command.
  ///
  /// @return the exit code
  static int run(Terminal terminal, String... args) {
    CommandLine wanted = new Commands(terminal).wanted(args);
    int code = commandLine(terminal, wanted).execute(pointsAreNoOptions(args));
    try {
      terminal.flush();
    } catch (UncheckedIOException e) {
      return Failures.isClosedPipe(e) ? code : ExitCodes.REJECTED;
    }
    return code;
  }

  /// A southern point and a time ago begin like an option; a space before them, which is read over,
  /// tells them apart.
  private static String[] pointsAreNoOptions(String[] args) {
    return Arrays.stream(args)
        .map(arg -> arg.matches("-\\d[^=]*,.*|-\\d+[smhd]") ? " " + arg : arg)
        .toArray(String[]::new);
  }

  /// The whole command line.
  static CommandLine commandLine(Terminal terminal) {
    return commandLine(terminal, new Commands(terminal).all());
  }

  private static CommandLine commandLine(Terminal terminal, CommandLine program) {
    describe(program);
    ErrorReport report = new ErrorReport(terminal);
    return program
        .setOut(new PrintWriter(terminal.out()))
        .setErr(terminal.err())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(report)
        .setExecutionExceptionHandler(report);
  }

  /// Gives every command `--help` and says what its exit codes mean.
  private static void describe(CommandLine command) {
    command
        .getCommandSpec()
        .mixinStandardHelpOptions(true)
        .usageMessage()
        .exitCodeListHeading(EXIT_CODES)
        .exitCodeList(ExitCodes.meanings());
    command.getSubcommands().values().forEach(Main::describe);
  }
}
