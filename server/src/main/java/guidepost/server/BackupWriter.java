package guidepost.server;

import com.google.protobuf.ByteString;
import guidepost.server.v1.BackupEnd;
import guidepost.server.v1.BackupFile;
import guidepost.server.v1.BackupHeader;
import guidepost.server.v1.BackupResponse;
import guidepost.server.v1.DomainRevision;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/// Makes a backup file of what a server sends: a zip that any tool opens.
///
/// ```
///   FORMAT, rocksdb/...      the files of a data directory
///   guidepost-backup.json    the BackupManifest: revisions, and SHA-256 of each file
///   comment of the zip       SHA-256 of guidepost-backup.json
/// ```
///
/// Threads: one.
public final class BackupWriter implements AutoCloseable {

  static final String COMMENT = "guidepost backup 1, guidepost-backup.json has SHA-256 ";

  private final ZipOutputStream zip;
  private final MessageDigest all = Sha256.begin();
  private final MessageDigest current = Sha256.begin();
  private final Map<String, String> files = new TreeMap<>();
  private @Nullable BackupHeader header;
  private @Nullable BackupFile file;
  private long fileBytes;
  private boolean complete;

  /// @param out closed with this
  public BackupWriter(OutputStream out) {
    zip = new ZipOutputStream(out);
    zip.setLevel(Deflater.BEST_SPEED);
  }

  /// Takes the next part.
  ///
  /// @throws BackupException if it does not fit what came before
  /// @throws IOException if the file cannot be written
  public void add(BackupResponse part) throws IOException {
    switch (part.getPartCase()) {
      case HEADER -> header = part.getHeader();
      case FILE -> begin(part.getFile());
      case DATA -> write(part.getData());
      case END -> end(part.getEnd());
      case PART_NOT_SET ->
          throw new BackupException("a part of an unknown kind; upgrade Guidepost");
    }
  }

  private void begin(BackupFile next) throws IOException {
    endFile();
    file = next;
    fileBytes = 0;
    zip.putNextEntry(new ZipEntry(next.getName()));
  }

  private void write(ByteString data) throws IOException {
    byte[] bytes = data.toByteArray();
    all.update(bytes);
    current.update(bytes);
    zip.write(bytes);
    fileBytes += bytes.length;
  }

  private void endFile() throws IOException {
    BackupFile ended = file;
    if (ended == null) {
      return;
    }
    if (fileBytes != ended.getBytes()) {
      throw new BackupException(
          "file %s: has %d bytes, %d came".formatted(ended.getName(), ended.getBytes(), fileBytes));
    }
    zip.closeEntry();
    files.put(ended.getName(), Sha256.hex(current.digest()));
    file = null;
  }

  private void end(BackupEnd end) throws IOException {
    endFile();
    if (end.getFiles() != files.size()
        || !end.getSha256().equals(ByteString.copyFrom(all.digest()))) {
      throw new BackupException("what came is not what was sent: the SHA-256 of all files differs");
    }
    BackupHeader what = header;
    if (what == null) {
      throw new BackupException("the server sent no header");
    }
    byte[] manifest = manifest(what).toJson();
    zip.putNextEntry(new ZipEntry(BackupManifest.NAME));
    zip.write(manifest);
    zip.closeEntry();
    zip.setComment(COMMENT + Sha256.hexOf(manifest));
    zip.finish();
    complete = true;
  }

  private BackupManifest manifest(BackupHeader what) {
    Instant time = Instant.ofEpochSecond(what.getTime().getSeconds(), what.getTime().getNanos());
    Map<String, Long> revisions =
        what.getRevisionsList().stream()
            .collect(Collectors.toMap(DomainRevision::getDomain, DomainRevision::getRevision));
    return new BackupManifest(what.getVersion(), time.toString(), revisions, files);
  }

  /// Everything was written that belongs to it.
  ///
  /// @return what it is a copy of
  /// @throws BackupException if the end did not come
  public BackupHeader finish() throws BackupException {
    BackupHeader what = header;
    if (!complete || what == null) {
      throw new BackupException("the server's answer ends early");
    }
    return what;
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
