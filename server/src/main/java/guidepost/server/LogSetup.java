package guidepost.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import java.util.Map;
import org.slf4j.Logger;

/// What a process logs, and where: its own messages from INFO on and those of libraries from WARN
/// on, to standard error, as [TextLog] writes them until a setting says otherwise.
///
/// In code rather than in a file of XML, which takes a tenth of a start to read. A file named by
/// the system property `logback.configurationFile` is read instead of this.
///
/// Threads: the one that makes the first logger.
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {

  static final String APPENDER = "STDERR";

  private static final String FILE = "logback.configurationFile";

  /// From which level on a library is of interest.
  private static final Map<String, Level> LIBRARIES =
      Map.of(
          // A message that cannot be parsed is the client's doing, and it is told: no stack trace.
          "io.grpc.internal.SerializingExecutor", Level.OFF,
          "io.grpc.internal.ServerImpl", Level.OFF,
          "io.grpc.netty.NettyServerStream", Level.OFF,
          // So is what it leaves unread when it goes.
          "io.grpc.netty.NettyServerHandler", Level.ERROR,
          // gRPC sets an option of TCP on sockets of every kind, which Unix domain sockets lack.
          "io.netty.bootstrap", Level.ERROR,
          // What a browser breaks off, and who counts threads twice in a process of two servers.
          "com.linecorp.armeria", Level.ERROR,
          "io.micrometer", Level.ERROR,
          // Each try to reach a broker that is gone, several a second: what waits for it says so.
          "org.apache.kafka.clients.NetworkClient", Level.ERROR,
          // And each try to read or write a log that is gone, hundreds a second.
          "org.apache.kafka.clients.consumer.internals.FetchCollector", Level.ERROR,
          "org.apache.kafka.clients.producer.internals.Sender", Level.ERROR);

  /// Called by the library, which finds this class by its name in `META-INF/services`.
  @SuppressWarnings("unused")
  public LogSetup() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty(FILE) != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    context.getStatusManager().add(new NopStatusListener());
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName(APPENDER);
    console.setTarget(ConsoleTarget.SystemErr.getName());
    console.setEncoder(lines(new TextLog(), context));
    console.start();
    LIBRARIES.forEach((name, level) -> context.getLogger(name).setLevel(level));
    context.getLogger(LogLevel.OWN).setLevel(Level.INFO);
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(console);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /// Writes lines as a layout makes them.
  static Encoder<ILoggingEvent> lines(Layout<ILoggingEvent> layout, LoggerContext context) {
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> lines = new LayoutWrappingEncoder<>();
    lines.setContext(context);
    lines.setCharset(UTF_8);
    lines.setLayout(layout);
    lines.start();
    return lines;
  }
}
