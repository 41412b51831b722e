package guidepost.journal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The second engine of the contract: as plain as it can be, durable for as long as the object is.
/// It believes nothing: a batch whose prior values are not what the keys hold is refused.
///
/// Tests close it and "open" it again with [#reopen]; [#failWrites] makes every append fail,
/// [#failSnapshots] every snapshot.
public final class MemoryJournalStore implements JournalStore {

  private final Map<String, MemoryJournal> journals;
  private final Retention retention;
  private final InstantSource clock;
  private volatile boolean failsWrites;
  private volatile boolean failsSnapshots;
  private volatile Duration gathering = Duration.ZERO;
  private final AtomicInteger hurried = new AtomicInteger();

  public MemoryJournalStore() {
    this(Retention.DEFAULT, InstantSource.system());
  }

  public MemoryJournalStore(Retention retention, InstantSource clock) {
    this(new ConcurrentHashMap<>(), retention, clock);
  }

  private MemoryJournalStore(
      Map<String, MemoryJournal> journals, Retention retention, InstantSource clock) {
    this.journals = journals;
    this.retention = retention;
    this.clock = clock;
  }

  /// A store of the same content, as after a restart.
  public MemoryJournalStore reopen() {
    return reopen(retention);
  }

  /// A store of the same content that keeps another amount of log.
  public MemoryJournalStore reopen(Retention other) {
    return new MemoryJournalStore(journals, other, clock);
  }

  /// From now on appends fail as on a full disk, or succeed again.
  public void failWrites(boolean fail) {
    failsWrites = fail;
  }

  /// From now on nothing can be read of a snapshot, as if it were damaged, or can again.
  public void failSnapshots(boolean fail) {
    failsSnapshots = fail;
  }

  /// From now on its writers may wait so long for callers that come back.
  void gather(Duration longest) {
    gathering = longest;
  }

  /// How often somebody was said to wait for what another server has written.
  int hurried() {
    return hurried.get();
  }

  @Override
  public Journal journal(String domain) {
    MemoryJournal journal = journals.computeIfAbsent(domain, name -> new MemoryJournal());
    journal.store = this;
    return journal;
  }

  @Override
  public Optional<JournalException> trouble() {
    return Optional.empty();
  }

  @Override
  public void onTrouble(Consumer<Optional<JournalException>> told) {}

  @Override
  public Optional<JournalFiles> files() {
    return Optional.empty();
  }

  @Override
  public void close() {}

  private record Entry(Instant time, Batch batch) {}

  private static final class MemoryJournal implements Journal {

    private final long timeline = 1 + new Random().nextLong(Long.MAX_VALUE);
    private final TreeMap<byte[], Value> latest = new TreeMap<>(Arrays::compareUnsigned);
    private final List<Entry> log = new ArrayList<>();
    private volatile MemoryJournalStore store = new MemoryJournalStore();
    private Instant floor = Instant.EPOCH;
    private long trimmed;

    @Override
    public synchronized long revision() {
      return trimmed + log.size();
    }

    @Override
    public long timeline() {
      return timeline;
    }

    @Override
    public synchronized long oldestRevision() {
      return trimmed + 1;
    }

    @Override
    public synchronized long logBytes() {
      return log.stream().mapToLong(entry -> entry.batch().bytes()).sum();
    }

    @Override
    public synchronized long append(List<Batch> batches) throws JournalException {
      if (store.failsWrites) {
        throw new JournalException(JournalException.Reason.DISK_FULL, "memory: full", null);
      }
      Instant last = log.isEmpty() ? floor : log.getLast().time();
      Instant now = Instant.ofEpochMilli(store.clock.millis());
      for (Batch batch : batches) {
        log.add(new Entry(now.isBefore(last) ? last : now, batch));
        long revision = revision();
        batch.forEach((key, value, prior) -> set(key, value, prior, revision));
      }
      while (!log.isEmpty() && isTooMuch()) {
        trim(oldestRevision());
      }
      return revision();
    }

    @Override
    public Duration gathering() {
      return store.gathering;
    }

    @Override
    public void hurry() {
      store.hurried.incrementAndGet();
    }

    private boolean isTooMuch() {
      Instant oldest = log.getLast().time().minus(store.retention.age());
      boolean tooOld = log.getFirst().time().isBefore(oldest);
      return log.size() > store.retention.batches()
          || logBytes() > store.retention.bytes()
          || (tooOld && log.size() > Retention.BATCHES_MIN);
    }

    private void set(byte[] key, byte @Nullable [] value, @Nullable Value prior, long revision) {
      Value held = latest.get(key);
      if (!text(held).equals(text(prior))) {
        throw new AssertionError(
            "key %s: holds %s, the batch says %s"
                .formatted(Arrays.toString(key), text(held), text(prior)));
      }
      if (value == null) {
        latest.remove(key);
      } else {
        latest.put(key, new Value(revision, value));
      }
    }

