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
/// SIGHUP reloads the settings once there is a server; until then it does nothing: nobody's
/// terminal is to end a server.
///
/// Threads: any.
public final class ServerSignals {

  private final AtomicReference<@Nullable Runnable> stop = new AtomicReference<>();

  private final AtomicReference<Runnable> reload = new AtomicReference<>(() -> {});

  private ServerSignals() {}

  /// Listens from now on.
  public static ServerSignals listen() {
    ServerSignals signals = new ServerSignals();
    for (String signal : List.of("TERM", "INT")) {
      Signals.register(signal, signals::arrived);
    }
    Signals.register("HUP", signals::hungUp);
    return signals;
  }

  /// There is something to stop from now on.
  public void stopWith(Runnable action) {
    stop.set(action);
  }

  /// There are settings to read again from now on.
  public void reloadWith(Runnable action) {
    reload.set(action);
  }

  private void hungUp() {
    Thread.ofPlatform().name("guidepost-reload").start(reload.get());
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
