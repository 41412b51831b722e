package guidepost.cli.watches;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.CommandFailures;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Terminal;
import guidepost.client.CallError;
import guidepost.client.GuidepostClient;
import guidepost.client.Watch;
import guidepost.common.v1.Lag;
import io.grpc.StatusRuntimeException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// Shows what a watch is told.
///
/// A server that never answers ends the command, as it ends every other one; once it has answered,
/// a cut is told, and the watch resumes.
///
/// Threads: [#follow] waits on the caller's; the rest is the watch's.
///
/// @param <E> entries of a snapshot
/// @param <C> changes
public final class WatchPrinter<E, C> implements Watch.Listener<E, C> {

  private final Terminal terminal;
  private final ClientOptions client;
  private final String what;
  private final ChangeRange range;
  private final WatchLines<E, C> lines;
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private final LongSupplier nanoTime;
  private boolean heard;
  private long shown;
  private OptionalLong cutSince = OptionalLong.empty();

  /// @param what is watched, for people: `routes`
  public WatchPrinter(
      Terminal terminal,
      ClientOptions client,
      String what,
      ChangeRange range,
      WatchLines<E, C> lines) {
    this(terminal, client, what, range, lines, System::nanoTime);
  }

  WatchPrinter(
      Terminal terminal,
      ClientOptions client,
      String what,
      ChangeRange range,
      WatchLines<E, C> lines,
      LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.terminal = terminal;
    this.client = client;
    this.what = what;
    this.range = range;
    this.lines = lines;
  }

  /// Watches until everything wanted was shown, or nobody reads any more.
  ///
  /// @param open begins the watch
  /// @return the exit code
  /// @throws CommandException if it cannot begin or go on
  public int follow(Function<GuidepostClient, ? extends AutoCloseable> open) {
    try (GuidepostClient connection = client.connect();
        AutoCloseable _ = open.apply(connection)) {
      return end.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StatusRuntimeException failure
          ? client.failed(failure)
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.OK;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      terminal.flush();
    }
  }

  /// Ends the watch; the command succeeds.
  public void enough() {
    end.complete(ExitCodes.OK);
  }

  @Override
  public void begin(Watch.Beginning why) {
    switch (why) {
      case ASKED -> {}
      case TRIMMED ->
          tell("the changes since then are no longer kept; starting again with a snapshot");
      case OTHER_DATA -> tell("the server has other data now; starting again with a snapshot");
    }
  }

  @Override
  public void snapshot(List<E> entries) {
    sayThatItGoesOn();
    heard = true;
    entries.forEach(entry -> terminal.line(lines.entry(entry)));
    flush();
  }

  @Override
  public void complete(long revision) {
    sayThatItGoesOn();
    heard = true;
    tell("snapshot of revision %d is complete".formatted(revision));
  }

  @Override
  public void changes(List<C> changes, long revision) {
    sayFromWhere(revision);
    for (C change : changes) {
      if (!range.isOver(shown)) {
        shown++;
        terminal.line(lines.change(change));
      }
    }
    flush();
    if (range.isOver(shown)) {
      enough();
    }
  }

  @Override
  public void quiet(long revision) {
    sayFromWhere(revision);
  }

  /// A person who sees nothing wants to know that the watch is on.
  private void sayFromWhere(long revision) {
    sayThatItGoesOn();
    if (!heard && !client.json() && terminal.errIsTerminal()) {
      tell("watching %s from %s".formatted(what, range.from(revision)));
    }
    heard = true;
  }

  private void flush() {
    try {
      terminal.flush();
    } catch (UncheckedIOException e) {
      enough(); // nobody reads any more
    }
  }

  @Override
  public void lag(Lag lag) {
    sayThatItGoesOn();
    tell(
        "this client lags: %s behind %d"
            .formatted(Plural.of(lag.getRevisionsBehind(), "revision"), lag.getNewestRevision()));
  }

  @Override
  public void slow() {
    tell("read too slowly; resuming");
  }

  /// @throws StatusRuntimeException that same one, if the server has never answered: the watch ends
  @Override
  public void cut(StatusRuntimeException why, Duration retryAfter) {
    if (!heard) {
      throw why;
    }
    if (cutSince.isEmpty()) {
      cutSince = OptionalLong.of(nanoTime.getAsLong());
      tell(words(why) + "; trying again until the watch goes on");
    }
  }

  /// What a server says of it; the words of the library for a broken connection say no more.
  private static String words(StatusRuntimeException why) {
    return CallError.of(why).isPresent()
        ? "the server ended the watch (%s)".formatted(CommandFailures.reason(why.getStatus()))
        : "the connection to the server is lost";
  }

  private void sayThatItGoesOn() {
    if (cutSince.isPresent()) {
      double seconds = (nanoTime.getAsLong() - cutSince.getAsLong()) / 1e9;
      cutSince = OptionalLong.empty();
      tell(String.format(Locale.ROOT, "the watch goes on after %.1f s", seconds));
    }
  }

  @Override
  public void ended(StatusRuntimeException why) {
    boolean isOurs = why.getCause() instanceof StatusRuntimeException;
    end.completeExceptionally(isOurs ? why.getCause() : why);
  }

  /// Says something about the watch on standard error.
  private void tell(String text) {
    if (client.json()) {
      terminal.complain(Json.object().put("note", text));
    } else {
      terminal.complain("guidepost: " + text);
    }
  }
}
