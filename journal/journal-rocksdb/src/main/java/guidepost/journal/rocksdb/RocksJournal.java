package guidepost.journal.rocksdb;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.Retention;
import guidepost.journal.TrimmedException;
import java.nio.BufferUnderflowException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One domain's journal in RocksDB.
///
/// ```
///   default       domain        ->  LogExtent: newest and oldest revision, their log positions, times
///   <domain>      key           ->  revision u64, value
///   <domain>.log  revision u64  ->  LogRecord
/// ```
///
/// All three change in one atomic, fsynced write: a crash leaves them in step.
final class RocksJournal implements Journal {

  /// The column families of a domain.
  record Families(ColumnFamilyHandle extents, ColumnFamilyHandle latest, ColumnFamilyHandle log) {}

  private static final Logger LOG = LoggerFactory.getLogger(RocksJournal.class);

  /// Trimming goes a little further than it must, so that it is rare.
  private static final int TRIM_SLACK = 16;

  private final EngineSlot slot;
  private final Repair repair;
  private final String domain;
  private final String place;
  private final byte[] extentKey;
  private final RocksLog log;
  private final Retention retention;
  private final InstantSource clock;
  private final Acknowledged acknowledged;
  private final long timeline;
  private final Path loadFile;
  private volatile LogExtent extent;
  // The thread's that writes.
  private final WriteBytes bytes = new WriteBytes();

  /// No retained record is older, as the last look at the log's old end has shown; 0 before the
  /// first one.
  private long noneBeforeMillis;

  private RocksJournal(
      EngineSlot slot,
      Repair repair,
      String domain,
      Retention retention,
      InstantSource clock,
      Acknowledged acknowledged,
      long timeline,
      Path loadFile,
      LogExtent extent) {
    this.slot = slot;
    this.repair = repair;
    this.domain = domain;
    this.place = "journal " + domain;
    this.extentKey = key(domain);
    this.log = new RocksLog(domain);
    this.retention = retention;
    this.clock = clock;
    this.acknowledged = acknowledged;
    this.timeline = timeline;
    this.loadFile = loadFile;
    this.extent = extent;
  }

  private static byte[] key(String domain) {
    return domain.getBytes(StandardCharsets.UTF_8);
  }

  /// @param acknowledged closed with this
  /// @param timeline of the store
  /// @param loadFile where a bulk load may make a file
  /// @throws JournalException if less is there than was acknowledged
  static RocksJournal open(
      EngineSlot slot,
      Repair repair,
      String domain,
      Retention retention,
      InstantSource clock,
      Acknowledged acknowledged,
      long timeline,
      Path loadFile)
      throws RocksDBException, JournalException {
    try (EngineSlot.Lease lease = slot.lease()) {
      Engine engine = lease.engine();
      LogExtent extent = stored(engine, domain);
      RocksJournal journal =
          new RocksJournal(
              slot, repair, domain, retention, clock, acknowledged, timeline, loadFile, extent);
      journal.requireAcknowledged();
      if (!engine.isReadOnly()) {
        journal.dropUnfinishedLoad(engine);
      }
      return journal;
    }
  }

  private static LogExtent stored(Engine engine, String domain)
      throws RocksDBException, JournalException {
    return decoded(domain, engine.db().get(engine.families(domain).extents(), key(domain)));
  }

  /// Whether an engine that is to take another's place holds what this journal has acknowledged,
  /// and nothing else.
  void requireHeldBy(Engine engine) throws RocksDBException, JournalException {
    LogExtent found = stored(engine, domain);
    if (!found.equals(extent)) {
      throw RocksFailure.corrupt(
          domain,
          "was opened again at revision %d, and had acknowledged revision %d"
              .formatted(found.newest(), extent.newest()),
          null);
    }
  }

  private void requireAcknowledged() throws JournalException {
    long promised = acknowledged.newest();
    if (extent.newest() < promised) {
      throw RocksFailure.corrupt(
          domain,
          "ends at revision %d, but revision %d was acknowledged: the end of a file is lost"
              .formatted(extent.newest(), promised),
          null);
    }
  }

  @Override
  public long revision() {
    return extent.newest();
  }

  @Override
  public long timeline() {
    return timeline;
  }

  @Override
  public long oldestRevision() {
    return extent.oldest();
  }

  @Override
  public long logBytes() {
    return extent.logBytes();
  }

  @Override
  public long append(List<Batch> batches) throws JournalException {
    LogExtent before = extent;
    LogExtent after = encode(before, Math.max(before.newestMillis(), clock.millis()), batches);
    write(after);
    trimToRetention();
    return after.newest();
  }

