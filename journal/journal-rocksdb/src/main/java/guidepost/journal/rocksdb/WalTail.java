package guidepost.journal.rocksdb;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Cuts off what the engine has written to its write-ahead log and could not make durable: it was
/// refused, and would be there again when the log is read.
///
/// ```
///   000012.log   record record record │ record          a record's first u64 is its sequence
///                        sequence 41 ─┘ 42: cut here    number; they only ever grow
///   000013.log │ record                                  all of it is later: cut to nothing
/// ```
///
/// A record lies in one or several fragments ([LogFrames] shows the format). What is torn is left:
/// the engine drops it by itself.
///
/// Costs reading the write-ahead log once. Threads: any, but the engine must be closed.
final class WalTail {

  private static final Pattern LOG = Pattern.compile("[0-9]+\\.log");
  private static final int BLOCK_BYTES = 32 * 1024;
  private static final int HEADER_BYTES = 7;
  private static final int LENGTH_OFFSET = 4;
  private static final int KIND_OFFSET = 6;
  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int LAST = 4;

  private final byte[] block = new byte[BLOCK_BYTES];
  private final long durable;

  /// The record that is being read: where it begins, and the first bytes of it.
  private long start;

  private final ByteBuffer sequence =
      ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private WalTail(long durable) {
    this.durable = durable;
  }

  /// What became of what was not durable.
  enum Cut {
    /// There was nothing of it.
    NONE,
    /// It is cut off, on the disk too.
    DURABLE,
    /// It is cut off, but after a loss of power it may be there again.
    NOT_DURABLE
  }

  /// Cuts off every record after a sequence number.
  ///
  /// @param engine the directory of the engine's files
  /// @param again true if an earlier cut was not durable: then each file is, when it is now
  /// @throws IOException if a file cannot be read or cut
  static Cut cut(Path engine, long durable, boolean again, Device device) throws IOException {
    Cut all = Cut.NONE;
    for (Path file : logs(engine)) {
      OptionalLong end = new WalTail(durable).end(file);
      if (end.isPresent() || again) {
        Cut cut = truncated(file, end.orElse(Files.size(file)), device);
        all = cut.compareTo(all) > 0 ? cut : all;
      }
    }
    return all;
  }

  private static List<Path> logs(Path engine) throws IOException {
    try (Stream<Path> files = Files.list(engine)) {
      return files
          .filter(file -> LOG.matcher(file.getFileName().toString()).matches())
          .sorted(Comparator.comparingLong(WalTail::number))
          .toList();
    }
  }

  private static long number(Path file) {
    String name = file.getFileName().toString();
    return Long.parseLong(name.substring(0, name.length() - ".log".length()));
  }

  private static Cut truncated(Path file, long end, Device device) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(end);
      return fsynced(channel, device) ? Cut.DURABLE : Cut.NOT_DURABLE;
    }
  }

  private static boolean fsynced(FileChannel channel, Device device) {
    try {
      device.fsync(channel);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// Where the first record begins that is to be cut off.
  private OptionalLong end(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 8 * BLOCK_BYTES)) {
      long at = 0;
      for (int length = in.readNBytes(block, 0, BLOCK_BYTES);
          length > 0;
          length = in.readNBytes(block, 0, BLOCK_BYTES)) {
        if (isLaterIn(at, length)) {
          return OptionalLong.of(start);
        }
        at += length;
      }
      return OptionalLong.empty();
    }
  }

  /// @param at where the block begins
  private boolean isLaterIn(long at, int length) {
    int offset = 0;
    while (length - offset >= HEADER_BYTES) {
      int kind = block[offset + KIND_OFFSET] & 0xFF;
      int bytes =
          (block[offset + LENGTH_OFFSET] & 0xFF) | (block[offset + LENGTH_OFFSET + 1] & 0xFF) << 8;
      int end = offset + HEADER_BYTES + bytes;
      if (kind == 0 || end > length) {
        return false;
      }
      if (kind == FULL || kind == FIRST) {
        start = at + offset;
        sequence.clear();
      }
      if (kind >= FULL && kind <= LAST && isLater(offset + HEADER_BYTES, bytes)) {
        return true;
      }
      offset = end;
    }
    return false;
  }

  /// Takes of a fragment what is missing of the sequence number.
  private boolean isLater(int from, int bytes) {
    if (!sequence.hasRemaining()) {
      return false;
    }
    sequence.put(block, from, Math.min(bytes, sequence.remaining()));
    return !sequence.hasRemaining() && Long.compareUnsigned(sequence.getLong(0), durable) > 0;
  }
}
