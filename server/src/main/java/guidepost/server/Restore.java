package guidepost.server;

import guidepost.journal.JournalDraft;
import guidepost.journal.JournalEngine;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// Makes journals of a backup, or leaves nothing behind.
///
/// Nothing in the backup is believed: its manifest must have the digest that the zip's comment
/// says, each file a name that the engine takes and the digest that the manifest says, and the
/// journals that come to life the revisions that it says.
public final class Restore {

  /// More than the engine makes of the largest data that a server holds.
  private static final int FILES_MAX = 1_000_000;

  /// Larger ones copy no faster.
  private static final int BUFFER_BYTES = 64 << 10;

  /// Far more than the digests of all files take.
  private static final int MANIFEST_BYTES_MAX = 16 << 20;

  private final ZipFile backup;
  private final JournalEngine engine;
  private final JournalDraft draft;
  private final JournalDraft.CopiedFiles files;

  private Restore(
      ZipFile backup, JournalEngine engine, JournalDraft draft, JournalDraft.CopiedFiles files) {
    this.backup = backup;
    this.engine = engine;
    this.draft = draft;
    this.files = files;
  }

  /// Restores a backup.
  ///
  /// @param backup the file
  /// @param engine where nothing is
  /// @return the revision of each domain
  /// @throws BackupException if the backup is cut off, damaged or of a newer format, or the engine
  ///   keeps no files
  /// @throws IOException if something is there, or a file cannot be read or written
  public static Map<String, Long> restore(Path backup, JournalEngine engine) throws IOException {
    try (JournalDraft draft = engine.draft();
        ZipFile zip = open(backup)) {
      JournalDraft.CopiedFiles files =
          draft
              .files()
              .orElseThrow(
                  () ->
                      new BackupException(
                          "%s: keeps no files; load a dump instead".formatted(engine)));
      return new Restore(zip, engine, draft, files).run();
    }
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
    for (Map.Entry<String, String> file : manifest.files().entrySet()) {
      extract(file.getKey(), file.getValue());
    }
    requireRevisions(manifest.revisions());
    draft.complete();
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

  private void requireComplete(BackupManifest manifest) throws IOException {
    Set<String> stored = storedNames();
    for (String name : manifest.files().keySet()) {
      requireFileName(name);
      if (!stored.remove(name)) {
        throw refused(name, "is missing");
      }
    }
    for (String name : new TreeSet<>(stored)) {
      throw refused(name, "is not in the manifest");
    }
    for (String name : files.required()) {
      if (!manifest.files().containsKey(name)) {
        throw refused(name, "is missing");
      }
    }
  }

  /// Without the manifest's.
  private Set<String> storedNames() throws IOException {
    if (backup.size() > FILES_MAX) {
      throw new BackupException(
          "backup %s: has %d files, and a data directory at most %d"
              .formatted(backup.getName(), backup.size(), FILES_MAX));
    }
    Set<String> stored = new HashSet<>();
    long bytes = 0;
    for (ZipEntry entry : Collections.list(backup.entries())) {
      if (!entry.getName().equals(BackupManifest.NAME)) {
        requireFileName(entry.getName());
      }
      if (!stored.add(entry.getName())) {
        throw refused(entry.getName(), "is there twice");
      }
      bytes += Math.max(0, entry.getSize());
    }
    requireRoom(bytes);
    stored.remove(BackupManifest.NAME);
    return stored;
  }

  private void requireRoom(long bytes) throws IOException {
    long room = files.usableBytes();
    if (bytes < 0 || bytes > room) {
      throw new BackupException(
          "backup %s: holds %,d bytes, and the device of %s has room for %,d"
              .formatted(backup.getName(), bytes, engine, room));
    }
  }

  private void requireFileName(String name) throws BackupException {
    if (!files.takes(name)) {
      throw refused("\"%s\"".formatted(name), "is no file of a data directory");
    }
  }

  private void extract(String name, String sha256) throws IOException {
    MessageDigest digest = Sha256.begin();
    try (InputStream in = backup.getInputStream(backup.getEntry(name));
        OutputStream out = new DigestOutputStream(files.create(name), digest)) {
      copy(name, in, out);
    } catch (ZipException | EOFException e) {
      throw refused(name, "is damaged: " + e.getMessage());
    }
    if (!Sha256.hex(digest.digest()).equals(sha256)) {
      throw refused(name, "is damaged: its SHA-256 is not the manifest's");
    }
  }

  /// No more than the zip says: a few bytes of it may be made to unpack to any number.
  private void copy(String name, InputStream in, OutputStream out) throws IOException {
    long left = backup.getEntry(name).getSize();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      left -= read;
      if (left < 0) {
        throw refused(name, "is damaged: is longer than the zip says");
      }
      out.write(buffer, 0, read);
    }
  }

  private void requireRevisions(Map<String, Long> revisions) throws IOException {
    for (Map.Entry<String, Long> each : revisions.entrySet()) {
      long found = draft.store().journal(each.getKey()).revision();
      if (found != each.getValue()) {
        throw refused(
            BackupManifest.NAME,
            "says revision %d of %s, the files hold %d"
                .formatted(each.getValue(), each.getKey(), found));
      }
    }
  }
}
