package guidepost.server;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a line of the log is written.
enum LogFormat {
  /// For people: see [TextLog].
  TEXT,
  /// For programs: see [JsonLog].
  JSON;

  /// From now on. Text is what the program begins with.
  void apply() {
    if (this == TEXT || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    if (root.getAppender(LogSetup.APPENDER) instanceof ConsoleAppender<ILoggingEvent> console) {
      console.setEncoder(LogSetup.lines(new JsonLog(), context));
    }
  }
}
