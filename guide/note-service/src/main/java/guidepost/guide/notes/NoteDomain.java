package guidepost.guide.notes;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.guide.geo.Point;
import guidepost.guide.v1.NoteEvent;
import guidepost.journal.Batch;
import guidepost.journal.Domain;
import guidepost.journal.Revisions;
import guidepost.journal.Value;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Decides what is hung, changed and taken down, and hands what became durable to the chats and to
/// the subscribers.
///
/// A post's note and the notes evicted for it are one batch, and so is each other change: the
/// batch's revision is that of what happened. Commits come in revision order on one thread, and in
/// each of them a note goes to the chats that hear its place *before* its poster starts to hear it:
/// so for every chat, replays and live notes follow one total order, with no note missed or doubled
/// between them. The subscribers are told after the notes are published.
///
/// That a TTL is over is decided here as well, by a sweep, and made durable before anyone is told:
/// a note ends once, whatever the clock does.
///
/// Threads: the writer of its domain; [#stats] and [#view] any.
final class NoteDomain implements Domain<NoteRequest, NoteAnswer> {

  /// @param revision of the last batch
  /// @param notes kept
  record Stats(long revision, int notes) {}

  /// What happened with one revision.
  record Happened(long revision, List<NoteChange> changes) {
    Happened {
      changes = List.copyOf(changes);
    }
  }

  /// Takes what happened, after it was published.
  @FunctionalInterface
  interface Listener {
    /// Must not wait.
    ///
    /// @param view with all of it
    void happened(NoteView view, List<Happened> what);
  }

  private final NoteLedger ledger;
  private final NoteDecisions decisions;
  private final NoteBoard board;
  private final NoteLimits limits;
  private final InstantSource clock;
  private final Revisions revisions;
  private final List<Happened> unpublished = new ArrayList<>();

  /// The last revision that the listener was told, though nothing may have happened to a note.
  private long heard;

  private final Map<Long, Note> published = new ConcurrentHashMap<>();
  private NoteMap map;
  private Listener listener = (_, _) -> {};
  private volatile NoteView view;
  private volatile Stats stats;
  private volatile long nextExpiryMillis;

  /// @param ledger with the journal's latest state, published
  /// @param revision that of the ledger
  NoteDomain(
      NoteLedger ledger, long revision, NoteBoard board, NoteLimits limits, InstantSource clock) {
    this.ledger = ledger;
    this.board = board;
    this.limits = limits;
    this.clock = clock;
    this.revisions = new Revisions(revision);
    this.heard = revision;
    this.decisions = new NoteDecisions(ledger, limits, clock);
    ledger.all().forEach(note -> published.put(note.id(), note));
    this.map = NoteMap.of(ledger.all());
    this.view = new NoteView(revision, map);
    this.stats = new Stats(revision, ledger.size());
    this.nextExpiryMillis = nextExpiry();
  }

  /// Has `newListener` told from now on; before the writer starts.
  void listen(Listener newListener) {
    listener = newListener;
  }

  Stats stats() {
    return stats;
  }

  /// The notes as last published.
  NoteView view() {
    return view;
  }

  /// The live note with this id, as last published.
  Optional<Note> get(long id) {
    return Optional.ofNullable(published.get(id));
  }

  /// True if a sweep would find a TTL that is over.
  boolean isSweepDue() {
    return nextExpiryMillis <= clock.millis();
  }

  @Override
  public Decision<NoteAnswer> decide(NoteRequest request, Batch batch) {
    NoteDraft draft = new NoteDraft(ledger, revisions.next(), batch);
    Decision<NoteAnswer> decision =
        switch (request) {
          case NoteRequest.ChatPost post -> chatPost(post, draft);
          case NoteRequest.Post post -> committing(draft, decisions.post(post, draft));
          case NoteRequest.Confirm confirm -> committing(draft, decisions.confirm(confirm, draft));
          case NoteRequest.Deny deny -> committing(draft, decisions.deny(deny, draft));
          case NoteRequest.Close close -> committing(draft, decisions.close(close, draft));
          case NoteRequest.Sweep _ -> committing(draft, decisions.sweep(draft));
        };
    revisions.count(batch);
    return decision;
  }

