package guidepost.cli;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.CommandFailures;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Terminal;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Prints what went wrong on standard error: one line, or with `--json` one object.
///
/// @param terminal where to
record ErrorReport(Terminal terminal)
    implements IParameterExceptionHandler, IExecutionExceptionHandler {

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    String text =
        switch (e.getCause()) {
          case TypeConversionException own -> text(e, own);
          case null, default -> mapText(e).orElseGet(() -> firstLine(e));
        };
    String hint = "; see %s --help".formatted(e.getCommandLine().getCommandSpec().qualifiedName());
    String suggestion = e instanceof UnmatchedArgumentException u ? suggestion(u) : "";
    boolean json = Arrays.asList(args).contains("--json");
    return report(json, CommandException.usage(text + suggestion + hint));
  }

  private static String text(ParameterException e, TypeConversionException cause) {
    Optional<NamedArgument> argument = Optional.ofNullable(e.getArgSpec()).map(NamedArgument::new);
    return argument
        .filter(each -> !each.isReadByUs())
        .map(each -> each.refusal(String.valueOf(e.getValue())))
        .orElseGet(() -> firstLine(cause));
  }

  /// What to say about text that has no `=`.
  private static Optional<String> mapText(ParameterException e) {
    boolean isText = e.getArgSpec() != null && e.getValue() != null;
    return Optional.ofNullable(isText ? new NamedArgument(e.getArgSpec()) : null)
        .filter(NamedArgument::isMap)
        .map(each -> each.refusal(e.getValue()));
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static String suggestion(UnmatchedArgumentException e) {
    Optional<String> first = e.getSuggestions().stream().findFirst();
    return first.map(s -> ", did you mean %s?".formatted(s)).orElse("");
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult arguments) {
    boolean json = isJson(command);
    if (CommandFailures.isClosedPipe(failure)) {
      return ExitCodes.OK;
    }
    return switch (failure) {
      case CommandException e -> report(json, e);
      case UncheckedIOException e ->
          report(json, CommandException.broken("output: " + CommandFailures.cause(e).getMessage()));
      default -> report(json, CommandException.broken(unexpected(failure)));
    };
  }

  /// A failure that no command foresaw: its kind and the first line of its text.
  private static String unexpected(Exception failure) {
    String kind = failure.getClass().getSimpleName();
    return failure.getMessage() == null ? kind : kind + ": " + firstLine(failure);
  }

  private static boolean isJson(CommandLine command) {
    return command.getParseResult().hasMatchedOption("--json");
  }

  private int report(boolean json, CommandException e) {
    if (json) {
      terminal.complain(
          Json.object()
              .put("error", e.code())
              .put("message", e.text())
              .put("exit_code", e.exitCode()));
    } else {
      terminal.complain("guidepost: " + e.text());
    }
    return e.exitCode();
  }
}
