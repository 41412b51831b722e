package guidepost.cli;

import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// Shows on standard error how many of how many bytes are done; only to a person, and not together
/// with `--json`.
final class ByteProgress implements AutoCloseable {

  private static final int COLUMNS_MAX = 79;
  private static final int UPDATE_MILLIS = 200;
  private static final int KIBIBYTE = 1024;

  private final @Nullable ProgressBar bar;

  private ByteProgress(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  /// @param task what is being done, in a word
  static ByteProgress of(Terminal terminal, boolean json, String task) {
    boolean shown = !json && terminal.errIsTerminal();
    return new ByteProgress(shown ? bar(terminal, task) : null);
  }

  private static ProgressBar bar(Terminal terminal, String task) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setUnit(" KiB", KIBIBYTE)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .showSpeed()
        .setConsumer(
            new DelegatingProgressBarConsumer(
                text -> {
                  terminal.err().print('\r' + text);
                  terminal.err().flush();
                },
                COLUMNS_MAX))
        .build();
  }

  /// There are so many bytes.
  void of(long bytes) {
    if (bar != null) {
      bar.maxHint(bytes);
    }
  }

  /// So many more are done.
  void add(long bytes) {
    if (bar != null) {
      bar.stepBy(bytes);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
