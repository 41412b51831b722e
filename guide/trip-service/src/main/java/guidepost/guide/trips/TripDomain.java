package guidepost.guide.trips;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.journal.Batch;
import guidepost.journal.Domain;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.Revisions;
import guidepost.journal.Undo;
import guidepost.journal.Value;
import guidepost.storage.v1.StoredTrip;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Decides what becomes of trips. A request is one batch: a trip's new state and, of a batch of
/// fixes, the fixes. The fixes themselves stay in the journal.
///
/// Threads: the writer of its domain; [#get] and [#after] any.
final class TripDomain implements Domain<TripRequest, TripAnswer> {

  /// How far a fix may be ahead of the server's clock: one that shows local time is up to 14 hours.
  static final long AHEAD_MILLIS_MAX = 86_400_000;

  /// Fixes that one batch decided and not yet published holds.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Recent(String id, byte[] key, Value value) {}

  private final Journal journal;
  private final Surroundings surroundings;
  private final TripLimits limits;
  private final InstantSource clock;
  private final Revisions revisions;
  private final Undo undo = new Undo();
  private final Map<String, TripRecord> trips = new HashMap<>();
  private final List<Recent> recent = new ArrayList<>();
  private final Set<String> deletedInGroup = new HashSet<>();
  private final Map<String, Optional<TripRecord>> unpublished = new HashMap<>();
  private final NavigableMap<String, TripRecord> published = new ConcurrentSkipListMap<>();

  /// @param stored the trips of the journal
  /// @param revision that they are of
  TripDomain(
      Journal journal,
      Map<String, TripRecord> stored,
      long revision,
      Surroundings surroundings,
      TripLimits limits,
      InstantSource clock) {
    this.journal = journal;
    this.surroundings = surroundings;
    this.limits = limits;
    this.clock = clock;
    this.revisions = new Revisions(revision);
    trips.putAll(stored);
    published.putAll(stored);
  }

  /// A trip, as last published.
  Optional<TripRecord> get(String id) {
    return Optional.ofNullable(published.get(id));
  }

  /// Trips, as last published: by any thread.
  int size() {
    return published.size();
  }

  /// The trips with a greater id, in order.
  Iterable<TripRecord> after(String id) {
    return published.tailMap(id, false).values();
  }

  @Override
  public Decision<TripAnswer> decide(TripRequest request, Batch batch) {
    TripAnswer answer =
        switch (request) {
          case TripRequest.Begin begin -> begin(begin, batch);
          case TripRequest.Add add -> add(add, batch);
          case TripRequest.End end -> end(end, batch);
          case TripRequest.Delete delete -> delete(delete.id(), batch);
        };
    revisions.count(batch);
    return _ -> answer;
  }

  /// All that is kept, as of one revision.
  TripRequest.Kept kept() {
    return new TripRequest.Kept(revisions.next() - 1, new TreeMap<>(trips));
  }

  /// What is known of a trip is in its own entry; the fixes stay in the journal.
  @Override
  public void apply(long revision, Instant time, Batch batch) {
    revisions.apply(revision);
    batch.forEach(
        (key, value, _) -> {
          if (TripStorage.isTrip(key)) {
            set(TripStorage.id(key), Optional.ofNullable(value).map(it -> trip(key, it, revision)));
          } else if (!TripStorage.isFixes(key)) {
            throw new IllegalArgumentException("trips: is no trip and no fixes");
          }
        });
  }

  private static TripRecord trip(byte[] key, byte[] value, long revision) {
    try {
      return TripStorage.trip(key, value, revision);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("trips: a stored trip cannot be read", e);
    }
  }

