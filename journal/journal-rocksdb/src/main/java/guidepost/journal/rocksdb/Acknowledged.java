package guidepost.journal.rocksdb;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// The newest revision of a domain that may have been acknowledged, kept apart from the engine.
///
/// The engine takes a write-ahead log that ends early for what a crash leaves behind, and drops the
/// torn end. If the device has lost or damaged the end of a log that *was* fsynced, that would drop
/// acknowledged changes without a word. This witness tells the two apart: what the engine recovers
/// must reach at least as far.
///
/// ```
///   file      slot 0, slot 1; padded to 4096 bytes
///   slot      revision u64, CRC-32C of it u32, 0 u32; little-endian
/// ```
///
/// The slots are written in turn, so that a crash in the middle of one leaves the other. The file
/// is mapped, not fsynced: noting a revision costs nanoseconds and survives the death of the
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

  /// Makes one of a domain that has acknowledged nothing. It is on the disk when this returns:
  /// every byte has its place there, since a mapped page that finds none kills the process.
  static void make(Path file) throws IOException {
    MemorySegment zeros = MemorySegment.ofArray(new byte[FILE_BYTES]);
    set(zeros, 0, 0);
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = zeros.asByteBuffer();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  static Acknowledged open(Path file) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new Acknowledged(
          arena, channel.map(FileChannel.MapMode.READ_WRITE, 0, FILE_BYTES, arena));
    } catch (IOException e) {
      arena.close();
      throw e;
    }
  }

  /// One that is looked at only; notes go nowhere.
  static Acknowledged openForReading(Path file) throws IOException {
    return new Acknowledged(Arena.ofShared(), MemorySegment.ofArray(Files.readAllBytes(file)));
  }

  /// True if a file is whole: as long as it must be, and a revision can be read in it.
  static boolean isWhole(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) != FILE_BYTES) {
      return false;
    }
    try (Acknowledged read = openForReading(file)) {
      return read.isValid(0) || read.isValid(1);
    }
  }

  /// The newest revision noted; 0 if none can be read.
  long newest() {
    return Math.max(revision(0), revision(1));
  }

  private long revision(int slot) {
    return isValid(slot) ? slots.get(LONG, (long) slot * SLOT_BYTES) : 0;
  }

  private boolean isValid(int slot) {
    long at = (long) slot * SLOT_BYTES;
    return slots.get(INT, at + Long.BYTES) == checksum(slots.get(LONG, at));
  }

  void note(long revision) {
    set(slots, turn, revision);
    turn = 1 - turn;
  }

  private static void set(MemorySegment slots, int slot, long revision) {
    long at = (long) slot * SLOT_BYTES;
    slots.set(LONG, at, revision);
    slots.set(INT, at + Long.BYTES, checksum(revision));
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
