package guidepost.cli.files;

import com.google.protobuf.MessageLite;
import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.CommandFailures;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Terminal;
import guidepost.client.GuidepostClient;
import guidepost.client.ModifyStream;
import guidepost.feeds.InvalidFeedException;
import guidepost.guide.feeds.LeftOut;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// Sends the rows of a text and reports what became of them.
///
/// Rows are sent while they are read. If the text breaks off, what was read until then is still
/// sent and answered; if the server breaks off, what it acknowledged stays. Either is said.
///
/// @param <O> operations
/// @param <A> answers
public final class ImportRun<O extends MessageLite, A> {

  private static final double NANOS = 1e9;

  private final Terminal terminal;
  private final ClientOptions client;
  private final boolean dryRun;
  private final BiFunction<GuidepostClient, Consumer<A>, ModifyStream<O, A>> open;
  private final BiConsumer<ImportTally, A> count;
  private final ImportTally tally = new ImportTally();
  private final long start = System.nanoTime();
  private boolean stopped;

  /// A run that has read nothing.
  ///
  /// @param dryRun read only, send nothing
  /// @param open opens the stream that writes
  /// @param count adds an answer to the tally
  public ImportRun(
      Terminal terminal,
      ClientOptions client,
      boolean dryRun,
      BiFunction<GuidepostClient, Consumer<A>, ModifyStream<O, A>> open,
      BiConsumer<ImportTally, A> count) {
    this.terminal = terminal;
    this.client = client;
    this.dryRun = dryRun;
    this.open = open;
    this.count = count;
  }

  /// Reads and sends all of one text.
  ///
  /// @throws CommandException if the text or the server breaks off
  public void read(ImportSource source, RowSource<O> rows) {
    try (ImportProgress progress = ImportProgress.of(terminal, client.json(), source)) {
      if (dryRun) {
        rows.read(sink(progress, operation -> tally.accept(), () -> {}));
      } else {
        send(rows, progress);
      }
    } catch (IOException e) {
      throw brokenText(source, e);
    } catch (HopelessException e) {
      stopped = true;
    }
  }

  /// All rows so far were rejected for one reason: the rest of the text is not worth reading.
  private static final class HopelessException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private void send(RowSource<O> rows, ImportProgress progress) throws IOException {
    try (GuidepostClient connection = client.connect();
        ModifyStream<O, A> stream = open.apply(connection, answer -> count.accept(tally, answer))) {
      readAll(rows, sink(progress, stream::write, stream::sync), stream);
      stream.finish();
    } catch (StatusRuntimeException e) {
      throw client.failed(e).with("; " + acknowledged());
    }
  }

  /// What was read before the text breaks off is answered first.
  private void readAll(RowSource<O> rows, RowSink<O> sink, ModifyStream<O, A> stream)
      throws IOException {
    try {
      rows.read(sink);
    } catch (IOException e) {
      if (tally.read() > 0) {
        stream.finish();
      }
      throw e;
    }
  }

  private RowSink<O> sink(ImportProgress progress, Consumer<O> next, Runnable settling) {
    return new RowSink<>() {
      @Override
      public void operation(long number, O operation) {
        tally.parsed();
        progress.row();
        try {
          next.accept(operation);
        } catch (IllegalArgumentException e) {
          tally.reject(number, String.valueOf(e.getMessage()));
        }
      }

      @Override
      public void rejected(long number, String rule, String reason) {
        progress.row();
        tally.unreadable(number, rule, reason);
        if (tally.isHopeless()) {
          throw new HopelessException();
        }
      }

      @Override
      public void control(O operation) {
        next.accept(operation);
      }

      @Override
      public void settle() {
        settling.run();
      }
    };
  }

  /// Says what of the text is in none of its rows.
  public void leaveOut(LeftOut leftOut) {
    LeftOutReport.complain(terminal, client.json(), leftOut);
    tally.leaveOut(leftOut.counts());
  }

  /// Rows that were read so far.
  public long rows() {
    return tally.read();
  }

  /// Rows that were refused so far, of those that were answered.
  public long rejected() {
    return tally.rejected();
  }

  private CommandException brokenText(ImportSource source, IOException e) {
    String text = "%s: %s".formatted(source.name(), CommandFailures.reason(e));
    boolean invalid = e instanceof InvalidFeedException;
    return invalid && tally.read() == 0
        ? CommandException.usage(text)
        : CommandException.broken(text + "; " + acknowledged());
  }

  private String acknowledged() {
    return dryRun
        ? "read %s before that".formatted(Plural.of(tally.read(), "row"))
        : "of %s read before that, %d %s acknowledged and stay, %d %s rejected"
            .formatted(
                Plural.of(tally.read(), "row"),
                tally.accepted(),
                Plural.choose(tally.accepted(), "was", "were"),
                tally.rejected(),
                Plural.choose(tally.rejected(), "was", "were"));
  }

  /// Prints the rejects and the sum.
  ///
  /// @param unit what rows are numbered by: `line` or `entry`
  /// @param advice what to say at the end if a row broke the rule
  /// @return the exit code
  public int report(String unit, Map<String, String> advice) {
    double seconds = (System.nanoTime() - start) / NANOS;
    tally
        .firstRejects()
        .forEach((number, reason) -> showReject(terminal, client.json(), unit, number, reason));
    long more = tally.rejected() - tally.firstRejects().size();
    if (!client.json()) {
      advise(more, advice);
    }
    if (stopped && !client.json()) {
      terminal.complain(
          "stopped after %,d rows: all of them were rejected for one reason"
              .formatted(tally.read()));
    }
    if (client.json()) {
      ObjectNode sum = tally.json(seconds).put("dry_run", dryRun);
      terminal.line((stopped ? sum.put("stopped", true) : sum).toString());
    } else {
      terminal.line(
          tally.text(seconds) + (dryRun ? ", nothing was sent" : "") + tally.leftOutText());
    }
    return tally.rejected() == 0 ? ExitCodes.OK : ExitCodes.REJECTED;
  }

  private void advise(long more, Map<String, String> advice) {
    if (more > 0) {
      terminal.complain("... and %d more".formatted(more));
    }
    advice.forEach(
        (rule, text) -> {
          if (tally.isBroken(rule)) {
            terminal.complain(text);
          }
        });
  }

  public static void showReject(
      Terminal terminal, boolean json, String unit, long number, String reason) {
    if (json) {
      terminal.complain(Json.object().put(unit, number).put("reason", reason));
    } else {
      terminal.complain("%s %d: %s".formatted(unit, number, reason));
    }
  }
}
