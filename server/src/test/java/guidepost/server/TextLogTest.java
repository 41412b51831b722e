package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

final class TextLogTest {

  private final LoggerContext context = new LoggerContext();

  private String line(Level level, String message, @Nullable Throwable thrown) {
    var log = context.getLogger("guidepost.server.GuidepostServer");
    LoggingEvent event = new LoggingEvent("", log, level, message, thrown, null);
    event.setInstant(Instant.parse("2026-11-29T12:00:00Z"));
    return new TextLog().doLayout(event);
  }

  @Test
  void shouldWriteTimeLevelAndWhoSaysIt() {
    assertThat(line(Level.INFO, "ready", null))
        .isEqualTo("2026-11-29T12:00:00.000Z INFO  GuidepostServer: ready%n".formatted());
    assertThat(line(Level.ERROR, "é", null))
        .isEqualTo("2026-11-29T12:00:00.000Z ERROR GuidepostServer: é%n".formatted());
  }

  @Test
  void shouldWriteOneLineWhateverIsInTheMessage() {
    assertThat(line(Level.WARN, "a\r\nb\tc\u007fd\u001b[2J", null))
        .isEqualTo("2026-11-29T12:00:00.000Z WARN  GuidepostServer: a??b?c?d?[2J%n".formatted());
  }

  @Test
  void shouldWriteWhatWasThrownBelow() {
    var thrown = new IllegalStateException("broken", new IllegalArgumentException("why"));
    assertThat(line(Level.WARN, "a", thrown).lines())
        .startsWith(
            "2026-11-29T12:00:00.000Z WARN  GuidepostServer: a",
            "java.lang.IllegalStateException: broken")
        .anyMatch(each -> each.startsWith("\tat guidepost.server.TextLogTest"))
        .contains("Caused by: java.lang.IllegalArgumentException: why");
  }

  @Test
  void shouldLogOwnMessagesAndTheWarningsOfLibrariesToStandardError() {
    new LogSetup().configure(context);

    assertThat(context.getLogger("guidepost.routes").isInfoEnabled()).isTrue();
    assertThat(context.getLogger("guidepost.routes").isDebugEnabled()).isFalse();
    assertThat(context.getLogger("org.example").isInfoEnabled()).isFalse();
    assertThat(context.getLogger("org.example").isWarnEnabled()).isTrue();
    assertThat(context.getLogger("io.grpc.internal.ServerImpl").isErrorEnabled()).isFalse();
    assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(LogSetup.APPENDER))
        .isInstanceOfSatisfying(
            ConsoleAppender.class,
            console -> {
              assertThat(console.getTarget()).isEqualTo("System.err");
              assertThat(console.isStarted()).isTrue();
            });
  }

  @Test
  void shouldBeWhatAProcessBeginsWith() {
    assertThat(org.slf4j.LoggerFactory.getILoggerFactory())
        .isInstanceOfSatisfying(
            LoggerContext.class,
            each -> {
              ConsoleAppender<ILoggingEvent> console =
                  (ConsoleAppender<ILoggingEvent>)
                      each.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(LogSetup.APPENDER);
              assertThat(console.isStarted()).isTrue();
            });
  }
}
