package guidepost.journal.kafka;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Says of each record of the log whether it counts. A pure function of the records before it: no
/// clock, no network, nobody's opinion of who leads, so every server says the same.
///
/// | record | counts if |
/// |---|---|
/// | GENESIS | it is the first of the log |
/// | CLAIM | its epoch is the one after the present one, and its chain is that of the log before it |
/// | DATA | its epoch is the present one, its chain fits, its parts come in order; done at the last |
/// | TRIM, FORMAT, BEAT | its epoch is the present one |
/// | MARK | always |
///
/// What else stands in the log is void for everybody: frames of a leader that does not know yet
/// that it was superseded, claims that lost, half a frame, duplicates.
///
/// Threads: one at a time.
final class Judge {

  /// What a record is worth.
  sealed interface Verdict {}

  /// The log begins.
  record Begun(long timeline) implements Verdict {}

  /// A server leads from here on.
  record Led(LogEntry.Claim claim) implements Verdict {}

  /// A frame counts.
  ///
  /// @param chain of the log with it
  record Written(Frame frame, long chain) implements Verdict {}

  /// An empty domain begins with a state.
  ///
  /// @param chain of the log with it
  record Loaded(LoadedState state, long chain) implements Verdict {}

  /// A part of a frame that is not complete yet.
  record Partial() implements Verdict {}

  /// The log of a domain is forgotten up to a revision.
  record Trimmed(String domain, long through) implements Verdict {}

  /// Records may have another format.
  record Raised(int format) implements Verdict {}

  /// The leader is there.
  record Alive(boolean leaving) implements Verdict {}

  /// The reader that left the mark may read.
  record Marked(long id) implements Verdict {}

  /// It does not count.
  record Ignored(Why why) implements Verdict {}

  /// Why a record does not count.
  enum Why {
    /// A second beginning.
    NOT_FIRST,
    /// Of a leader that another has superseded, or of a claim that another was faster than.
    EPOCH,
    /// Written in view of another log.
    CHAIN,
    /// Not the next part.
    PART,
    /// Not the next revision.
    REVISION
  }

  /// The parts of a frame so far.
  private record Open(LogEntry.Data first, int part, ByteArrayOutputStream bytes) {}

  /// What brokers keep around a record, which is most of what a beat or a mark takes.
  private static final int AROUND_BYTES = 70;

  private final Map<String, Long> revisions;
  private final int known;
  private Position position;
  private @Nullable Open open;

  /// @param position where it goes on
  /// @param revisions the last one of each domain there; 0 of one that has none
  /// @param known the newest format that it knows
  Judge(Position position, Map<String, Long> revisions, int known) {
    this.known = known;
    this.position = position;
    this.revisions = new HashMap<>(revisions);
    this.revisions.values().removeIf(last -> last == 0);
  }

  /// After the last record judged.
  Position position() {
    return position;
  }

  /// The last revision of each domain that has one.
  Map<String, Long> revisions() {
    return Map.copyOf(revisions);
  }

  /// The last revision of a domain; 0 if it has none.
  long revision(String domain) {
    return revisions.getOrDefault(domain, 0L);
  }

  /// True if parts of a frame were seen and the last was not: a position in the middle of them is
  /// no place to begin.
  boolean isMidway() {
    return open != null;
  }

  /// Judges the next record.
  ///
  /// @throws IllegalArgumentException if a frame is not what its server wrote, or of a format that
  ///   this program does not know: nothing after it can be judged
  Verdict judge(LogEntry entry) {
    return judge(entry, null);
  }

  /// Judges the next record, of which the frame that it ends is known: it is this server's own, and
  /// was not read.
  ///
  /// @param known null if it is not
  Verdict judge(LogEntry entry, @Nullable Frame known) {
    position = position.grown(entry.size() + AROUND_BYTES);
    Verdict verdict = verdict(entry, known);
    switch (verdict) {
      case Begun _, Written _, Loaded _, Led _, Raised _ -> {} // these have moved it
      case Partial _, Trimmed _, Alive _, Marked _, Ignored _ ->
          position = position.at(position.offset() + 1);
    }
    return verdict;
  }

