package guidepost.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/// How much is logged.
enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG;

  static final String OWN = "guidepost";

  /// From now on; what libraries log stays at warnings, or less if that is less.
  void apply() {
    Level level = Level.toLevel(name());
    set(OWN, level);
    set(Logger.ROOT_LOGGER_NAME, level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN);
  }

  private static void set(String name, Level level) {
    if (LoggerFactory.getLogger(name) instanceof Logger logger) {
      logger.setLevel(level);
    }
  }
}