  /// Leaves the write that appends batches in `bytes`.
  ///
  /// @return the extent after it
  private LogExtent encode(LogExtent before, long millis, List<Batch> batches)
      throws JournalException {
    return encode(before, List.of(new RocksReplica.Appended(millis, batches)));
  }

  /// The same of several appends: of a key that more than one of them changes, only the last value
  /// is written.
  private LogExtent encode(LogExtent before, List<RocksReplica.Appended> appends)
      throws JournalException {
    List<Batch> batches =
        appends.size() == 1
            ? appends.getFirst().batches()
            : appends.stream().flatMap(each -> each.batches().stream()).toList();
    long revision = before.newest();
    long position = before.end();
    Digest digest = new Digest(before.entries(), before.digest());
    Ids ids = ids();
    bytes.begin(bytesOf(batches));
    for (RocksReplica.Appended append : appends) {
      for (Batch batch : append.batches()) {
        revision++;
        byte[] entry = LogRecord.encode(position, append.millis(), batch);
        bytes.put(ids.log(), RocksLog.key(revision), entry);
        position += entry.length;
        digest.apply(batch, revision);
      }
    }
    LatestChanges.of(batches, before.newest() + 1).addTo(bytes, ids.latest());
    long millis = appends.getLast().millis();
    LogExtent after = before.appended(revision, position, millis, digest);
    bytes.put(ids.extents(), extentKey, after.encode());
    return after;
  }

