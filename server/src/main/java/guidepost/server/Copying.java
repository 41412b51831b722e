package guidepost.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import guidepost.journal.JournalFiles;
import guidepost.server.v1.BackupEnd;
import guidepost.server.v1.BackupFile;
import guidepost.server.v1.BackupHeader;
import guidepost.server.v1.BackupResponse;
import guidepost.server.v1.DomainRevision;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/// Sends a consistent copy of all journals, file by file.
final class Copying {

  /// A chunk that a slow client takes in a moment.
  private static final int DATA_BYTES_MAX = 256 << 10;

  private final JournalFiles.Copy copy;
  private final AdminCall<BackupResponse> call;
  private final MessageDigest digest = Sha256.begin();

  private Copying(JournalFiles.Copy copy, AdminCall<BackupResponse> call) {
    this.copy = copy;
    this.call = call;
  }

  static void send(ServedData served, AdminCall<BackupResponse> call)
      throws IOException, AdminCall.EndedException {
    try (JournalFiles.Copy copy = served.files("backup").copy()) {
      Map<String, Long> revisions = new TreeMap<>(copy.revisions());
      served.domains().forEach(domain -> revisions.putIfAbsent(domain.stored().name(), 0L));
      new Copying(copy, call).send(revisions);
    }
  }

  private void send(Map<String, Long> revisions) throws IOException, AdminCall.EndedException {
    call.send(BackupResponse.newBuilder().setHeader(header(revisions)).build());
    for (String file : copy.names()) {
      send(file);
    }
    BackupEnd.Builder end =
        BackupEnd.newBuilder()
            .setFiles(copy.names().size())
            .setSha256(ByteString.copyFrom(digest.digest()));
    call.send(BackupResponse.newBuilder().setEnd(end).build());
  }

  private BackupHeader header(Map<String, Long> revisions) throws IOException {
    long bytes = 0;
    for (String file : copy.names()) {
      bytes += copy.bytes(file);
    }
    Instant now = Instant.now();
    BackupHeader.Builder header =
        BackupHeader.newBuilder()
            .setFormat(BackupManifest.FORMAT)
            .setVersion(Version.current())
            .setTime(
                Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
            .setBytes(bytes);
    revisions.forEach(
        (domain, revision) ->
            header.addRevisions(
                DomainRevision.newBuilder().setDomain(domain).setRevision(revision)));
    return header.build();
  }

  private void send(String file) throws IOException, AdminCall.EndedException {
    BackupFile.Builder begin = BackupFile.newBuilder().setName(file).setBytes(copy.bytes(file));
    call.send(BackupResponse.newBuilder().setFile(begin).build());
    byte[] buffer = new byte[DATA_BYTES_MAX];
    try (InputStream in = copy.open(file)) {
      for (int read = in.readNBytes(buffer, 0, buffer.length);
          read > 0;
          read = in.readNBytes(buffer, 0, buffer.length)) {
        digest.update(buffer, 0, read);
        ByteString data = ByteString.copyFrom(buffer, 0, read);
        call.send(BackupResponse.newBuilder().setData(data).build());
      }
    }
  }
}
