package guidepost.journal.kafka;

import guidepost.journal.Batch;
import guidepost.journal.JournalException;
import guidepost.journal.rocksdb.RocksReplica;
import java.util.ArrayList;
import java.util.List;

/// Frames of one domain that follow each other in the log and are put into the copy by one write,
/// while much is read: of a key that several of them change, only the last value is written.
///
/// Threads: one at a time.
final class FrameGroup {

  /// Enough that a write is worth its cost, little beside what a fetch takes.
  private static final long BYTES_MAX = 8 << 20;

  private final RocksReplica replica;
  private final List<RocksReplica.Appended> appends = new ArrayList<>();
  private String domain = "";
  private long first;
  private long bytes;

  FrameGroup(RocksReplica replica) {
    this.replica = replica;
  }

  /// Adds a frame; what is of another domain, or too much, is written first.
  ///
  /// @param before where the copy is without it
  void add(Frame frame, byte[] before) throws JournalException {
    if (!frame.domain().equals(domain) || bytes > BYTES_MAX) {
      write(before);
    }
    if (appends.isEmpty()) {
      domain = frame.domain();
      first = frame.first();
    }
    appends.add(new RocksReplica.Appended(frame.millis(), frame.batches()));
    for (Batch batch : frame.batches()) {
      bytes += batch.bytes();
    }
  }

  /// Writes what there is.
  ///
  /// @param position where the copy is with it
  void write(byte[] position) throws JournalException {
    if (!appends.isEmpty()) {
      replica.append(domain, first, appends, position);
      appends.clear();
      bytes = 0;
    }
  }
}
