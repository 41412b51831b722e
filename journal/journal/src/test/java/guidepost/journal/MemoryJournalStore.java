package guidepost.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The second engine of the contract: as plain as it can be, durable for as long as the object is.
///
/// Tests close it and "open" it again with [#reopen]; [#failWrites] makes every append fail.
public final class MemoryJournalStore implements JournalStore {

  private final Map<String, MemoryJournal> journals;
  private volatile boolean failing;

  public MemoryJournalStore() {
    this(new ConcurrentHashMap<>());
  }

  private MemoryJournalStore(Map<String, MemoryJournal> journals) {
    this.journals = journals;
  }

  /// A store of the same content, as after a restart.
  public MemoryJournalStore reopen() {
    return new MemoryJournalStore(journals);
  }

  /// From now on appends fail as on a full disk, or succeed again.
  public void failWrites(boolean fail) {
    failing = fail;
  }

  @Override
  public Journal journal(String domain) {
    MemoryJournal journal = journals.computeIfAbsent(domain, name -> new MemoryJournal());
    journal.store = this;
    return journal;
  }

  @Override
  public void close() {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Entry(byte[] value, long revision) {}

  private static final class MemoryJournal implements Journal {

    private final TreeMap<byte[], Entry> latest = new TreeMap<>(Arrays::compareUnsigned);
    private final List<Batch> log = new ArrayList<>();
    private volatile MemoryJournalStore store = new MemoryJournalStore();
    private long trimmed;

    @Override
    public synchronized long revision() {
      return trimmed + log.size();
    }

    @Override
    public synchronized long oldestRevision() {
      return trimmed + 1;
    }

    @Override
    public synchronized long append(List<Batch> batches) throws JournalException {
      if (store.failing) {
        throw new JournalException(JournalException.Reason.DISK_FULL, "memory: full", null);
      }
      for (Batch batch : batches) {
        log.add(batch);
        long revision = revision();
        batch.forEach((key, value) -> set(key, value, revision));
      }
      return revision();
    }

    private void set(byte[] key, byte @Nullable [] value, long revision) {
      if (value == null) {
        latest.remove(key);
      } else {
        latest.put(key, new Entry(value, revision));
      }
    }

    @Override
    public synchronized long replay(EntryVisitor visitor) {
      latest.forEach((key, entry) -> visitor.entry(key, entry.value(), entry.revision()));
      return revision();
    }

    @Override
    public synchronized void read(long afterRevision, BatchVisitor visitor)
        throws CompactedException {
      if (afterRevision < trimmed) {
        throw new CompactedException(afterRevision, oldestRevision());
      }
      long revision = afterRevision;
      while (revision < revision()) {
        revision++;
        if (!visitor.batch(revision, log.get((int) (revision - trimmed - 1)))) {
          return;
        }
      }
    }

    @Override
    public synchronized void trim(long throughRevision) {
      long until = Math.min(throughRevision, revision());
      if (until > trimmed) {
        log.subList(0, (int) (until - trimmed)).clear();
        trimmed = until;
      }
    }
  }
}
