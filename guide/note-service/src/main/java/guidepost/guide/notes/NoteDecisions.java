package guidepost.guide.notes;

import guidepost.guide.geo.Point;
import guidepost.guide.v1.NoteEvent;
import guidepost.storage.v1.NoteEnd;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rules of notes: what a post, a vote and the passing of time do to them.
///
/// Threads: the writer of its domain.
final class NoteDecisions {

  /// Most that one decision takes down: bounds its batch and its message to a subscriber.
  static final int TAKEN_DOWN_MAX = 1_024;

  /// Beyond so many bytes a sweep stops as well: what it took down is told in one message.
  private static final long SWEEP_BYTES_MAX = 256 * 1024;

  private final NoteLedger ledger;
  private final NoteLimits limits;
  private final NoteRules rules;
  private final InstantSource clock;
  private boolean wallsTrimmed;

  NoteDecisions(NoteLedger ledger, NoteLimits limits, InstantSource clock) {
    this.ledger = ledger;
    this.limits = limits;
    this.rules = limits.noteRules();
    this.clock = clock;
  }

  NoteAnswer post(NoteRequest.Post post, NoteDraft draft) {
    Optional<ByteBuffer> digest =
        post.key().map(key -> NoteStorage.key(post.details().author(), key));
    Optional<NoteKeys.Used> used = digest.flatMap(ledger.keys()::get);
    if (used.isPresent() && used.get().postedMillis() > clock.millis() - NoteKeys.TTL_MILLIS) {
      return postedBefore(used.get().note());
    }
    used.ifPresent(draft::remove);
    Note note = note(post, draft.revision());
    hang(note, draft);
    digest.ifPresent(each -> draft.add(new NoteKeys.Used(each, note.id(), note.createdMillis())));
    return new NoteAnswer.Posted(note);
  }

  private NoteAnswer postedBefore(long id) {
    return ledger
        .get(id)
        .<NoteAnswer>map(NoteAnswer.PostedBefore::new)
        .orElseGet(() -> new NoteAnswer.Ended(id));
  }

  private Note note(NoteRequest.Post post, long id) {
    long now = clock.millis();
    return new Note(
        id, id, now, Note.end(now, post.ttl()), post.place(), post.message(), post.details());
  }

  /// Hangs a note, and evicts those that the limits leave no space for.
  void hang(Note note, NoteDraft draft) {
    makeRoomAt(note.place(), draft);
    draft.add(note);
    makeRoomOverall(draft);
  }

  private void makeRoomAt(Point place, NoteDraft draft) {
    while (ledger.at(place).size() >= limits.notesPerPoint() && draft.size() < TAKEN_DOWN_MAX) {
      evict(ledger.at(place).firstToEvict(), draft);
    }
  }

  private static void evict(Note note, NoteDraft draft) {
    Note last = note.changed(draft.revision(), note.expiresMillis(), note.details());
    draft.end(NoteEnd.NOTE_END_EVICTED, note, last);
  }

  private void makeRoomOverall(NoteDraft draft) {
    Optional<Note> oldest = ledger.oldest();
    while (oldest.isPresent() && isTooMuch() && draft.size() < TAKEN_DOWN_MAX) {
      evict(oldest.get(), draft);
      oldest = ledger.oldest();
    }
    if (ledger.keys().size() >= limits.notesTotal()) {
      ledger.keys().oldest().ifPresent(draft::remove);
    }
  }

  private boolean isTooMuch() {
    boolean tooMany = ledger.size() > limits.notesTotal();
    boolean tooLarge = ledger.bytes() > limits.noteBytesTotal() && ledger.size() > 1;
    return tooMany || tooLarge;
  }

  NoteAnswer confirm(NoteRequest.Confirm confirm, NoteDraft draft) {
    return ledger
        .get(confirm.note())
        .map(note -> confirm(note, confirm.author(), draft))
        .orElseGet(() -> new NoteAnswer.Unknown(confirm.note()));
  }

