package guidepost.journal.rocksdb;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// The newest revision of a domain that may have been acknowledged, kept apart from the engine.
///
/// The engine takes a write-ahead log that ends early for what a crash leaves behind, and drops the
/// torn end. If the device has lost or damaged the end of a log that *was* synced, that would drop
/// acknowledged changes without a word. This witness tells the two apart: what the engine recovers
/// must reach at least as far.
///
/// ```
///   file      slot 0, slot 1; padded to 4096 bytes
///   slot      revision u64, CRC-32C of it u32, 0 u32; little-endian
/// ```
///
/// The slots are written in turn, so that a crash in the middle of one leaves the other. The file
/// is mapped, not synced: noting a revision costs nanoseconds and survives the death of the
/// process; after a loss of power it may be behind, which only makes it a weaker witness, never a
/// false one.
///
/// Threads: one.
final class Acknowledged implements AutoCloseable {

  private static final int FILE_BYTES = 4096;
  private static final int SLOT_BYTES = 16;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  private final Arena arena;
  private final MemorySegment slots;
  private int turn;

  private Acknowledged(Arena arena, MemorySegment slots) {
    this.arena = arena;
    this.slots = slots;
  }

  static Acknowledged open(Path file) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      fill(channel);
      MemorySegment slots = channel.map(FileChannel.MapMode.READ_WRITE, 0, FILE_BYTES, arena);
      return new Acknowledged(arena, slots);
    } catch (IOException e) {
      arena.close();
      throw e;
    }
  }

  /// Gives every byte its place on the disk now: a mapped page that finds none kills the process.
  private static void fill(FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < FILE_BYTES) {
      ByteBuffer zeros = ByteBuffer.allocate((int) (FILE_BYTES - size));
      while (zeros.hasRemaining()) {
        size += channel.write(zeros, size);
      }
      channel.force(true);
    }
  }

  /// The newest revision noted; 0 if none can be read.
  long newest() {
    return Math.max(revision(0), revision(1));
  }

  private long revision(int slot) {
    long at = (long) slot * SLOT_BYTES;
    long revision = slots.get(LONG, at);
    return slots.get(INT, at + Long.BYTES) == checksum(revision) ? revision : 0;
  }

  void note(long revision) {
    long at = (long) turn * SLOT_BYTES;
    slots.set(LONG, at, revision);
    slots.set(INT, at + Long.BYTES, checksum(revision));
    turn = 1 - turn;
  }

  private static int checksum(long revision) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(revision).flip());
    return (int) crc.getValue();
  }

  @Override
  public void close() {
    arena.close();
  }
}