  private TripAnswer begin(TripRequest.Begin begin, Batch batch) {
    String id = begin.id().isEmpty() ? "t" + revisions.next() : begin.id();
    TripRecord known = trips.get(id);
    if (known != null && isOfAnother(begin, known)) {
      return new TripAnswer.Unknown(begin.id());
    }
    if (known != null && !begin.id().isEmpty()) {
      return new TripAnswer.Recorded(known, false);
    }
    if (known != null) {
      return begin(
          new TripRequest.Begin(id + "-2", begin.traveller(), begin.name(), begin.ownOnly()),
          batch);
    }
    if (trips.size() >= limits.trips()) {
      return new TripAnswer.Rejected(
          Rejection.of(
              Reason.TOO_MANY_TRIPS,
              "trips: must be at most %d; delete some".formatted(limits.trips())));
    }
    StoredTrip stored =
        StoredTrip.newBuilder().setTraveller(begin.traveller()).setName(begin.name()).build();
    return new TripAnswer.Recorded(put(id, null, stored, batch), true);
  }

  /// True if it names the trip of another traveller, which is none that its caller can go on with.
  private static boolean isOfAnother(TripRequest.Begin begin, TripRecord known) {
    return !begin.id().isEmpty()
        && begin.ownOnly()
        && !known.stored().getTraveller().equals(begin.traveller());
  }

  private TripRecord put(String id, @Nullable TripRecord before, StoredTrip stored, Batch batch) {
    TripRecord after = new TripRecord(id, revisions.next(), stored);
    batch.put(TripStorage.key(id), stored.toByteArray(), before == null ? null : prior(before));
    set(id, Optional.of(after));
    return after;
  }

  private static Value prior(TripRecord trip) {
    return new Value(trip.revision(), trip.stored().toByteArray());
  }

  private void set(String id, Optional<TripRecord> after) {
    Optional<TripRecord> before = Optional.ofNullable(trips.get(id));
    undo.add(() -> keep(trips, id, before));
    keep(trips, id, after);
    unpublished.put(id, after);
  }

  private static void keep(Map<String, TripRecord> kept, String id, Optional<TripRecord> trip) {
    trip.ifPresentOrElse(each -> kept.put(id, each), () -> kept.remove(id));
  }

  private TripAnswer add(TripRequest.Add add, Batch batch) {
    TripRecord trip = trips.get(add.id());
    if (trip == null || !trip.stored().getTraveller().equals(add.traveller())) {
      return new TripAnswer.Unknown(add.id());
    }
    StoredTrip stored = trip.stored();
    if (Integer.compareUnsigned(add.number(), stored.getLastBatch()) <= 0) {
      return new TripAnswer.Recorded(trip, false);
    }
    return refusal(add, stored).or(() -> tooEarly(add)).orElseGet(() -> add(add, trip, batch));
  }

  private Optional<TripAnswer> refusal(TripRequest.Add add, StoredTrip stored) {
    if (stored.getFinished()) {
      return Optional.of(
          new TripAnswer.Rejected(
              Rejection.of(
                  Reason.TRIP_FINISHED,
                  "start.trip_id",
                  add.id(),
                  "is finished; batch %d cannot be added".formatted(add.number()))));
    }
    if (add.number() != stored.getLastBatch() + 1) {
      return Optional.of(
          new TripAnswer.Rejected(
              Rejection.of(
                  Reason.BATCH_OUT_OF_SEQUENCE,
                  "batch.number",
                  add.number(),
                  "must be %d, the one after the last".formatted(stored.getLastBatch() + 1))));
    }
    return stored.getFixes() + stored.getSkipped() + add.fixes().size() > limits.fixes()
        ? Optional.of(
            new TripAnswer.Rejected(
                Rejection.of(
                    Reason.TRIP_TOO_LONG,
                    "start.trip_id",
                    add.id(),
                    "must have at most %d fixes, skipped ones among them"
                        .formatted(limits.fixes()))))
        : Optional.empty();
  }

  /// A fix of the future must not become the last one: nothing could follow it.
  private Optional<TripAnswer> tooEarly(TripRequest.Add add) {
    long now = clock.millis();
    return IntStream.range(0, add.fixes().size())
        .filter(i -> add.fixes().get(i).unixMillis() > now + AHEAD_MILLIS_MAX)
        .mapToObj(i -> tooEarly(i, add.fixes().get(i), now))
        .findFirst();
  }

