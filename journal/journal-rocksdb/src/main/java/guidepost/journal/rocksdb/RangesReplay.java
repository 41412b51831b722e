package guidepost.journal.rocksdb;

import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Shows the latest values of a domain in several ranges at once, without making an array for any
/// of them.
///
/// ```
///   keys    first ─────── cut ─────── cut ─────── last
///             caller        thread 1    thread 2           each: iterator ─▶ visitor, digest
/// ```
///
/// Threads: the caller's, and one more for each further range, which end before it returns.
final class RangesReplay {

  private final RocksDB db;
  private final String domain;
  private final ColumnFamilyHandle latest;
  private final ReadOptions reading;
  private final Turn turn;

  /// Asked at each entry whether there is time for it.
  interface Turn {
    void require() throws JournalException;
  }

  RangesReplay(
      RocksDB db, String domain, ColumnFamilyHandle latest, ReadOptions reading, Turn turn) {
    this.db = db;
    this.domain = domain;
    this.latest = latest;
    this.reading = reading;
    this.turn = turn;
  }

  /// Shows all ranges.
  ///
  /// @param entries how many there are
  /// @return what was shown
  Digest run(KeyCuts cuts, long entries, Journal.RangeVisitors visitors) throws JournalException {
    List<Reader> readers = new ArrayList<>();
    for (int range = 0; range < cuts.ranges(); range++) {
      Journal.EntryVisitor visitor = visitors.next(entries / cuts.ranges());
      readers.add(new Reader(cuts.from(range), cuts.to(range), visitor));
    }
    try (ExecutorService threads =
        Executors.newCachedThreadPool(
            Thread.ofPlatform().name("guidepost-replay-", 1).daemon().factory())) {
      readers.subList(1, readers.size()).forEach(threads::execute);
      readers.getFirst().run();
    }
    Digest shown = new Digest();
    for (Reader reader : readers) {
      reader.throwIfFailed();
      shown.add(reader.digest);
    }
    return shown;
  }

  /// Shows one range.
  private final class Reader implements Runnable {

    private final byte[] from;
    private final byte @Nullable [] to;
    private final Journal.EntryVisitor visitor;
    private final Digest digest = new Digest();
    private final LentBytes keys = new LentBytes();
    private final LentBytes values = new LentBytes();
    private @Nullable Throwable failure;

    Reader(byte[] from, byte @Nullable [] to, Journal.EntryVisitor visitor) {
      this.from = from;
      this.to = to;
      this.visitor = visitor;
    }

    @Override
    @SuppressWarnings("CatchingUnchecked") // it is thrown where the threads are one again
    public void run() {
      try (RocksIterator entries = db.newIterator(latest, reading)) {
        show(entries);
      } catch (RocksDBException e) {
        failure = RocksFailure.of("journal " + domain, e);
      } catch (JournalException | RuntimeException | Error e) {
        failure = e;
      }
    }

    private void show(RocksIterator entries) throws RocksDBException, JournalException {
      LentBytes.Source keyHere = entries::key;
      LentBytes.Source valueHere = entries::value;
      for (entries.seek(from); entries.isValid(); entries.next()) {
        turn.require();
        byte[] key = keys.lend(keyHere, 0);
        if (to != null && Arrays.compareUnsigned(key, to) >= 0) {
          return;
        }
        byte[] value = values.lend(valueHere, Long.BYTES);
        RocksSnapshot.requireRevision(domain, values.length());
        long revision = values.firstLong();
        digest.add(key, revision);
        visitor.entry(key, value, revision);
      }
      entries.status();
    }

    void throwIfFailed() throws JournalException {
      switch (failure) {
        case JournalException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case null, default -> {}
      }
    }
  }
}
