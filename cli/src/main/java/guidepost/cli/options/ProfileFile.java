package guidepost.cli.options;

import guidepost.cli.output.CommandException;
import guidepost.client.ClientTls;
import guidepost.client.ServerAddress;
import guidepost.settings.SettingsException;
import guidepost.settings.YamlFile;
import guidepost.settings.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;

/// The file of named servers.
///
/// ```yaml
/// current: prod
/// profiles:
///   prod:
///     server: routes.example:50051
///     ca: ca.pem
///     token_file: prod.token
///   lab:
///     server: 192.0.2.7
///     tls: true
///     token: guidepost_...
/// ```
///
/// Paths are relative to the file. One that holds a token must be its owner's alone.
///
/// @param file where it is
/// @param current the profile that is used if none is named; empty: none
/// @param profiles by name, in the order of the file
public record ProfileFile(
    Path file, Optional<String> current, SequencedMap<String, Profile> profiles) {

  /// Names it.
  public static final String VARIABLE = "GUIDEPOST_PROFILES";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private static final Set<String> KEYS =
      Set.of("server", "tls", "ca", "cert", "key", "server_name", "token", "token_file");

  private static final Set<PosixFilePermission> OF_OTHERS =
      Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

  /// Where it is looked for.
  public static Path place(Map<String, String> environment) {
    String named = environment.getOrDefault(VARIABLE, "");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path directory =
        config.isEmpty()
            ? Path.of(environment.getOrDefault("HOME", "."), ".config")
            : Path.of(config);
    return directory.resolve("guidepost").resolve("profiles.yaml");
  }

  /// Reads it.
  ///
  /// @return empty if it does not exist
  /// @throws CommandException if it is not what it must be, or others may read a token in it; the
  ///   text never quotes a token
  public static Optional<ProfileFile> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(file));
    } catch (SettingsException e) {
      throw CommandException.usage(e.problems().getFirst());
    }
  }

  private static ProfileFile parse(Path file) throws SettingsException {
    Optional<String> current = Optional.empty();
    SequencedMap<String, Profile> profiles = new LinkedHashMap<>();
    for (var entry : YamlFile.read(file).entries().entrySet()) {
      switch (entry.getKey()) {
        case "current" -> current = Optional.of(text(file, "current", entry.getValue()));
        case "profiles" -> {
          for (var each : entries(file, "profiles", entry.getValue()).entries().entrySet()) {
            profiles.put(each.getKey(), profile(file, each.getKey(), each.getValue()));
          }
        }
        default ->
            throw problem(
                file,
                entry.getValue().keyLine(),
                "unknown key %s; must be current or profiles".formatted(entry.getKey()));
      }
    }
    requireOwnersAlone(file, profiles);
    return new ProfileFile(file, current, profiles);
  }

  private static Profile profile(Path file, String name, YamlNode.Entry entry)
      throws SettingsException {
    if (!NAME.matcher(name).matches()) {
      throw problem(
          file, entry.keyLine(), "a profile's name must be 1 to 64 letters, digits or . _ -");
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (var each : entries(file, name, entry).entries().entrySet()) {
      if (!KEYS.contains(each.getKey())) {
        throw problem(
            file,
            each.getValue().keyLine(),
            "unknown key %s; must be one of server, tls, ca, cert, key, server_name, token,"
                    .formatted(each.getKey())
                + " token_file");
      }
      values.put(each.getKey(), text(file, each.getKey(), each.getValue()));
    }
    try {
      return profile(file, values);
    } catch (IllegalArgumentException e) {
      throw problem(file, entry.keyLine(), "profile %s: %s".formatted(name, e.getMessage()));
    }
  }

  private static Profile profile(Path file, Map<String, String> values) {
    if (!values.containsKey("server")) {
      throw new IllegalArgumentException("must have a server: HOST:PORT");
    }
    boolean tls =
        switch (values.getOrDefault("tls", "")) {
          case "true" -> true;
          case "false", "" -> false;
          default -> throw new IllegalArgumentException("tls must be true or false");
        };
    ClientTls how =
        new ClientTls(
            path(file, values, "ca"),
            path(file, values, "cert"),
            path(file, values, "key"),
            Optional.ofNullable(values.get("server_name")));
    if (values.containsKey("token") && values.containsKey("token_file")) {
      throw new IllegalArgumentException("at most one of token and token_file may be given");
    }
    boolean encrypts = tls || !how.equals(ClientTls.TRUSTED);
    if (encrypts && values.getOrDefault("tls", "").equals("false")) {
      throw new IllegalArgumentException("tls must not be false with ca, cert or server_name");
    }
    List<ServerAddress> servers = Profile.servers(values.get("server"));
    return new Profile(
        servers.getFirst(),
        servers.subList(1, servers.size()),
        encrypts ? Optional.of(how) : Optional.empty(),
        Optional.ofNullable(values.get("token")),
        path(file, values, "token_file"));
  }

  private static Optional<Path> path(Path file, Map<String, String> values, String key) {
    return Optional.ofNullable(values.get(key)).map(file.toAbsolutePath()::resolveSibling);
  }

  private static String text(Path file, String key, YamlNode.Entry entry) throws SettingsException {
    if (entry.value() instanceof YamlNode.Text text && !text.text().isEmpty()) {
      return text.text();
    }
    throw problem(file, entry.keyLine(), "%s must have a value".formatted(key));
  }

  private static YamlNode.Entries entries(Path file, String key, YamlNode.Entry entry)
      throws SettingsException {
    if (entry.value() instanceof YamlNode.Entries entries) {
      return entries;
    }
    throw problem(file, entry.keyLine(), "%s must have keys below it".formatted(key));
  }

  private static void requireOwnersAlone(Path file, Map<String, Profile> profiles)
      throws SettingsException {
    boolean isSecret = profiles.values().stream().anyMatch(each -> each.token().isPresent());
    try {
      if (isSecret && Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains)) {
        throw new SettingsException(
            "%s: holds a token, and others may read it; run \"chmod 600 %s\""
                .formatted(file, file));
      }
    } catch (UnsupportedOperationException e) {
      // A file system without such permissions: nothing to compare.
    } catch (IOException e) {
      throw new SettingsException("%s: cannot be read: %s".formatted(file, e));
    }
  }

  private static SettingsException problem(Path file, int line, String text) {
    return new SettingsException("%s:%d: %s".formatted(file, line, text));
  }

  /// The profile with a name.
  ///
  /// @throws CommandException if there is none
  public Profile named(String name) {
    Profile found = profiles.get(name);
    if (found == null) {
      throw CommandException.usage(
          "profile \"%s\": is not in %s; it has %s"
              .formatted(
                  name, file, profiles.isEmpty() ? "none" : String.join(", ", profiles.keySet())));
    }
    return found;
  }
}