    private static String text(@Nullable Value value) {
      return value == null ? "nothing" : value.revision() + ": " + Arrays.toString(value.bytes());
    }

    @Override
    public synchronized Snapshot snapshot() throws JournalException {
      if (store.failsSnapshots) {
        throw new JournalException(
            JournalException.Reason.CORRUPT, "damaged, as a test wants", null);
      }
      return new MemorySnapshot(new TreeMap<>(latest), revision());
    }

    /// In ranges of nearly equal numbers of keys, and lends its arrays: afterwards they are zeroes.
    @Override
    public long replay(int rangesMax, RangeVisitors visitors) throws JournalException {
      try (Snapshot snapshot = snapshot()) {
        List<EntryVisitor> ranges = new ArrayList<>();
        for (int i = 0; i < rangesMax; i++) {
          ranges.add(visitors.next(latest.size() / rangesMax));
        }
        int[] shown = {0};
        int all = Math.max(latest.size(), 1);
        snapshot.scan(
            new byte[0],
            null,
            (key, value, revision) -> {
              int range = (int) ((long) shown[0]++ * rangesMax / all);
              lend(ranges.get(range), key.clone(), value.clone(), revision);
              return true;
            });
        return snapshot.revision();
      }
    }

    private static void lend(EntryVisitor visitor, byte[] key, byte[] value, long revision) {
      visitor.entry(key, value, revision);
      Arrays.fill(key, (byte) 0);
      Arrays.fill(value, (byte) 0);
    }

    private void requireRetained(long afterRevision) throws TrimmedException {
      if (afterRevision < trimmed) {
        throw new TrimmedException(afterRevision, oldestRevision(), floor);
      }
    }

    private Entry entry(long revision) {
      return log.get((int) (revision - trimmed - 1));
    }

    private synchronized List<Entry> entries(long afterRevision, long throughRevision)
        throws TrimmedException {
      requireRetained(afterRevision);
      int from = (int) (afterRevision - trimmed);
      return List.copyOf(log.subList(from, Math.max(from, (int) (throughRevision - trimmed))));
    }

    @Override
    public void read(long afterRevision, BatchVisitor visitor) throws TrimmedException {
      long revision = afterRevision;
      for (Entry entry : entries(afterRevision, revision())) {
        if (!visitor.batch(++revision, entry.time(), entry.batch())) {
          return;
        }
      }
    }

    @Override
    public void readBackwards(long fromRevision, long afterRevision, BatchVisitor visitor)
        throws TrimmedException {
      long revision = fromRevision;
      for (Entry entry : entries(afterRevision, fromRevision).reversed()) {
        if (!visitor.batch(revision--, entry.time(), entry.batch())) {
          return;
        }
      }
    }

    @Override
    public synchronized long revisionAt(Instant time) throws TrimmedException {
      if (trimmed > 0 && time.isBefore(floor)) {
        throw new TrimmedException(time, oldestRevision(), floor);
      }
      return trimmed + log.stream().filter(entry -> !entry.time().isAfter(time)).count();
    }

    @Override
    public synchronized Optional<Instant> timeOf(long revision) {
      if (revision == trimmed && revision > 0) {
        return Optional.of(floor);
      }
      return revision <= trimmed || revision > revision()
          ? Optional.empty()
          : Optional.of(entry(revision).time());
    }

    @Override
    public synchronized void trim(long throughRevision) {
      long until = Math.min(throughRevision, revision());
      if (until > trimmed) {
        floor = entry(until).time();
        log.subList(0, (int) (until - trimmed)).clear();
        trimmed = until;
      }
    }

    @Override
    public synchronized void load(long revision, Instant time, EntrySource source)
        throws JournalException {
      if (revision() != 0) {
        throw new IllegalStateException("only an empty journal can be loaded");
      }
      source.forEach((key, value, at) -> latest.put(key, new Value(at, value)));
      trimmed = revision;
      floor = time;
    }
  }

  private record MemorySnapshot(NavigableMap<byte[], Value> latest, long revision)
      implements Journal.Snapshot {

    @Override
    public Optional<Value> get(byte[] key) {
      return Optional.ofNullable(latest.get(key));
    }

    @Override
    public void scan(byte[] from, byte @Nullable [] to, Journal.RangeVisitor visitor) {
      NavigableMap<byte[], Value> range =
          to == null ? latest.tailMap(from, true) : latest.subMap(from, true, to, false);
      for (Map.Entry<byte[], Value> entry : range.entrySet()) {
        Value value = entry.getValue();
        if (!visitor.entry(entry.getKey(), value.bytes(), value.revision())) {
          return;
        }
      }
    }

    @Override
    public void close() {}
  }
}
