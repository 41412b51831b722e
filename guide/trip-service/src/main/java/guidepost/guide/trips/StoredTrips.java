package guidepost.guide.trips;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import guidepost.calls.StoredDomain;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.storage.v1.DumpedFixes;
import guidepost.storage.v1.DumpedTrip;
import guidepost.storage.v1.StoredFixes;
import guidepost.storage.v1.StoredTrip;
import java.util.Optional;

/// What the trips' journal holds: trips and their fixes.
///
/// Threads: any.
final class StoredTrips implements StoredDomain {

  /// The journal domain that trips are in.
  static final String NAME = "trips";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public long verify(Journal journal, Findings findings) throws JournalException {
    return TripCheck.compareNew(journal, findings);
  }

  @Override
  public Optional<Message> line(byte[] key, byte[] value, long revision) {
    try {
      if (TripStorage.isTrip(key)) {
        return Optional.of(trip(key, value, revision));
      }
      return TripStorage.isFixes(key) ? Optional.of(fixes(key, value, revision)) : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static DumpedTrip trip(byte[] key, byte[] value, long revision)
      throws InvalidProtocolBufferException {
    return DumpedTrip.newBuilder()
        .setId(TripStorage.id(key))
        .setValue(StoredTrip.parseFrom(value))
        .setRevision(revision)
        .build();
  }

  private static DumpedFixes fixes(byte[] key, byte[] value, long revision)
      throws InvalidProtocolBufferException {
    return DumpedFixes.newBuilder()
        .setTripId(TripStorage.id(key))
        .setBatch(TripStorage.batch(key))
        .setValue(StoredFixes.parseFrom(value))
        .setRevision(revision)
        .build();
  }

  @Override
  public boolean entry(Message line, Journal.EntryVisitor visitor) {
    switch (line) {
      case DumpedTrip trip ->
          visitor.entry(
              TripStorage.key(checkedId("id", trip.getId())),
              trip.getValue().toByteArray(),
              trip.getRevision());
      case DumpedFixes fixes ->
          visitor.entry(
              TripStorage.key(checkedId("trip_id", fixes.getTripId()), fixes.getBatch()),
              fixes.getValue().toByteArray(),
              fixes.getRevision());
      default -> {
        return false;
      }
    }
    return true;
  }

  /// Its length must fit the byte that a key has for it.
  private static String checkedId(String field, String id) {
    int bytes = id.getBytes(UTF_8).length;
    if (bytes < 1 || bytes > 0xff) {
      throw new IllegalArgumentException("%s: must have 1..255 bytes: %d".formatted(field, bytes));
    }
    return id;
  }
}