  /// All that is kept, as of one revision.
  NoteCheck.Kept kept() {
    return new NoteCheck.Kept(revisions.next() - 1, ledger.all(), ledger.keys().all());
  }

  private Decision<NoteAnswer> chatPost(NoteRequest.ChatPost post, NoteDraft draft) {
    Point place = post.place();
    Wall earlier = ledger.at(place).liveAt(clock.millis());
    Note note =
        Note.ofChat(
            draft.revision(),
            clock.millis(),
            limits.noteTtl(),
            place,
            post.message(),
            post.author());
    decisions.hang(note, draft);
    return _ -> {
      board.add(note, earlier, post.poster());
      commit(draft);
      return new NoteAnswer.Posted(note);
    };
  }

  /// A note that no chat posted is heard by those at its place.
  private Decision<NoteAnswer> committing(NoteDraft draft, NoteAnswer answer) {
    return _ -> {
      if (answer instanceof NoteAnswer.Posted posted) {
        board.add(posted.note());
      }
      commit(draft);
      return answer;
    };
  }

  private void commit(NoteDraft draft) {
    if (!draft.changes().isEmpty()) {
      commit(new Happened(draft.revision(), draft.changes()));
    }
  }

  private void commit(Happened happened) {
    unpublished.add(happened);
    happened.changes().forEach(change -> map = map.after(change));
  }

  /// The notes that others posted are heard at their places like those that no chat posted.
  @Override
  public void apply(long revision, Instant time, Batch batch) {
    revisions.apply(revision);
    List<NoteChange> changes = new ArrayList<>();
    batch.forEach((key, value, prior) -> apply(revision, key, value, prior, changes));
    if (!changes.isEmpty()) {
      commit(new Happened(revision, changes));
    }
  }

  private void apply(
      long revision,
      byte[] key,
      byte @Nullable [] value,
      @Nullable Value prior,
      List<NoteChange> changes) {
    try {
      if (NoteStorage.isKeyOfKey(key)) {
        apply(key, value);
        return;
      }
      NoteChange change =
          NoteLog.change(NoteStorage.id(key), revision, value, prior, limits.noteTtl());
      if (change != null) {
        apply(change);
        changes.add(change);
      }
    } catch (InvalidProtocolBufferException | BufferUnderflowException e) {
      throw new IllegalArgumentException("notes: a stored note cannot be read", e);
    }
  }

  private void apply(byte[] key, byte @Nullable [] value) throws InvalidProtocolBufferException {
    if (value == null) {
      ledger.keys().get(ByteBuffer.wrap(key)).ifPresent(ledger.keys()::remove);
    } else {
      ledger.keys().add(NoteStorage.used(key, value));
    }
  }

  private void apply(NoteChange change) {
    Note note = change.note();
    if (change.isEnd()) {
      ledger.get(note.id()).ifPresent(ledger::remove);
    } else if (change.type() == NoteEvent.Type.TYPE_ADDED) {
      ledger.add(note);
      board.add(note);
    } else {
      ledger.change(note);
    }
  }

  private long nextExpiry() {
    return ledger.firstToExpire().map(Note::expiresMillis).orElse(Note.NEVER);
  }

  @Override
  public void publish() {
    ledger.publish();
    long revision = revisions.publish();
    stats = new Stats(revision, ledger.size());
    view = new NoteView(revision, map);
    nextExpiryMillis = nextExpiry();
    unpublished.forEach(happened -> happened.changes().forEach(this::publish));
    board.deliver();
    if (revision > heard) {
      listener.happened(view, List.copyOf(unpublished));
      unpublished.clear();
      heard = revision;
    }
  }

  private void publish(NoteChange change) {
    Note note = change.note();
    if (change.isEnd()) {
      published.remove(note.id());
    } else {
      published.put(note.id(), note);
    }
  }

  @Override
  public void abandon() {
    revisions.abandon();
    ledger.rollback();
  }
}
