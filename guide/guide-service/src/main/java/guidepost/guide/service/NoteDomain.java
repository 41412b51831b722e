package guidepost.guide.service;

import guidepost.guide.index.Point;
import guidepost.journal.Batch;
import guidepost.journal.Domain;
import guidepost.journal.Revisions;
import guidepost.journal.Value;
import java.time.InstantSource;
import java.util.Optional;

/// Decides what is hung and what is taken down, and hands what became durable to the chats.
///
/// A post's note and the notes that give way to it are one batch. Commits come in sequence order on
/// one thread, and in each of them the note goes to the chats that hear its place *before* its
/// poster starts to hear it: so for every chat, replays and live notes follow one total order, with
/// no note missed or doubled between them.
///
/// Threads: the writer of its domain; [#stats] any.
final class NoteDomain implements Domain<NoteRequest, NoteDomain.Swept> {

  /// Most notes that one sweep takes down: bounds the batch.
  static final int SWEEP_MAX = 1_024;

  /// What a request took down.
  ///
  /// @param more true if a sweep stopped at its bound
  record Swept(int notes, boolean more) {}

  /// @param revision of the last batch
  /// @param notes kept
  record Stats(long revision, int notes) {}

  private final NoteLedger ledger;
  private final NoteBoard board;
  private final GuideLimits limits;
  private final InstantSource clock;
  private final Revisions revisions;
  private long lastCreatedMillis;
  private boolean wallsTrimmed;
  private volatile Stats stats;

  /// @param ledger with the journal's latest state, published
  /// @param revision that of the ledger
  NoteDomain(
      NoteLedger ledger, long revision, NoteBoard board, GuideLimits limits, InstantSource clock) {
    this.ledger = ledger;
    this.board = board;
    this.limits = limits;
    this.clock = clock;
    this.revisions = new Revisions(revision);
    this.lastCreatedMillis = ledger.newestCreatedMillis();
    this.stats = new Stats(revision, ledger.size());
  }

  Stats stats() {
    return stats;
  }

  @Override
  public Decision<Swept> decide(NoteRequest request, Batch batch) {
    Decision<Swept> decision =
        switch (request) {
          case NoteRequest.Post post -> post(post, batch);
          case NoteRequest.Sweep _ -> sweep(batch);
          case NoteRequest.Copy copy -> _ -> handOut(copy);
        };
    revisions.count(batch);
    return decision;
  }

  /// When it is committed, all of its group is decided and durable: the ledger is at the revision
  /// before the next.
  private Swept handOut(NoteRequest.Copy copy) {
    copy.kept().complete(new NoteCheck.Kept(revisions.next() - 1, ledger.all()));
    return new Swept(0, false);
  }

  private Decision<Swept> post(NoteRequest.Post post, Batch batch) {
    // Time never runs backwards here, so the oldest note is always the first to expire.
    lastCreatedMillis = Math.max(lastCreatedMillis, clock.millis());
    Note note = new Note(revisions.next(), lastCreatedMillis, post.place(), post.message());
    Wall earlier = ledger.at(post.place()).after(expiredMillis());
    makeRoomAt(post.place(), batch);
    ledger.add(note);
    batch.put(NoteStorage.key(note.sequence()), NoteStorage.value(note));
    int gaveWay = makeRoomOverall(batch);
    return _ -> {
      board.deliver(note, earlier, post.poster());
      return new Swept(gaveWay, false);
    };
  }

  private long expiredMillis() {
    return clock.millis() - limits.noteLife().toMillis();
  }

  private void makeRoomAt(Point place, Batch batch) {
    while (ledger.at(place).size() >= limits.notesPerPoint()) {
      takeDownOldestAt(place, batch);
    }
  }

  private void takeDownOldestAt(Point place, Batch batch) {
    Note note = ledger.removeOldestAt(place);
    Value prior = new Value(note.sequence(), NoteStorage.value(note));
    batch.delete(NoteStorage.key(note.sequence()), prior);
  }

  private int makeRoomOverall(Batch batch) {
    int gaveWay = 0;
    Optional<Note> oldest = ledger.oldest();
    while (oldest.isPresent() && isTooMuch()) {
      takeDownOldestAt(oldest.get().place(), batch);
      oldest = ledger.oldest();
      gaveWay++;
    }
    return gaveWay;
  }

  private boolean isTooMuch() {
    boolean tooMany = ledger.size() > limits.notesTotal();
    boolean tooLarge = ledger.bytes() > limits.noteBytesTotal() && ledger.size() > 1;
    return tooMany || tooLarge;
  }

  private Decision<Swept> sweep(Batch batch) {
    trimWalls(batch);
    Optional<Note> oldest = ledger.oldest();
    while (batch.size() < SWEEP_MAX && oldest.isPresent() && isExpired(oldest.get())) {
      takeDownOldestAt(oldest.get().place(), batch);
      oldest = ledger.oldest();
    }
    Swept swept = new Swept(batch.size(), batch.size() == SWEEP_MAX);
    return _ -> swept;
  }

  /// Once after a start: the limit may be lower now than when the notes were hung.
  private void trimWalls(Batch batch) {
    if (wallsTrimmed) {
      return;
    }
    for (Point place : ledger.placesWithMoreThan(limits.notesPerPoint())) {
      while (batch.size() < SWEEP_MAX && ledger.at(place).size() > limits.notesPerPoint()) {
        takeDownOldestAt(place, batch);
      }
    }
    wallsTrimmed = batch.size() < SWEEP_MAX;
  }

  private boolean isExpired(Note note) {
    return note.createdMillis() <= expiredMillis();
  }

  @Override
  public void publish() {
    ledger.publish();
    stats = new Stats(revisions.publish(), ledger.size());
    board.send();
  }

  @Override
  public void abandon() {
    revisions.abandon();
    ledger.rollback();
    board.send();
  }
}
