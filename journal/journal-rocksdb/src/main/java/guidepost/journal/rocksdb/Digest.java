package guidepost.journal.rocksdb;

import guidepost.journal.Batch;
import java.util.zip.CRC32C;

/// What a set of entries comes to, kept up to date change by change: so that a table file, a column
/// family or the end of the engine's manifest cannot go missing unnoticed. Each value's own bytes
/// are under the engine's checksums; this says that the right entries are there, each in its latest
/// version.
///
/// The sum is that of a 64-bit mix of key and revision of every entry, modulo 2^64: order does not
/// matter, and an entry leaves as it came.
///
/// Cost: some 30 ns a change.
///
/// Threads: one.
final class Digest {

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final CRC32C crc = new CRC32C();
  private long entries;
  private long sum;

  /// That of no entries.
  Digest() {
    this(0, 0);
  }

  Digest(long entries, long sum) {
    this.entries = entries;
    this.sum = sum;
  }

  long entries() {
    return entries;
  }

  long sum() {
    return sum;
  }

  void add(byte[] key, long revision) {
    entries++;
    sum += mix(key, revision);
  }

  /// Adds all of another set, which has no key of this one.
  void add(Digest other) {
    entries += other.entries;
    sum += other.sum;
  }

  private void remove(byte[] key, long revision) {
    entries--;
    sum -= mix(key, revision);
  }

  /// Follows what a batch does.
  void apply(Batch batch, long revision) {
    batch.forEach(
        (key, value, prior) -> {
          if (prior != null) {
            remove(key, prior.revision());
          }
          if (value != null) {
            add(key, revision);
          }
        });
  }

  private long mix(byte[] key, long revision) {
    crc.reset();
    crc.update(key);
    long mixed = (crc.getValue() << 32 | key.length) * GOLDEN + revision;
    mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }
}
