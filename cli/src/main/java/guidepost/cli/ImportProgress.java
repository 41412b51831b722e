package guidepost.cli;

import java.util.Locale;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// Shows on standard error how far an import is, how fast and for how long still; only to a person,
/// and not together with `--json`.
final class ImportProgress implements AutoCloseable {

  private static final int COLUMNS_MAX = 79;
  private static final int UPDATE_MILLIS = 200;
  private static final int ROWS_BETWEEN_STEPS = 1024;
  private static final int KIBIBYTE = 1024;

  private final @Nullable ProgressBar bar;
  private final ImportSource source;
  private long rows;

  private ImportProgress(@Nullable ProgressBar bar, ImportSource source) {
    this.bar = bar;
    this.source = source;
  }

  static ImportProgress of(Terminal terminal, boolean json, ImportSource source) {
    boolean shown = !json && terminal.errIsTerminal();
    return new ImportProgress(shown ? bar(terminal, source) : null, source);
  }

  private static ProgressBar bar(Terminal terminal, ImportSource source) {
    return new ProgressBarBuilder()
        .setTaskName("import")
        .setInitialMax(source.packedBytes())
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

  /// One more row was read.
  void row() {
    rows++;
    if (bar != null && rows % ROWS_BETWEEN_STEPS == 0) {
      bar.stepTo(source.packed().bytes());
      bar.setExtraMessage(String.format(Locale.ROOT, " %,d rows", rows));
    }
  }

  /// Leaves the bar as it is and goes to a new line.
  @Override
  public void close() {
    if (bar != null) {
      bar.stepTo(source.packed().bytes());
      bar.close();
    }
  }
}
