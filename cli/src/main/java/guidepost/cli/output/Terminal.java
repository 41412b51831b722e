package guidepost.cli.output;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// The three standard streams of the process.
///
/// By hand beside JLine's terminal: to ask `stty` for the width takes 73 ms in a process that has
/// just started, JLine 455 ms (medians of five in turns), and a table needs nothing else of it. The
/// chat, which edits lines, uses JLine.
///
/// @param in standard input
/// @param out standard output, buffered; its failures are exceptions
/// @param err standard error
/// @param isTerminal tells of 0, 1 and 2 whether a person sits there
public record Terminal(InputStream in, Writer out, PrintWriter err, IntPredicate isTerminal) {

  private static final Pattern ROWS_AND_COLUMNS = Pattern.compile("\\d+ ([1-9]\\d{0,4})");
  private static final int USUAL_COLUMNS = 80;
  private static final long ANSWER_SECONDS_MAX = 5;

  /// Those of this process, in UTF-8.
  public static Terminal system() {
    return new Terminal(
        System.in,
        new BufferedWriter(
            new OutputStreamWriter(
                new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8),
            1 << 16),
        new PrintWriter(
            new OutputStreamWriter(
                new FileOutputStream(FileDescriptor.err), StandardCharsets.UTF_8),
            true),
        Terminal::isTerminal);
  }

  /// Asks the shell, which needs no native library.
  private static boolean isTerminal(int stream) {
    try {
      Process test = new ProcessBuilder("sh", "-c", "test -t " + stream).inheritIO().start();
      return test.waitFor(ANSWER_SECONDS_MAX, TimeUnit.SECONDS) && test.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  public boolean inIsTerminal() {
    return isTerminal.test(0);
  }

  public boolean errIsTerminal() {
    return isTerminal.test(2);
  }

  /// Columns of the window; 80 if that cannot be known.
  public int columns() {
    try {
      Process size = new ProcessBuilder("sh", "-c", "stty size </dev/tty").start();
      String text = new String(size.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher known = ROWS_AND_COLUMNS.matcher(text.strip());
      return known.matches() ? Integer.parseInt(known.group(1)) : USUAL_COLUMNS;
    } catch (IOException e) {
      return USUAL_COLUMNS;
    }
  }

  /// Prints a line.
  ///
  /// @throws UncheckedIOException if nobody reads any more
  public void line(String text) {
    try {
      out.write(text);
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Prints a line on standard error.
  ///
  /// @param text control characters are shown as `\xNN`: it may quote what others wrote
  public void complain(String text) {
    err.println(Printable.of(text));
  }

  /// Prints an object on standard error, one line.
  public void complain(ObjectNode object) {
    err.println(Printable.inJson(object.toString()));
  }

  /// Passes on what was printed.
  ///
  /// @throws UncheckedIOException if nobody reads any more
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
