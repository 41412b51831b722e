package guidepost.journal.rocksdb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;

/// Keys that cut the entries of a column family into ranges of about the same size. None of them
/// need be there.
///
/// A cut is found byte by byte: the greatest byte with which what lies before the cut is not too
/// much, by the engine's estimate from the indexes of its files. However wrong an estimate is, the
/// ranges together are all keys.
///
/// Cost: some hundred estimates of a few microseconds for each cut.
final class KeyCuts {

  /// Less than this takes longer to share than to read.
  static final long RANGE_BYTES_MIN = 1 << 20;

  /// Long enough to tell keys apart behind what many of them have in common.
  private static final int CUT_BYTES_MAX = 64;

  /// A cut is good that misses its place by so much of all.
  private static final int PRECISION = 64;

  private static final int BYTE_VALUES = 256;

  private final List<byte[]> keys;

  private KeyCuts(List<byte[]> keys) {
    this.keys = keys;
  }

  /// Cuts at given keys.
  ///
  /// @param keys in their order
  static KeyCuts at(List<byte[]> keys) {
    return new KeyCuts(keys);
  }

  /// The cuts of what a column family holds.
  ///
  /// @param rangesMax at least 1
  static KeyCuts of(RocksDB db, ColumnFamilyHandle family, ReadOptions reading, int rangesMax)
      throws RocksDBException {
    try (RocksIterator entries = db.newIterator(family, reading)) {
      entries.seekToFirst();
      if (rangesMax == 1 || !entries.isValid()) {
        entries.status();
        return new KeyCuts(List.of());
      }
      byte[] first = entries.key();
      entries.seekToLast();
      entries.status();
      return new Search(db, family, first, entries.key()).cuts(rangesMax);
    }
  }

  /// Number of ranges: one more than there are cuts.
  int ranges() {
    return keys.size() + 1;
  }

  /// Where a range begins.
  byte[] from(int range) {
    return range == 0 ? new byte[0] : keys.get(range - 1);
  }

  /// Where the next one begins; null behind the last.
  byte @Nullable [] to(int range) {
    return range == keys.size() ? null : keys.get(range);
  }

  /// Looks for cuts between the first and the last key.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Search(RocksDB db, ColumnFamilyHandle family, byte[] first, byte[] last) {

    KeyCuts cuts(int rangesMax) {
      long all = bytesBefore(last);
      int ranges = Math.clamp(all / RANGE_BYTES_MIN, 1, rangesMax);
      List<byte[]> cuts = new ArrayList<>();
      for (int range = 1; range < ranges; range++) {
        cuts.add(cut(all / ranges * range, all / PRECISION));
      }
      return new KeyCuts(cuts);
    }

    private byte[] cut(long bytes, long precision) {
      byte[] cut = {};
      while (cut.length < CUT_BYTES_MAX) {
        cut = longer(cut, bytes);
        if (Math.abs(bytesBefore(cut) - bytes) <= precision) {
          break;
        }
      }
      return cut;
    }

    /// With the greatest next byte before which no more than `bytes` lie.
    private byte[] longer(byte[] cut, long bytes) {
      byte[] longer = Arrays.copyOf(cut, cut.length + 1);
      int low = 0;
      int high = BYTE_VALUES - 1;
      while (low < high) {
        int middle = (low + high + 1) >>> 1;
        longer[cut.length] = (byte) middle;
        if (bytesBefore(longer) <= bytes) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      longer[cut.length] = (byte) low;
      return longer;
    }

    private long bytesBefore(byte[] key) {
      if (Arrays.compareUnsigned(key, first) <= 0) {
        return 0;
      }
      try (Slice from = new Slice(first);
          Slice to = new Slice(key)) {
        return db.getApproximateSizes(
                family,
                List.of(new Range(from, to)),
                SizeApproximationFlag.INCLUDE_FILES,
                SizeApproximationFlag.INCLUDE_MEMTABLES)[0];
      }
    }
  }
}
