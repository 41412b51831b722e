package guidepost.cli.server;

import guidepost.cli.output.ExitCodes;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/// SIGTERM and SIGINT, which stop a server: from the first moment on. One that has not begun to
/// serve ends at once and well, since nothing of anybody's is under way; what it had opened is as a
/// killed server leaves it, which every start copes with.
///
/// SIGHUP does nothing: nobody's terminal is to end a server.
///
/// Threads: any.
public final class StopSignals {

  private final AtomicReference<@Nullable Runnable> stop = new AtomicReference<>();

  private StopSignals() {}

  /// Listens from now on.
  public static StopSignals listen() {
    StopSignals signals = new StopSignals();
    for (String signal : List.of("TERM", "INT")) {
      Signals.register(signal, signals::arrived);
    }
    Signals.register("HUP", () -> {});
    return signals;
  }

  /// There is something to stop from now on.
  public void stopWith(Runnable action) {
    stop.set(action);
  }

  /// Each stops on a thread of its own, so that a second one is heard.
  private void arrived() {
    Runnable action = stop.get();
    if (action == null) {
      Runtime.getRuntime().halt(ExitCodes.OK);
      return;
    }
    Thread.ofPlatform().name("guidepost-stop").start(action);
  }
}
