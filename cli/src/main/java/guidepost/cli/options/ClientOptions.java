package guidepost.cli.options;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.CommandFailures;
import guidepost.client.ClientBuilder;
import guidepost.client.GuidepostClient;
import guidepost.client.ServerAddress;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// What every command that asks a server takes.
public final class ClientOptions {

  /// What goes wrong is said once, by [CommandFailures]. Held here, as levels go with a logger that
  /// nobody holds.
  private static final List<Logger> CONNECTION_LOGS =
      List.of(Logger.getLogger("io.grpc"), Logger.getLogger("io.netty"));

  /// As RFC 6750 writes one.
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private static final int DAY_SECONDS = 86_400;

  @Mixin private ConnectOptions connect = new ConnectOptions();

  private @Nullable Profile profile;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "40",
      converter = Timeout.class,
      description = "Maximum wait for each message of an answer (default: ${DEFAULT-VALUE})")
  private Duration timeout = GuidepostClient.DEFAULT_PATIENCE;

  @Option(names = "--json", description = "Print one JSON object per line, errors too")
  private boolean json;

  @Option(
      names = "--latest",
      description =
          "Read all that any server of a cluster had acknowledged, whichever of them answers")
  private boolean latest;

  public boolean json() {
    return json;
  }

  /// Which server is asked; the first of several.
  ///
  /// @throws CommandException if the options contradict each other, or a file that they name is not
  ///   what it must be
  public ServerAddress server() {
    return profile().server();
  }

  private Profile profile() {
    Profile chosen = profile;
    if (chosen == null) {
      chosen = connect.resolve(System.getenv());
      profile = chosen;
    }
    return chosen;
  }

  /// Has gRPC and what it is built on say nothing of their own.
  public static void silence() {
    CONNECTION_LOGS.forEach(log -> log.setLevel(Level.OFF));
  }

  /// Connects; the caller closes.
  ///
  /// @throws CommandException if a file that the options name is not what it must be, or a token
  ///   would be sent for everybody on the way to read
  public GuidepostClient connect() {
    silence();
    ClientBuilder builder =
        GuidepostClient.to(profile().servers()).patience(timeout).onThreadOfItsOwn();
    if (latest) {
      builder.readingLatest();
    }
    profile().tls().ifPresent(builder::tls);
    token().ifPresent(builder::token);
    try {
      return builder.connect();
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private Optional<String> token() {
    return profile().tokenFile().map(ClientOptions::token).or(profile()::token);
  }

  private static String token(Path file) {
    try {
      String token = Files.readString(file).strip();
      if (TOKEN.matcher(token).matches()) {
        return token;
      }
    } catch (CharacterCodingException e) {
      // Said below.
    } catch (IOException e) {
      throw CommandFailures.of(file.toString(), e);
    }
    throw CommandException.usage(
        "file \"%s\": must hold a token, and nothing else".formatted(file));
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
    return new ConnectionText(profile()).of(failure);
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
