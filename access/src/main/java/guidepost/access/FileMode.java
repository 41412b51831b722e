package guidepost.access;

import guidepost.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Who else may read or change the files that decide who calls.
///
/// | a file | must not be |
/// |---|---|
/// | with a secret: the private key, the tokens | read by users outside its group, nor changed by others than its owner |
/// | that is trusted: certificates, CAs, grants, key sets | changed by users outside its group |
///
/// A group may read a secret: that is how a server which is not root gets at the keys of a machine,
/// `root:ssl-cert` with mode 0640. A link is followed. Where there are no such permissions (not a
/// POSIX system), nothing is refused.
///
/// Threads: any.
final class FileMode {

  private static final Set<PosixFilePermission> OF_A_SECRET =
      PosixFilePermissions.fromString("----w-rwx");
  private static final Set<PosixFilePermission> OF_WHAT_IS_TRUSTED =
      Set.of(PosixFilePermission.OTHERS_WRITE);

  private FileMode() {}

  /// Of a file with a secret.
  ///
  /// @throws SettingsException if others may read or change it; the text says what to do
  static void requireSecret(Path file) throws SettingsException {
    require(
        file,
        OF_A_SECRET,
        "must let only its owner and group read it, and only its owner change it; chmod 640 "
            + file
            + ", or 600");
  }

  /// Of a file whose words are believed.
  ///
  /// @throws SettingsException if others may change it; the text says what to do
  static void requireTrusted(Path file) throws SettingsException {
    require(
        file, OF_WHAT_IS_TRUSTED, "must let only its owner and group change it; chmod o-w " + file);
  }

  private static void require(Path file, Set<PosixFilePermission> refused, String rule)
      throws SettingsException {
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
      if (mode.stream().anyMatch(refused::contains)) {
        throw new SettingsException(
            "%s: mode \"%s\": %s".formatted(file, PosixFilePermissions.toString(mode), rule));
      }
    } catch (IOException | UnsupportedOperationException e) {
      // Who reads it next says what is wrong; or there is no mode to speak of.
    }
  }
}
