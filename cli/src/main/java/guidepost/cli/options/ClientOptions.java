package guidepost.cli.options;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.Failures;
import guidepost.client.GuidepostClient;
import guidepost.client.ServerAddress;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// What every command that asks a server takes.
public final class ClientOptions {

  /// What goes wrong is said once, by [Failures]. Held here, as levels go with a logger that nobody
  /// holds.
  private static final List<Logger> CONNECTION_LOGS =
      List.of(Logger.getLogger("io.grpc"), Logger.getLogger("io.netty"));

  private static final int DAY_SECONDS = 86_400;

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:GUIDEPOST_SERVER:-localhost:50051}",
      converter = Server.class,
      description = "The server (default: $$GUIDEPOST_SERVER, else localhost:50051)")
  private ServerAddress server = new ServerAddress("localhost", ServerAddress.DEFAULT_PORT);

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      converter = Timeout.class,
      description = "Maximum wait for each message of an answer (default: ${DEFAULT-VALUE})")
  private Duration timeout = GuidepostClient.DEFAULT_PATIENCE;

  @Option(names = "--json", description = "Print one JSON object per line, errors too")
  private boolean json;

  public boolean json() {
    return json;
  }

  public ServerAddress server() {
    return server;
  }

  /// Has gRPC and what it is built on say nothing of their own.
  public static void silence() {
    CONNECTION_LOGS.forEach(log -> log.setLevel(Level.OFF));
  }

  /// Connects; the caller closes.
  public GuidepostClient connect() {
    silence();
    return GuidepostClient.connect(server, timeout);
  }

  /// Connects, runs the action and disconnects.
  ///
  /// @throws CommandException if a call fails
  public <T> T ask(Function<GuidepostClient, T> action) {
    try (GuidepostClient client = connect()) {
      return action.apply(client);
    } catch (StatusRuntimeException e) {
      throw failed(e);
    }
  }

  /// What to say about a call that failed.
  public CommandException failed(StatusRuntimeException failure) {
    return Failures.of(server, failure);
  }

  /// Reads a server address.
  static final class Server implements ITypeConverter<ServerAddress> {
    @Override
    public ServerAddress convert(String text) {
      try {
        return ServerAddress.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /// Reads a number of seconds.
  static final class Timeout implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      boolean number = text.matches("\\d{1,6}(\\.\\d{1,3})?");
      long millis = number ? Math.round(Double.parseDouble(text) * 1000) : 0;
      if (millis < 1 || millis > DAY_SECONDS * 1000L) {
        throw new TypeConversionException(
            "timeout \"%s\": must be 0.001..%d seconds".formatted(text, DAY_SECONDS));
      }
      return Duration.ofMillis(millis);
    }
  }
}
