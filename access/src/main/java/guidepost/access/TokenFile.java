package guidepost.access;

import guidepost.settings.SettingsException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The static tokens that a server knows: a line for each, with its name, the SHA-256 of the token,
/// when it was made, and when it expires. The token itself is shown once, when it is made, and kept
/// nowhere.
///
/// ```
///   r7 5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef 2026-11-29T12:00:00Z -
/// ```
///
/// A running server reads the file again within a second of a change. The file has mode 0600, and
/// is refused if others than its owner and group may read it.
///
/// Threads: any, and any process: whoever changes the file holds a lock beside it.
public final class TokenFile {

  /// What every token begins with: tools that look for secrets in texts find it by this.
  public static final String PREFIX = "guidepost_";

  private static final int SECRET_BYTES = 32;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@+-]{1,64}");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String FOREVER = "-";
  private static final int FIELDS = 4;

  private final Path file;

  /// @param file need not exist
  public TokenFile(Path file) {
    this.file = file;
  }

  /// What is known of a token.
  ///
  /// @param name `by: token:NAME` in the access file
  /// @param created when it was made, to the second
  /// @param expires when it ends; empty if it does not
  public record Entry(String name, Instant created, Optional<Instant> expires) {}

  record Stored(Entry entry, TokenHash hash) {
    String line() {
      return "%s %s %s %s"
          .formatted(
              entry.name(),
              hash.hex(),
              entry.created(),
              entry.expires().map(Instant::toString).orElse(FOREVER));
    }
  }

  /// Makes a token.
  ///
  /// @return the token, which cannot be had again
  /// @throws SettingsException if the name is taken or no name, or the file cannot be changed
  public String create(String name, Instant now, Optional<Instant> expires)
      throws SettingsException {
    if (!NAME.matcher(name).matches()) {
      throw new SettingsException(
          "name \"%s\": must be 1 to 64 letters, digits or . _ @ + -".formatted(name));
    }
    byte[] secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(secret);
    String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    Entry entry =
        new Entry(
            name,
            now.truncatedTo(ChronoUnit.SECONDS),
            expires.map(end -> end.truncatedTo(ChronoUnit.SECONDS)));
    change(
        tokens -> {
          if (tokens.stream().anyMatch(each -> each.entry().name().equals(name))) {
            throw new SettingsException(
                "name \"%s\": has a token already; revoke it first".formatted(name));
          }
          tokens.add(new Stored(entry, TokenHash.of(token)));
        });
    return token;
  }

  /// All of them, in the order in which they were made.
  ///
  /// @throws SettingsException if the file cannot be read
  public List<Entry> list() throws SettingsException {
    return read().stream().map(Stored::entry).toList();
  }

  /// Ends a token: a running server takes it no more, and ends the calls that it has open.
  ///
  /// @return false if no token has this name
  /// @throws SettingsException if the file cannot be changed
  public boolean revoke(String name) throws SettingsException {
    boolean[] removed = {false};
    change(tokens -> removed[0] = tokens.removeIf(each -> each.entry().name().equals(name)));
    return removed[0];
  }

  private interface Change {
    void to(List<Stored> tokens) throws SettingsException;
  }

  private void change(Change change) throws SettingsException {
    Path absolute = file.toAbsolutePath();
    Path lockFile = absolute.resolveSibling(absolute.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(
                lockFile,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        FileLock lock = channel.lock()) {
      assert lock.isValid();
      List<Stored> tokens = new ArrayList<>(read());
      change.to(tokens);
      replace(absolute, tokens);
    } catch (IOException e) {
      throw new SettingsException("%s: cannot be changed: %s".formatted(file, e));
    }
  }

  /// Whoever reads it meanwhile sees the one or the other.
  private static void replace(Path absolute, List<Stored> tokens) throws IOException {
    Path next =
        Files.createTempFile(
            absolute.getParent(), ".tokens", "", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try {
      Files.write(next, tokens.stream().map(Stored::line).toList(), StandardCharsets.UTF_8);
      Files.move(
          next, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }

  /// All of them; none if the file does not exist.
  List<Stored> read() throws SettingsException {
    List<String> lines;
    FileMode.requireSecret(file);
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new SettingsException("%s: cannot be read: %s".formatted(file, e));
    }
    List<Stored> tokens = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        tokens.add(stored(i + 1, line));
      }
    }
    return tokens;
  }

  private Stored stored(int number, String line) throws SettingsException {
    String[] fields = line.split("\\s+", -1);
    if (fields.length == FIELDS && NAME.matcher(fields[0]).matches()) {
      try {
        Optional<Instant> expires =
            fields[3].equals(FOREVER) ? Optional.empty() : Optional.of(Instant.parse(fields[3]));
        Entry entry = new Entry(fields[0], Instant.parse(fields[2]), expires);
        return new Stored(entry, TokenHash.parse(fields[1]));
      } catch (IllegalArgumentException | DateTimeException e) {
        // Said below. The line itself is not: somebody may have written a token there.
      }
    }
    throw new SettingsException(
        "%s:%d: must be a name, 64 hexadecimal digits, and two times".formatted(file, number));
  }
}