  private static TripAnswer tooEarly(int index, TripFix fix, long now) {
    return new TripAnswer.Rejected(
        Rejection.of(
            Reason.FIX_IN_FUTURE,
            "batch.fixes[%d].time".formatted(index),
            Instant.ofEpochMilli(fix.unixMillis()),
            "must be at most a day ahead of the server's clock, %s"
                .formatted(Instant.ofEpochMilli(now))));
  }

  private TripAnswer add(TripRequest.Add add, TripRecord trip, Batch batch) {
    StoredTrip before = trip.stored();
    TripTally tally = new TripTally(before, surroundings, limits.metresPerSecond());
    List<TripFix> fixes = tally.addAll(TimeOrder.of(add.fixes(), lastMillis(before)));
    long skipped = before.getSkipped() + add.fixes().size() - fixes.size();
    StoredTrip after = tally.trip().setLastBatch(add.number()).setSkipped(skipped).build();
    byte[] key = TripStorage.key(add.id(), add.number());
    byte[] value = TripStorage.value(fixes);
    recent.add(new Recent(add.id(), key, new Value(revisions.next(), value)));
    batch.put(key, value);
    return new TripAnswer.Recorded(put(add.id(), trip, after, batch), true);
  }

  private static long lastMillis(StoredTrip trip) {
    long aside = trip.hasAside() ? trip.getAside().getUnixMs() : Long.MIN_VALUE;
    return Math.max(aside, trip.hasLast() ? trip.getLast().getUnixMs() : Long.MIN_VALUE);
  }

  private TripAnswer end(TripRequest.End end, Batch batch) {
    TripRecord trip = trips.get(end.id());
    if (trip == null || !trip.stored().getTraveller().equals(end.traveller())) {
      return new TripAnswer.Unknown(end.id());
    }
    if (trip.stored().getFinished()) {
      return new TripAnswer.Recorded(trip, false);
    }
    StoredTrip finished = trip.stored().toBuilder().setFinished(true).build();
    return new TripAnswer.Recorded(put(end.id(), trip, finished, batch), true);
  }

  private TripAnswer delete(String id, Batch batch) {
    TripRecord trip = trips.get(id);
    if (trip == null) {
      return new TripAnswer.Unknown(id);
    }
    try {
      deleteWrittenFixes(id, batch);
    } catch (JournalException e) {
      return new TripAnswer.Unreadable(e);
    }
    deleteRecentFixes(id, batch);
    batch.delete(TripStorage.key(id), prior(trip));
    set(id, Optional.empty());
    return new TripAnswer.Deleted(revisions.next());
  }

  /// Those of the journal, unless this group deleted them before. Adds all of them or none.
  private void deleteWrittenFixes(String id, Batch batch) throws JournalException {
    if (deletedInGroup.contains(id)) {
      return;
    }
    List<Recent> written = new ArrayList<>();
    try (Journal.Snapshot snapshot = journal.snapshot()) {
      snapshot.scan(
          TripStorage.key(id, 0),
          TripStorage.endOfFixes(id),
          (key, value, revision) -> written.add(new Recent(id, key, new Value(revision, value))));
    }
    written.forEach(each -> batch.delete(each.key(), each.value()));
  }

  /// Those that the journal does not hold yet.
  private void deleteRecentFixes(String id, Batch batch) {
    recent.stream()
        .filter(each -> each.id().equals(id))
        .forEach(each -> batch.delete(each.key(), each.value()));
    recent.removeIf(each -> each.id().equals(id));
    deletedInGroup.add(id);
  }

  @Override
  public void publish() {
    undo.forget();
    forgetGroup();
    revisions.publish();
    unpublished.forEach((id, trip) -> keep(published, id, trip));
    unpublished.clear();
  }

  private void forgetGroup() {
    recent.clear();
    deletedInGroup.clear();
  }

  @Override
  public void abandon() {
    undo.run();
    forgetGroup();
    revisions.abandon();
    unpublished.clear();
  }
}
