package guidepost.journal.kafka;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.rocksdb.RocksReplica;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Judges the records of the log, in their order and none left out, and does what follows from
/// each: what counts is put into the copy, in one write with the position behind it.
///
/// Threads: the lock of the state is held.
final class Applying {

  /// So many records that change nothing are read again after a restart at most.
  private static final int UNSAVED_MAX = 1_000;

  private final LogState state;
  private final RocksReplica replica;
  private final Marks marks;
  private final Doubts doubts;

  private int unsaved;

  /// What was read and is not in the copy yet, while much is read; null later.
  private @Nullable FrameGroup group;

  /// Where the copy is with all frames read so far.
  private byte[] lastWhole = {};

  Applying(LogState state, RocksReplica replica, Marks marks, Doubts doubts) {
    this.state = state;
    this.replica = replica;
    this.marks = marks;
    this.doubts = doubts;
  }

  /// Much is about to be read: frames are put into the copy together.
  void beginBulk() throws JournalException {
    replica.catchUp(true);
    group = new FrameGroup(replica);
  }

  /// It was, and all of it is in the copy.
  void endBulk() throws JournalException {
    writeGroup();
    group = null;
    savePosition();
    replica.catchUp(false);
  }

  /// Puts down where the copy is, if it is a place to begin.
  void savePosition() throws JournalException {
    if (!state.judge().isMidway()) {
      replica.move(encoded());
    }
  }

  private byte[] encoded() {
    return state.position().encode();
  }

  /// Judges a record that was read.
  void feed(ConsumerRecord<byte[], byte[]> record) {
    try {
      feed(record.offset(), LogEntry.decode(record.value()), null);
    } catch (IllegalArgumentException e) {
      state.breakDown(
          Reason.CORRUPT, "the record at offset %d %s".formatted(record.offset(), e.getMessage()));
    }
  }

  /// Judges a record.
  ///
  /// @param known the frame that it ends, if it is this server's own and was not read; null if not
  void feed(long at, LogEntry entry, @Nullable Frame known) {
    if (state.isBroken()) {
      return;
    }
    long expected = state.position().offset();
    if (at != expected) {
      state.breakDown(
          Reason.CORRUPT, "offset %d follows %d in the log".formatted(at, expected - 1));
      return;
    }
    try {
      act(entry, state.judge().judge(entry, known));
      save();
    } catch (IllegalArgumentException e) {
      state.breakDown(
          String.valueOf(e.getMessage()).contains("upgrade") ? Reason.NEWER_FORMAT : Reason.CORRUPT,
          "the record at offset %d %s".formatted(at, e.getMessage()));
    } catch (JournalException e) {
      state.breakDown(e.reason(), String.valueOf(e.getMessage()));
    }
    state.judged();
  }

  private void act(LogEntry entry, Judge.Verdict verdict) throws JournalException {
    if (!(verdict instanceof Judge.Written || verdict instanceof Judge.Partial)) {
      writeGroup();
    }
    switch (verdict) {
      case Judge.Written written -> written(written);
      case Judge.Loaded loaded -> loaded(loaded);
      case Judge.Led led -> {
        replica.move(encoded());
        state.led(led.claim());
      }
      case Judge.Trimmed trimmed -> replica.trim(trimmed.domain(), trimmed.through(), encoded());
      case Judge.Raised _ -> replica.move(encoded());
      case Judge.Alive alive -> alive(alive.leaving());
      case Judge.Marked marked -> marks.seen(marked.id());
      case Judge.Partial _ -> state.claiming().heard();
      case Judge.Begun _ -> {}
      case Judge.Ignored ignored -> ignored(entry, ignored.why());
    }
  }

  private void alive(boolean leaving) {
    state.claiming().heard();
    if (leaving) {
      state.claiming().left();
    }
    if (leaving && state.isLeading()) {
      state.yieldLead();
    }
  }

  /// Before anything else is written, what was read before it is.
  private void writeGroup() throws JournalException {
    FrameGroup open = group;
    if (open != null) {
      open.write(lastWhole);
    }
  }

  private void save() throws JournalException {
    unsaved++;
    if (unsaved >= UNSAVED_MAX && !state.judge().isMidway()) {
      unsaved = 0;
      writeGroup();
      replica.move(encoded());
    }
  }

  private void written(Judge.Written written) throws JournalException {
    Frame frame = written.frame();
    FrameGroup open = group;
    if (open == null) {
      replica.append(frame.domain(), frame.first(), frame.millis(), frame.batches(), encoded());
    } else {
      open.add(frame, lastWhole);
      lastWhole = encoded();
    }
    counted(frame.domain(), written.chain());
  }

  private void loaded(Judge.Loaded loaded) throws JournalException {
    LoadedState begun = loaded.state();
    replica.load(begun.domain(), begun.revision(), begun.millis(), begun.source(), encoded());
    counted(begun.domain(), loaded.chain());
  }

  /// Something of a domain counts, and is in the copy.
  private void counted(String domain, long chain) {
    state.chains().add(state.position().offset(), chain);
    state.claiming().heard();
    Pending own = state.outbox().counted(chain);
    if (own != null) {
      if (state.isUnsettled()) {
        state.counts().settled.increment();
      }
      own.settled().complete(null);
    }
    state.listeners().news(domain);
  }

  private void ignored(LogEntry entry, Judge.Why why) {
    state.counts().voidRecords.increment();
    switch (entry) {
      case LogEntry.Claim claim -> lost(claim, why);
      case LogEntry.Data data when why == Judge.Why.CHAIN -> {
        if (data.epoch() == state.position().epoch()) {
          state.claiming().suspect();
        }
      }
      default -> {}
    }
  }

  /// A claim does not count: another was faster, or its server has another log.
  private void lost(LogEntry.Claim claim, Judge.Why why) {
    if (claim.who() == state.who()) {
      state.claiming().ended();
    }
    OptionalLong then =
        why == Judge.Why.CHAIN ? state.chains().at(claim.at()) : OptionalLong.of(claim.chain());
    if (then.isPresent() && then.getAsLong() != claim.chain()) {
      doubts.raise("a claim of " + claim.address(), claim.at());
    }
  }
}
