package guidepost.cli.notes;

import guidepost.cli.output.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.TerminalBuilder;

/// Where a chat is typed and shown. Notes may be shown while a line is being typed.
sealed interface ChatScreen extends AutoCloseable {

  /// A screen with a line editor for a person, plain streams for a program.
  static ChatScreen open(Terminal terminal) {
    return terminal.inIsTerminal() ? Person.open() : Program.open(terminal);
  }

  /// The next line; empty at the end of the input.
  Optional<String> read();

  /// Shows a line; from any thread.
  void show(String line);

  @Override
  void close();

  /// A person at a terminal: notes appear above the line that is being typed.
  ///
  /// @param terminal what to close
  /// @param reader the line editor
  record Person(org.jline.terminal.Terminal terminal, LineReader reader) implements ChatScreen {

    static Person open() {
      try {
        org.jline.terminal.Terminal terminal =
            TerminalBuilder.builder().system(true).dumb(true).build();
        return on(terminal);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    static Person on(org.jline.terminal.Terminal terminal) {
      return new Person(terminal, LineReaderBuilder.builder().terminal(terminal).build());
    }

    @Override
    public Optional<String> read() {
      try {
        return Optional.of(reader.readLine("> "));
      } catch (EndOfFileException | UserInterruptException e) {
        return Optional.empty();
      }
    }

    @Override
    public void show(String line) {
      reader.printAbove(line);
    }

    /// What follows begins on a line of its own.
    @Override
    public void close() {
      if (reader.isReading()) {
        terminal.writer().println();
        terminal.flush();
      }
      try {
        terminal.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// A program: lines in, notes out.
  ///
  /// @param terminal for the notes
  /// @param input for the lines
  record Program(Terminal terminal, BufferedReader input) implements ChatScreen {

    static Program open(Terminal terminal) {
      return new Program(
          terminal,
          new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8)));
    }

    @Override
    public Optional<String> read() {
      try {
        return Optional.ofNullable(input.readLine());
      } catch (IOException e) {
        return Optional.empty();
      }
    }

    @Override
    public synchronized void show(String line) {
      terminal.line(line);
      terminal.flush();
    }

    @Override
    public void close() {
      terminal.flush();
    }
  }
}