  /// What an author says of a note by that author is known from the note.
  private NoteAnswer confirm(Note note, String author, NoteDraft draft) {
    NoteDetails details = note.details();
    if (details.confirmedBy().contains(author) || details.author().equals(author)) {
      return new NoteAnswer.Heard(note, false);
    }
    boolean counted = details.confirmedBy().size() < NoteRules.DENIALS_MAX;
    List<String> confirmedBy =
        counted ? with(details.confirmedBy(), author) : details.confirmedBy();
    NoteDetails heard = details.withVotes(confirmedBy, without(details.deniedBy(), author));
    long end = Math.max(note.expiresMillis(), Note.end(clock.millis(), ttl(note)));
    Note after = note.changed(draft.revision(), end, heard);
    draft.change(NoteEvent.Type.TYPE_CONFIRMED, note, after);
    return new NoteAnswer.Heard(after, true);
  }

  /// Of a kind that the operator took away, as long as that of text.
  private Duration ttl(Note note) {
    return rules.ttl(note.kind()).orElse(rules.textTtl());
  }

  private static List<String> with(List<String> names, String name) {
    List<String> more = new ArrayList<>(names);
    more.add(name);
    return more;
  }

  private static List<String> without(List<String> names, String name) {
    return names.stream().filter(each -> !each.equals(name)).toList();
  }

  NoteAnswer deny(NoteRequest.Deny deny, NoteDraft draft) {
    return ledger
        .get(deny.note())
        .map(note -> deny(note, deny.author(), draft))
        .orElseGet(() -> new NoteAnswer.Unknown(deny.note()));
  }

  private NoteAnswer deny(Note note, String author, NoteDraft draft) {
    NoteDetails details = note.details();
    if (details.deniedBy().contains(author) || details.author().equals(author)) {
      return new NoteAnswer.Heard(note, false);
    }
    NoteDetails heard =
        details.withVotes(without(details.confirmedBy(), author), with(details.deniedBy(), author));
    Note after = note.changed(draft.revision(), note.expiresMillis(), heard);
    if (heard.deniedBy().size() >= rules.denials()) {
      draft.end(NoteEnd.NOTE_END_CLOSED, note, after);
      return new NoteAnswer.Closed(after);
    }
    draft.change(NoteEvent.Type.TYPE_UPDATED, note, after);
    return new NoteAnswer.Heard(after, true);
  }

  NoteAnswer close(NoteRequest.Close close, NoteDraft draft) {
    return ledger
        .get(close.note())
        .map(note -> close(note, close, draft))
        .orElseGet(() -> new NoteAnswer.Unknown(close.note()));
  }

  private static NoteAnswer close(Note note, NoteRequest.Close close, NoteDraft draft) {
    if (!close.byModerator() && !note.details().author().equals(close.author())) {
      return new NoteAnswer.NotYours(note);
    }
    Note last = note.changed(draft.revision(), note.expiresMillis(), note.details());
    draft.end(NoteEnd.NOTE_END_CLOSED, note, last);
    return new NoteAnswer.Closed(last);
  }

  /// Takes down what has hung for too long, or is more than is kept, up to a bound.
  NoteAnswer sweep(NoteDraft draft) {
    trimWalls(draft);
    Optional<Note> first = ledger.firstToExpire();
    while (hasRoom(draft) && first.isPresent() && first.get().isOver(clock.millis())) {
      draft.expire(first.get());
      first = ledger.firstToExpire();
    }
    int notes = draft.changes().size();
    sweepKeys(draft);
    return new NoteAnswer.Swept(notes, !hasRoom(draft));
  }

  private static boolean hasRoom(NoteDraft draft) {
    return draft.size() < TAKEN_DOWN_MAX && draft.bytes() < SWEEP_BYTES_MAX;
  }

  private void sweepKeys(NoteDraft draft) {
    long before = clock.millis() - NoteKeys.TTL_MILLIS;
    Optional<NoteKeys.Used> oldest = ledger.keys().oldest();
    while (hasRoom(draft) && oldest.isPresent() && oldest.get().postedMillis() <= before) {
      draft.remove(oldest.get());
      oldest = ledger.keys().oldest();
    }
  }

  /// Once after a start: the limit may be lower now than when the notes were hung.
  private void trimWalls(NoteDraft draft) {
    if (wallsTrimmed) {
      return;
    }
    for (Point place : ledger.placesWithMoreThan(limits.notesPerPoint())) {
      while (hasRoom(draft) && ledger.at(place).size() > limits.notesPerPoint()) {
        evict(ledger.at(place).firstToEvict(), draft);
      }
    }
    wallsTrimmed = hasRoom(draft);
  }
}
