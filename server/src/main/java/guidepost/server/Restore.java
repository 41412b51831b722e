package guidepost.server;

import guidepost.journal.rocksdb.RocksJournalStore;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// Makes a data directory of a backup, or leaves nothing behind.
///
/// Nothing in the backup is believed: its manifest must have the digest that the zip's comment
/// says, each file the digest that the manifest says, and the journals that come to life the
/// revisions that it says. The file that makes a directory ours, `FORMAT`, is written last.
public final class Restore {

  private static final Pattern FILE_NAME = Pattern.compile("FORMAT|rocksdb/[A-Za-z0-9._-]{1,100}");
  private static final int MANIFEST_BYTES_MAX = 16 << 20;

  private final ZipFile backup;
  private final Path data;

  private Restore(ZipFile backup, Path data) {
    this.backup = backup;
    this.data = data;
  }

  /// Restores a backup.
  ///
  /// @param backup the file
  /// @param data a directory that is absent or empty
  /// @return the revision of each domain
  /// @throws BackupException if the backup is cut off, damaged or of a newer format, or the
  ///   directory is not empty
  /// @throws IOException if a file cannot be read or written
  public static Map<String, Long> restore(Path backup, Path data) throws IOException {
    return NewDirectory.make(
        data,
        () -> {
          try (ZipFile zip = open(backup)) {
            Files.createDirectories(data.resolve("rocksdb"));
            return new Restore(zip, data).run();
          }
        });
  }

  private static ZipFile open(Path backup) throws IOException {
    try {
      return new ZipFile(backup.toFile());
    } catch (ZipException | EOFException e) {
      throw new BackupException("backup %s: is cut off, or is none".formatted(backup));
    }
  }

  private Map<String, Long> run() throws IOException {
    BackupManifest manifest = manifest();
    requireComplete(manifest);
    for (String name : formatLast(manifest)) {
      extract(name, manifest.files().getOrDefault(name, ""));
    }
    sync(data.resolve("rocksdb"));
    sync(data);
    requireRevisions(manifest.revisions());
    return manifest.revisions();
  }

  private BackupManifest manifest() throws IOException {
    ZipEntry entry = backup.getEntry(BackupManifest.NAME);
    if (entry == null) {
      throw refused(BackupManifest.NAME, "is missing: this is no backup");
    }
    try (InputStream in = backup.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(MANIFEST_BYTES_MAX);
      if (!(BackupWriter.COMMENT + Sha256.hexOf(bytes)).equals(backup.getComment())) {
        throw refused(BackupManifest.NAME, "is damaged: its SHA-256 is not the zip's comment's");
      }
      return BackupManifest.parse(bytes);
    } catch (ZipException | EOFException e) {
      throw refused(BackupManifest.NAME, "is damaged: " + e.getMessage());
    }
  }

  private BackupException refused(String file, String what) {
    return new BackupException("backup %s: file %s: %s".formatted(backup.getName(), file, what));
  }

  private void requireComplete(BackupManifest manifest) throws BackupException {
    Set<String> stored = backup.stream().map(ZipEntry::getName).collect(Collectors.toSet());
    stored.remove(BackupManifest.NAME);
    for (String name : manifest.files().keySet()) {
      if (!FILE_NAME.matcher(name).matches()) {
        throw refused(name, "is no file of a data directory");
      }
      if (!stored.remove(name)) {
        throw refused(name, "is missing");
      }
    }
    for (String name : new TreeSet<>(stored)) {
      throw refused(name, "is not in the manifest");
    }
  }

  private static List<String> formatLast(BackupManifest manifest) {
    List<String> names = new ArrayList<>(manifest.files().keySet());
    names.sort(Comparator.comparing("FORMAT"::equals));
    return names;
  }

  private void extract(String name, String sha256) throws IOException {
    Path file = data.resolve(name);
    MessageDigest digest = Sha256.begin();
    try (InputStream in = backup.getInputStream(backup.getEntry(name));
        OutputStream out =
            new DigestOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE_NEW), digest)) {
      in.transferTo(out);
    } catch (ZipException | EOFException e) {
      throw refused(name, "is damaged: " + e.getMessage());
    }
    if (!Sha256.hex(digest.digest()).equals(sha256)) {
      throw refused(name, "is damaged: its SHA-256 is not the manifest's");
    }
    sync(file);
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private void requireRevisions(Map<String, Long> revisions) throws IOException {
    try (RocksJournalStore store = RocksJournalStore.open(data)) {
      for (Map.Entry<String, Long> each : revisions.entrySet()) {
        long found = store.journal(each.getKey()).revision();
        if (found != each.getValue()) {
          throw refused(
              BackupManifest.NAME,
              "says revision %d of %s, the files hold %d"
                  .formatted(each.getValue(), each.getKey(), found));
        }
      }
    }
  }
}
