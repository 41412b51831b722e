package guidepost.server;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/// Writes each line of the log for people, with a stack trace below it if there is one.
///
/// ```text
/// 2026-11-29T12:00:00.123Z WARN  GuidepostServer: ...
/// ```
///
/// A message is one line whatever is in it: each control character becomes a question mark, so a
/// client cannot write lines of its own.
///
/// Threads: any, one at a time.
final class TextLog extends LayoutBase<ILoggingEvent> {

  private static final int LEVEL_WIDTH = 5;

  /// To the millisecond, also in the first of a second.
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  @Override
  public String doLayout(ILoggingEvent event) {
    String logger = event.getLoggerName();
    String level = event.getLevel().toString();
    StringBuilder line = new StringBuilder();
    TIME.formatTo(event.getInstant(), line);
    line.append(' ')
        .append(level)
        .repeat(' ', LEVEL_WIDTH - level.length() + 1)
        .append(logger, logger.lastIndexOf('.') + 1, logger.length())
        .append(": ");
    appendVisible(event.getFormattedMessage(), line);
    line.append(System.lineSeparator());
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      line.append(ThrowableProxyUtil.asString(thrown));
    }
    return line.toString();
  }

  private static void appendVisible(String message, StringBuilder to) {
    for (int i = 0; i < message.length(); i++) {
      char character = message.charAt(i);
      to.append(character < ' ' || character == '\u007f' ? '?' : character);
    }
  }
}