  private Verdict verdict(LogEntry entry, @Nullable Frame known) {
    return switch (entry) {
      case LogEntry.Genesis e -> genesis(e);
      case LogEntry.Claim e -> claim(e);
      case LogEntry.Data e -> data(e, known);
      case LogEntry.Trim e ->
          isPresent(e.epoch()) ? new Trimmed(e.domain(), e.through()) : new Ignored(Why.EPOCH);
      case LogEntry.Format e -> isPresent(e.epoch()) ? raised(e.format()) : new Ignored(Why.EPOCH);
      case LogEntry.Beat e ->
          isPresent(e.epoch()) ? new Alive(e.leaving()) : new Ignored(Why.EPOCH);
      case LogEntry.Mark e -> new Marked(e.id());
    };
  }

  private boolean isPresent(long epoch) {
    return epoch == position.epoch() && epoch > 0;
  }

  private Verdict genesis(LogEntry.Genesis genesis) {
    if (position.offset() > 0) {
      return new Ignored(Why.NOT_FIRST);
    }
    requireKnown(genesis.format());
    position = position.withFormat(genesis.format(), position.offset() + 1);
    return new Begun(genesis.timeline());
  }

  private Verdict raised(int format) {
    requireKnown(format);
    position = position.withFormat(format, position.offset() + 1);
    return new Raised(format);
  }

  private void requireKnown(int format) {
    if (format > known) {
      throw new IllegalArgumentException(
          "has format %d, and this program knows up to %d: upgrade".formatted(format, known));
    }
  }

  private Verdict claim(LogEntry.Claim claim) {
    if (claim.epoch() != position.epoch() + 1) {
      return new Ignored(Why.EPOCH);
    }
    if (claim.chain() != position.chain()) {
      return new Ignored(Why.CHAIN);
    }
    open = null;
    position = position.ledBy(claim, position.offset() + 1);
    return new Led(claim);
  }

  private Verdict data(LogEntry.Data data, @Nullable Frame known) {
    if (!isPresent(data.epoch())) {
      return new Ignored(Why.EPOCH);
    }
    if (data.before() != position.chain()) {
      return new Ignored(Why.CHAIN);
    }
    if (data.part() == 1) {
      int room = known == null && data.parts() > 1 ? data.bytes().length : 0;
      open = new Open(data, 0, new ByteArrayOutputStream(room));
    }
    Open before = open;
    if (before == null || !isNext(data, before)) {
      open = null;
      return new Ignored(Why.PART);
    }
    boolean isAlone = data.parts() == 1;
    if (known == null && !isAlone) {
      before.bytes().writeBytes(data.bytes());
    }
    if (data.part() < data.parts()) {
      open = new Open(before.first(), data.part(), before.bytes());
      return new Partial();
    }
    open = null;
    return known == null
        ? whole(data, isAlone ? data.bytes() : before.bytes().toByteArray())
        : written(data, known);
  }

  private static boolean isNext(LogEntry.Data data, Open before) {
    return data.part() == before.part() + 1
        && data.parts() == before.first().parts()
        && data.after() == before.first().after();
  }

  private Verdict whole(LogEntry.Data data, byte[] bytes) {
    if (Frame.chain(data.before(), bytes) != data.after()) {
      throw new IllegalArgumentException("is not what its server wrote");
    }
    return LoadedState.isIn(bytes) ? loaded(data, bytes) : written(data, Frame.decode(bytes));
  }

  private Verdict loaded(LogEntry.Data data, byte[] bytes) {
    LoadedState state = LoadedState.decode(bytes);
    if (revision(state.domain()) != 0 || state.revision() < 1) {
      return new Ignored(Why.REVISION);
    }
    revisions.put(state.domain(), state.revision());
    position = position.with(data.after(), position.offset());
    return new Loaded(state, data.after());
  }

  private Verdict written(LogEntry.Data data, Frame frame) {
    if (frame.first() != revision(frame.domain()) + 1 || frame.batches().isEmpty()) {
      return new Ignored(Why.REVISION);
    }
    revisions.put(frame.domain(), frame.last());
    position = position.with(data.after(), position.offset());
    return new Written(frame, data.after());
  }
}
