package guidepost.cli.server;

import guidepost.access.TokenFile;
import guidepost.cli.options.Noun;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Table;
import guidepost.cli.output.Terminal;
import guidepost.server.ServerSettings;
import guidepost.settings.Settings;
import guidepost.settings.SettingsException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// Commands about static tokens: they change a file, which a running server reads again within a
/// second or two. No server is needed.
@Command(
    name = "token",
    description = "Static tokens, by which clients of a server prove who they are.")
final class TokenCommands extends Noun {

  /// Which file.
  static final class TokenOptions {

    private static final String TOKENS_FLAG = "--access-tokens";

    @Option(
        names = TOKENS_FLAG,
        paramLabel = "FILE",
        description = "The file of tokens; default: the setting access.tokens")
    private @Nullable Path tokens;

    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "The server's file of settings; default: what GUIDEPOST_CONFIG names")
    private @Nullable Path config;

    @Option(names = "--json", description = "Print one JSON object per line, errors too")
    private boolean json;

    TokenFile file() throws SettingsException {
      Map<String, List<String>> flags =
          tokens == null ? Map.of() : Map.of(TOKENS_FLAG, List.of(tokens.toString()));
      Settings settings =
          Settings.read(
              ServerSettings.TABLE,
              Settings.Sources.of(Optional.ofNullable(config), System.getenv(), flags));
      return new TokenFile(
          ServerSettings.tokenFile(settings)
              .orElseThrow(
                  () ->
                      CommandException.usage(
                          "no file of tokens is named; use --access-tokens FILE, or --config with a"
                              + " file that sets access.tokens")));
    }
  }

  /// `token create`.
  @Command(
      name = "create",
      description = {
        "Make a token and print it; it is shown only now, and only its hash is kept.",
        "In the access file an identity has it by \"token:NAME\"."
      })
  static final class Create implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private TokenOptions options = new TokenOptions();

    @Parameters(
        paramLabel = "NAME",
        description = "Name of the token: 1 to 64 letters, digits or . _ @ + -")
    private String name = "";

    @Option(
        names = "--expires",
        paramLabel = "WHEN",
        description =
            "When it ends: a time from now such as 12h or 90d, or a time such as"
                + " 2027-01-31T00:00:00Z (default: never)")
    private @Nullable String expires;

    Create(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      Instant now = Instant.now();
      Optional<Instant> end = Optional.ofNullable(expires).map(text -> end(text, now));
      try {
        String token = options.file().create(name, now, end);
        if (options.json) {
          ObjectNode object = Json.object().put("name", name).put("token", token);
          end.ifPresent(time -> object.put("expires", time.toString()));
          terminal.line(object.toString());
        } else {
          terminal.line(token);
        }
        return ExitCodes.OK;
      } catch (SettingsException e) {
        throw SettingFlags.rejected(terminal, e);
      }
    }

    private static Instant end(String text, Instant now) {
      try {
        Instant end =
            text.matches("\\d{1,6}[smhd]") ? now.plus(duration(text)) : Instant.parse(text);
        if (end.isAfter(now)) {
          return end;
        }
      } catch (DateTimeException e) {
        // Said below.
      }
      throw CommandException.usage(
          "expires \"%s\": must be a time to come, such as 90d or 2027-01-31T00:00:00Z"
              .formatted(text));
    }

    private static Duration duration(String text) {
      String iso = text.toUpperCase(Locale.ROOT);
      return Duration.parse(iso.endsWith("D") ? "P" + iso : "PT" + iso);
    }
  }

  /// `token list`.
  @Command(name = "list", description = "Show all tokens: their names and when they end.")
  static final class Show implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private TokenOptions options = new TokenOptions();

    Show(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      try {
        List<TokenFile.Entry> entries = options.file().list();
        if (options.json) {
          entries.forEach(entry -> terminal.line(json(entry).toString()));
        } else {
          Table table = new Table(terminal, "NAME", "CREATED", "EXPIRES");
          entries.forEach(
              entry ->
                  table.row(
                      entry.name(),
                      entry.created().toString(),
                      entry.expires().map(Instant::toString).orElse("never")));
          table.finish();
        }
        return ExitCodes.OK;
      } catch (SettingsException e) {
        throw SettingFlags.rejected(terminal, e);
      }
    }

    private static ObjectNode json(TokenFile.Entry entry) {
      ObjectNode object =
          Json.object().put("name", entry.name()).put("created", entry.created().toString());
      entry.expires().ifPresent(time -> object.put("expires", time.toString()));
      return object;
    }
  }

  /// `token revoke`.
  @Command(
      name = "revoke",
      description =
          "End a token: a running server refuses it within a second or two, and ends its calls.")
  static final class Revoke implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin private TokenOptions options = new TokenOptions();

    @Parameters(paramLabel = "NAME", description = "Name of the token")
    private String name = "";

    Revoke(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() {
      try {
        if (!options.file().revoke(name)) {
          throw CommandException.notFound("no token has the name \"%s\"".formatted(name));
        }
        terminal.line(
            options.json
                ? Json.object().put("name", name).put("revoked", true).toString()
                : "revoked " + name);
        return ExitCodes.OK;
      } catch (SettingsException e) {
        throw SettingFlags.rejected(terminal, e);
      }
    }
  }
}
