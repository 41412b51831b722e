package guidepost.cli;

import guidepost.cli.output.CommandFailures;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine;

/// The program `guidepost`.
public final class Main {

  private static final String EXIT_CODES = "%nExit codes:%n";

  private static final String MACHINE = "io.netty.machineId";
  private static final int MACHINE_BYTES = 8;

  private Main() {}

  /// Runs a command and ends the process with its exit code.
  public static void main(String[] args) {
    nameMachine();
    System.exit(run(Terminal.system(), args));
  }

  /// Netty names connections by the hardware address of this machine, looks for it for a while, and
  /// complains where only the loopback interface is up. Random bytes serve as well.
  private static void nameMachine() {
    if (System.getProperty(MACHINE) == null) {
      byte[] name = new byte[MACHINE_BYTES];
      ThreadLocalRandom.current().nextBytes(name);
      System.setProperty(MACHINE, HexFormat.ofDelimiter(":").formatHex(name));
    }
  }

  /// Runs a command in this process; one that serves does not return.
  ///
  /// @return the exit code
  public static int run(Terminal terminal, String... args) {
    int code = execute(terminal, isVersion(args) ? new String[] {"version"} : args);
    try {
      terminal.flush();
    } catch (UncheckedIOException e) {
      return CommandFailures.isClosedPipe(e) ? code : ExitCodes.REJECTED;
    }
    return code;
  }

  private static int execute(Terminal terminal, String... args) {
    String[] all = profileLast(args);
    return commandLine(terminal, all).execute(pointsAreNoOptions(all));
  }

  /// `--profile NAME` may stand before the command, as other programs have it; it is the command's.
  private static String[] profileLast(String... args) {
    int words = args.length == 0 ? 0 : profileWords(args[0]);
    if (words == 0 || args.length <= words) {
      return args;
    }
    List<String> all = new ArrayList<>(List.of(args).subList(words, args.length));
    int end = all.indexOf("--");
    all.addAll(end < 0 ? all.size() : end, List.of(args).subList(0, words));
    return all.toArray(String[]::new);
  }

  private static int profileWords(String first) {
    return first.equals("--profile") ? 2 : first.startsWith("--profile=") ? 1 : 0;
  }

  /// Asked by scripts all the time, and answered without reading what other commands take.
  private static boolean isVersion(String... args) {
    return args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"));
  }

  /// A southern point and a time ago begin like an option; a space before them, which is read over,
  /// tells them apart.
  private static String[] pointsAreNoOptions(String[] args) {
    return Arrays.stream(args)
        .map(arg -> arg.matches("-\\d[^=]*,.*|-\\d+[smhd]") ? " " + arg : arg)
        .toArray(String[]::new);
  }

  /// The whole command line.
  static CommandLine wholeLine(Terminal terminal) {
    return commandLine(terminal, new Commands(terminal).all());
  }

  /// What a call needs of the command line.
  static CommandLine commandLine(Terminal terminal, String... args) {
    return commandLine(terminal, new Commands(terminal).wanted(args));
  }

  private static CommandLine commandLine(Terminal terminal, CommandLine program) {
    describe(program);
    ErrorReport report = new ErrorReport(terminal);
    return program
        .registerConverter(Path.class, new PathText())
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
        .versionProvider(new ProgramVersion())
        .mixinStandardHelpOptions(true)
        .usageMessage()
        .exitCodeListHeading(EXIT_CODES)
        .exitCodeList(ExitCodes.meanings());
    command.getSubcommands().values().forEach(Main::describe);
  }
}
