package guidepost.guide.trips;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.journal.EarlierState;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Compares the trips that are kept with the journal that they come from: every trip must be stored
/// as it is kept, with each of its batches, and as many fixes as it says.
final class TripCheck {

  /// What is stored of a trip's fixes.
  private record Counted(int batches, long fixes) {}

  private final Map<String, TripRecord> kept;
  private final Findings findings;
  private final Map<String, Counted> counted = new HashMap<>();
  private long trips;
  private long indexed;

  private TripCheck(Map<String, TripRecord> kept, Findings findings) {
    this.kept = kept;
    this.findings = findings;
  }

  /// Compares trips in use.
  ///
  /// @return entries that are as they must be
  static long compare(TripRequest.Kept kept, Journal journal, Findings findings)
      throws JournalException {
    try (Journal.Snapshot state = EarlierState.at(journal, kept.revision())) {
      return new TripCheck(kept.trips(), findings).run(state);
    }
  }

  /// Reads all trips of a journal that nobody writes.
  ///
  /// @return entries that are as they must be
  static long compareNew(Journal journal, Findings findings) throws JournalException {
    Map<String, TripRecord> read = new TreeMap<>();
    long revision =
        journal.replay(
            (key, value, at) -> {
              try {
                if (TripStorage.isTrip(key)) {
                  read.put(TripStorage.id(key), TripStorage.trip(key, value, at));
                }
              } catch (InvalidProtocolBufferException e) {
                // Found again, and reported, when it is compared.
              }
            });
    return compare(new TripRequest.Kept(revision, read), journal, findings);
  }

  private long run(Journal.Snapshot state) throws JournalException {
    state.scan(
        new byte[0],
        null,
        (key, value, revision) -> {
          compare(key, value, revision);
          return true;
        });
    if (trips != kept.size()) {
      add("%d trips are kept, %d are stored".formatted(kept.size(), trips));
    }
    kept.values().forEach(this::compareFixes);
    counted.keySet().stream()
        .filter(id -> !kept.containsKey(id))
        .forEach(id -> add("trip %s: is not stored, but fixes of it are".formatted(id)));
    return indexed;
  }

  private void compare(byte[] key, byte[] value, long revision) {
    try {
      if (TripStorage.isTrip(key)) {
        trips++;
        compareTrip(TripStorage.trip(key, value, revision), value);
      } else if (TripStorage.isFixes(key)) {
        count(key, value);
      } else {
        add("%s: is no trip and no fixes".formatted(Findings.key(key)));
      }
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      add("%s: cannot be read: %s".formatted(Findings.key(key), e.getMessage()));
    }
  }

  private void compareTrip(TripRecord trip, byte[] value) {
    boolean canonical = Arrays.equals(value, trip.stored().toByteArray());
    if (!canonical || !trip.equals(kept.get(trip.id()))) {
      add("trip %s: is stored, and not so kept".formatted(trip.id()));
    } else {
      indexed++;
    }
  }

  private void count(byte[] key, byte[] value) throws InvalidProtocolBufferException {
    var fixes = TripStorage.fixes(value);
    if (!Arrays.equals(value, TripStorage.value(fixes))) {
      add("%s: is not stored as it must be".formatted(Findings.key(key)));
      return;
    }
    indexed++;
    counted.merge(
        TripStorage.id(key),
        new Counted(1, fixes.size()),
        (a, b) -> new Counted(a.batches() + b.batches(), a.fixes() + b.fixes()));
  }

  private void compareFixes(TripRecord trip) {
    Counted stored = counted.getOrDefault(trip.id(), new Counted(0, 0));
    Counted said = new Counted(trip.stored().getLastBatch(), trip.stored().getFixes());
    if (!stored.equals(said)) {
      add(
          "trip %s: says %d batches with %d fixes, stored are %d with %d"
              .formatted(
                  trip.id(), said.batches(), said.fixes(), stored.batches(), stored.fixes()));
    }
  }

  private void add(String finding) {
    findings.add(StoredTrips.NAME, finding);
  }
}