  /// Appends what is durable elsewhere, with where the copy then is, in one atomic write that
  /// survives the end of the process.
  ///
  /// @param first must be the next revision
  /// @param position of the copy after it
  void copy(long first, List<RocksReplica.Appended> appends, byte[] position)
      throws JournalException {
    LogExtent before = extent;
    if (first != before.newest() + 1) {
      throw new IllegalArgumentException(
          "journal %s: revision %d does not follow %d".formatted(domain, first, before.newest()));
    }
    LogExtent after = encode(before, appends);
    try (EngineSlot.Lease lease = slot.lease()) {
      bytes.put(lease.engine().replica().getID(), RocksReplica.POSITION, position);
      try (WriteBatch write = new WriteBatch(bytes.toByteArray())) {
        lease.engine().db().write(lease.engine().unsynced(), write);
      }
      extent = after;
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  /// Forgets the log up to a revision, as [#trim] does, with where the copy then is.
  void copyTrim(long throughRevision, byte[] position) throws JournalException {
    LogExtent before = extent;
    long through = Math.min(throughRevision, before.newest());
    if (through < before.oldest()) {
      return;
    }
    LogExtent after = trimmed(before, through);
    try (EngineSlot.Lease lease = slot.lease();
        WriteBatch write = trimming(before, after)) {
      write.put(lease.engine().replica(), RocksReplica.POSITION, position);
      lease.engine().db().write(lease.engine().unsynced(), write);
      extent = after;
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  /// The last revision that a retention has no room for; less than [#oldestRevision] if it has room
  /// for all.
  long excess() throws JournalException {
    LogExtent now = extent;
    if (!exceeds(now)) {
      return 0;
    }
    long through = excess(now);
    noneBeforeMillis = millis(Math.min(Math.max(through + 1, now.oldest()), now.newest()));
    return through;
  }

  /// When the last batch was appended, milliseconds since 1970.
  long newestMillis() {
    return extent.newestMillis();
  }

  /// The numbers of the column families, which stay when the engine is opened again.
  private record Ids(int extents, int latest, int log) {}

  private Ids ids() throws JournalException {
    try (EngineSlot.Lease lease = repair.leaseToWrite(place)) {
      Families families = lease.engine().families(domain);
      return new Ids(families.extents().getID(), families.latest().getID(), families.log().getID());
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  private static int bytesOf(List<Batch> batches) {
    long bytes = 256;
    for (Batch batch : batches) {
      bytes += 2 * batch.bytes() + 64L * batch.size() + 64;
    }
    return Math.toIntExact(bytes);
  }

  private void write(LogExtent after) throws JournalException {
    try (WriteBatch write = new WriteBatch(bytes.toByteArray())) {
      repair.write(
          place,
          write,
          () -> {
            extent = after;
            acknowledged.note(after.newest());
          });
    }
  }

  /// What could not be trimmed now is trimmed later: the append itself has succeeded.
  void trimToRetention() {
    LogExtent now = extent;
    if (!exceeds(now)) {
      return;
    }
    try {
      long through = excess(now);
      if (through >= now.oldest()) {
        trim(through);
      }
      noneBeforeMillis = millis(Math.min(Math.max(through + 1, now.oldest()), now.newest()));
    } catch (JournalException e) {
      LOG.warn("{}: the log could not be trimmed; trying again later", domain, e);
    }
  }

  private long excess(LogExtent now) throws JournalException {
    try (HeldState held = new HeldState(slot)) {
      return excess(now, held);
    }
  }

  private long millis(long revision) throws JournalException {
    try (HeldState held = new HeldState(slot)) {
      return LogRecord.millis(log.record(held, revision));
    }
  }

  private boolean exceeds(LogExtent now) {
    return now.logBytes() > retention.bytes()
        || now.batches() > retention.batches()
        || isTooOld(now);
  }

  /// True if what age alone may cost has an end that is clearly too old. A log that was never
  /// trimmed has no floor: what one look at its first record shows holds until that is too old.
  private boolean isTooOld(LogExtent now) {
    long slack = retention.age().toMillis() / TRIM_SLACK;
    long oldestMillis = Math.max(now.floorMillis(), noneBeforeMillis);
    return now.newest() - Retention.BATCHES_MIN >= now.oldest()
        && now.newestMillis() - retention.age().toMillis() - slack > oldestMillis;
  }

  /// The last revision that is too old, too many or too much.
  private long excess(LogExtent now, HeldState held) throws JournalException {
    long bytes = retention.bytes() - retention.bytes() / TRIM_SLACK;
    long batches = retention.batches() - retention.batches() / TRIM_SLACK;
    long oldest = now.newestMillis() - retention.age().toMillis();
    long start = now.end() - bytes;
    long through =
        Math.min(
            now.newest() - Retention.BATCHES_MIN,
            log.search(held, now, record -> LogRecord.millis(record) < oldest));
    if (now.logBytes() > retention.bytes()) {
      through =
          Math.max(through, log.search(held, now, record -> LogRecord.position(record) < start));
    }
    return now.batches() > retention.batches()
        ? Math.max(through, now.newest() - batches)
        : through;
  }

  @Override
  public void trim(long throughRevision) throws JournalException {
    LogExtent before = extent;
    long through = Math.min(throughRevision, before.newest());
    if (through < before.oldest()) {
      return;
    }
    LogExtent after = trimmed(before, through);
    try (WriteBatch write = trimming(before, after)) {
      repair.write(place, write, () -> extent = after);
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  private LogExtent trimmed(LogExtent before, long through) throws JournalException {
    try (HeldState held = new HeldState(slot)) {
      byte[] last = log.record(held, through);
      return before.trimmed(
          through, LogRecord.position(last) + last.length, LogRecord.millis(last));
    }
  }

  private WriteBatch trimming(LogExtent before, LogExtent after)
      throws RocksDBException, JournalException {
    try (EngineSlot.Lease lease = repair.leaseToWrite(place)) {
      Families families = lease.engine().families(domain);
      WriteBatch write = new WriteBatch();
      write.deleteRange(
          families.log(), RocksLog.key(before.oldest()), RocksLog.key(after.oldest()));
      write.put(families.extents(), extentKey, after.encode());
      return write;
    }
  }

  @Override
  public Snapshot snapshot() throws JournalException {
    HeldState held = new HeldState(slot);
    try {
      return new RocksSnapshot(domain, held, extent(held).newest());
    } catch (JournalException e) {
      held.close();
      throw e;
    }
  }

  @Override
  public long replay(EntryVisitor visitor) throws JournalException {
    try (HeldState held = new HeldState(slot)) {
      LogExtent now = extent(held);
      Digest digest = new Digest();
      new RocksSnapshot(domain, held, now.newest())
          .scan(
              new byte[0],
              null,
              (key, value, revision) -> {
                digest.add(key, revision);
                visitor.entry(key, value, revision);
                return true;
              });
      requireComplete(now, digest);
      return now.newest();
    }
  }

  @Override
  public long replay(int rangesMax, RangeVisitors visitors) throws JournalException {
    try (HeldState held = new HeldState(slot)) {
      LogExtent now = extent(held);
      ColumnFamilyHandle latest = held.families(domain).latest();
      KeyCuts cuts = KeyCuts.of(held.db(), latest, held.reading(), rangesMax);
      RangesReplay replay =
          new RangesReplay(held.db(), domain, latest, held.reading(), held::requireTime);
      requireComplete(now, replay.run(cuts, now.entries(), visitors));
      return now.newest();
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  private void requireComplete(LogExtent now, Digest found) throws JournalException {
    if (!now.matches(found)) {
      throw RocksFailure.corrupt(
          domain,
          "its %d entries are not the %d that were written: a file is missing or an old one"
              .formatted(found.entries(), now.entries()),
          null);
    }
  }

  private LogExtent extent(HeldState held) throws JournalException {
    try {
      return decoded(
          domain, held.db().get(held.families(domain).extents(), held.reading(), extentKey));
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  private static LogExtent decoded(String domain, byte @Nullable [] stored)
      throws JournalException {
    try {
      return LogExtent.decode(stored);
    } catch (BufferUnderflowException e) {
      throw RocksFailure.corrupt(domain, "its extent ends early", e);
    }
  }

  @Override
  public void read(long afterRevision, BatchVisitor visitor) throws JournalException {
    try (HeldState held = new HeldState(slot)) {
      LogExtent now = extent(held);
      RocksLog.requireRetained(afterRevision, now);
      log.read(held, afterRevision, now.newest(), visitor);
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  @Override
  public void readBackwards(long fromRevision, long afterRevision, BatchVisitor visitor)
      throws JournalException {
    try (HeldState held = new HeldState(slot)) {
      RocksLog.requireRetained(afterRevision, extent(held));
      log.readBackwards(held, fromRevision, afterRevision, visitor);
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  @Override
  public long revisionAt(Instant time) throws JournalException {
    try (HeldState held = new HeldState(slot)) {
      LogExtent now = extent(held);
      long millis = time.toEpochMilli();
      if (now.oldest() > 1 && millis < now.floorMillis()) {
        throw new TrimmedException(time, now.oldest(), Instant.ofEpochMilli(now.floorMillis()));
      }
      return log.search(held, now, record -> LogRecord.millis(record) <= millis);
    }
  }

  @Override
  public Optional<Instant> timeOf(long revision) throws JournalException {
    try (HeldState held = new HeldState(slot)) {
      LogExtent now = extent(held);
      if (revision == now.oldest() - 1 && revision > 0) {
        return Optional.of(Instant.ofEpochMilli(now.floorMillis()));
      }
      return revision < now.oldest() || revision > now.newest()
          ? Optional.empty()
          : Optional.of(Instant.ofEpochMilli(LogRecord.millis(log.record(held, revision))));
    }
  }

  @Override
  public void load(long revision, Instant time, EntrySource source) throws JournalException {
    if (extent.newest() != 0) {
      throw new IllegalStateException(
          "journal %s: is at revision %d, and only an empty one can be loaded"
              .formatted(domain, extent.newest()));
    }
    if (revision < 1) {
      throw new IllegalArgumentException("revision: must be at least 1: " + revision);
    }
    load(revision, time.toEpochMilli(), source, null);
    acknowledged.note(revision);
  }

  /// Fills an empty copy, as [#load] does, with where the copy then is.
  void copyLoad(long revision, long millis, EntrySource source, byte[] position)
      throws JournalException {
    load(revision, millis, source, position);
  }

  private void load(long revision, long millis, EntrySource source, byte @Nullable [] position)
      throws JournalException {
    try (EngineSlot.Lease lease = repair.leaseToWrite(place);
        BulkFile file = new BulkFile(loadFile);
        WriteBatch write = new WriteBatch()) {
      Engine engine = lease.engine();
      Digest digest = new Digest();
      source.forEach(
          (key, value, at) -> {
            file.add(key, value, at);
            digest.add(key, at);
          });
      Families families = engine.families(domain);
      file.ingestInto(engine.db(), families.latest());
      LogExtent after = LogExtent.ofState(revision, 0, millis, digest);
      write.put(families.extents(), extentKey, after.encode());
      if (position != null) {
        write.put(engine.replica(), RocksReplica.POSITION, position);
      }
      engine.db().write(engine.fsynced(), write);
      engine.durable();
      extent = after;
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  /// A load that did not come to its end has entries and no revision.
  private void dropUnfinishedLoad(Engine engine) throws RocksDBException {
    if (extent.newest() != 0) {
      return;
    }
    RocksDB db = engine.db();
    ColumnFamilyHandle latest = engine.families(domain).latest();
    try (RocksIterator entries = db.newIterator(latest)) {
      entries.seekToLast();
      if (entries.isValid()) {
        byte[] last = entries.key();
        entries.seekToFirst();
        db.deleteRange(latest, engine.fsynced(), entries.key(), last);
        db.delete(latest, engine.fsynced(), last);
      }
      entries.status();
    }
    engine.durable();
  }

  private JournalException failure(RocksDBException e) {
    return RocksFailure.of(place, e);
  }

  void close() {
    acknowledged.close();
  }
}
