package guidepost.journal.rocksdb;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Looks over the engine's log files before the engine reads them: on a record of a kind that
/// belongs to recycled logs, in a log that is not one, it would read the same record again for ever
/// ([1]). One flipped bit is enough to make such a record, and this program recycles no logs. All
/// other damage the engine finds and names by itself.
///
/// ```
///   file      block*                                   of 32 KiB, the last one shorter
///   block     record*, then zeros if less than a header is left
///   record    checksum u32, length u16 (little-endian), kind u8, bytes
/// ```
///
/// Costs reading the write-ahead log and the manifest once; their records are not decoded. Threads:
/// any, but nobody may write there.
///
/// [1]: RocksDB, db/log_reader.cc, "A recycled log should have started with a recycled record".
final class LogFrames {

  private static final Pattern LOG = Pattern.compile("[0-9]+\\.log|MANIFEST-[0-9]+");
  private static final int BLOCK_BYTES = 32 * 1024;
  private static final int HEADER_BYTES = 7;
  private static final int LENGTH_OFFSET = 4;
  private static final int KIND_OFFSET = 6;
  private static final int FIRST_RECYCLED = 5;
  private static final int LAST_RECYCLED = 8;
  private static final int RECYCLED_TIMESTAMP_SIZE = 11;
  private static final int RECYCLED_PREDECESSOR = 131;

  private LogFrames() {}

  /// @param engine the directory of the engine's files; may be absent
  /// @throws JournalException if a file has a record that the engine would not get past
  static void check(Path engine) throws JournalException {
    if (!Files.isDirectory(engine)) {
      return;
    }
    try (Stream<Path> files = Files.list(engine)) {
      for (Path file : files.toList()) {
        if (LOG.matcher(file.getFileName().toString()).matches()) {
          checkFile(file);
        }
      }
    } catch (IOException e) {
      throw DirectoryProblem.of(engine, e);
    }
  }

  private static void checkFile(Path file) throws IOException, JournalException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 8 * BLOCK_BYTES)) {
      byte[] block = new byte[BLOCK_BYTES];
      long start = 0;
      for (int length = in.readNBytes(block, 0, BLOCK_BYTES);
          length > 0;
          length = in.readNBytes(block, 0, BLOCK_BYTES)) {
        int recycled = recycled(block, length);
        if (recycled >= 0) {
          throw new JournalException(
              Reason.CORRUPT,
              "data directory: %s: the record at byte %d is of a kind that is never written (%d); restore a backup"
                  .formatted(file, start + recycled, block[recycled + KIND_OFFSET] & 0xFF),
              null);
        }
        start += length;
      }
    }
  }

  /// Where in a block the first record of a recycled log begins; -1 if there is none.
  private static int recycled(byte[] block, int length) {
    int at = 0;
    while (length - at >= HEADER_BYTES) {
      if (isRecycled(block[at + KIND_OFFSET] & 0xFF)) {
        return at;
      }
      int low = block[at + LENGTH_OFFSET] & 0xFF;
      int high = block[at + LENGTH_OFFSET + 1] & 0xFF;
      at += HEADER_BYTES + low + (high << 8);
    }
    return -1;
  }

  private static boolean isRecycled(int kind) {
    return (kind >= FIRST_RECYCLED && kind <= LAST_RECYCLED)
        || kind == RECYCLED_TIMESTAMP_SIZE
        || kind == RECYCLED_PREDECESSOR;
  }
}
