package guidepost.guide.trips;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.guide.geo.Point;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.Unreadable;
import guidepost.storage.v1.StoredFix;
import guidepost.storage.v1.StoredFixes;
import guidepost.storage.v1.StoredTrip;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// How trips lie in their journal: trips first, in the order of the lengths of their ids, then
/// their fixes, trip by trip and batch by batch.
///
/// | key | value |
/// |---|---|
/// | 1, length of the id u8, id | [StoredTrip] |
/// | 2, length of the id u8, id, number of the batch u32 | [StoredFixes] |
final class TripStorage {

  private static final byte TRIP = 1;
  private static final byte FIXES = 2;
  private static final int HEAD = 2;

  private TripStorage() {}

  static byte[] key(String id) {
    return key(TRIP, id, 0).array();
  }

  /// Of a batch of fixes.
  static byte[] key(String id, int batch) {
    return key(FIXES, id, Integer.BYTES).putInt(batch).array();
  }

  private static ByteBuffer key(byte mark, String id, int more) {
    byte[] bytes = id.getBytes(UTF_8);
    return ByteBuffer.allocate(HEAD + bytes.length + more)
        .put(mark)
        .put((byte) bytes.length)
        .put(bytes);
  }

  /// The first key after all of a trip's batches.
  static byte[] endOfFixes(String id) {
    byte[] end = key(id, -1);
    return Arrays.copyOf(end, end.length + 1);
  }

  static boolean isTrip(byte[] key) {
    return isKey(key, TRIP, 0);
  }

  static boolean isFixes(byte[] key) {
    return isKey(key, FIXES, Integer.BYTES);
  }

  private static boolean isKey(byte[] key, byte mark, int more) {
    return key.length > HEAD + more
        && key[0] == mark
        && key.length == HEAD + Byte.toUnsignedInt(key[1]) + more;
  }

  /// The id in a key of either sort.
  static String id(byte[] key) {
    return new String(key, HEAD, Byte.toUnsignedInt(key[1]), UTF_8);
  }

  /// The number of the batch in the key of fixes.
  static int batch(byte[] key) {
    return ByteBuffer.wrap(key).getInt(key.length - Integer.BYTES);
  }

  /// Reads the trips of a journal.
  static TripDomain load(
      Journal journal, Surroundings surroundings, TripLimits limits, InstantSource clock)
      throws JournalException {
    Unreadable unreadable = new Unreadable("trips");
    Map<String, TripRecord> trips = new HashMap<>();
    long last =
        journal.replay(
            (key, value, revision) -> {
              try {
                if (isTrip(key)) {
                  trips.put(id(key), trip(key, value, revision));
                } else if (!isFixes(key)) {
                  throw new IllegalArgumentException("is no trip and no fixes");
                }
              } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
                unreadable.note("of revision " + revision, e);
              }
            });
    unreadable.throwIfAny();
    return new TripDomain(journal, trips, last, surroundings, limits, clock);
  }

  static TripRecord trip(byte[] key, byte[] value, long revision)
      throws InvalidProtocolBufferException {
    return new TripRecord(id(key), revision, StoredTrip.parseFrom(value));
  }

  static byte[] value(List<TripFix> fixes) {
    StoredFixes.Builder stored = StoredFixes.newBuilder();
    TripFix before = TripFix.ZERO;
    for (TripFix fix : fixes) {
      stored
          .addLatitudeE7(fix.point().latitudeE7() - before.point().latitudeE7())
          .addLongitudeE7(fix.point().longitudeE7() - before.point().longitudeE7())
          .addTimeMs(fix.unixMillis() - before.unixMillis());
      before = fix;
    }
    stored.addAllAccuracyMetres(parts(fixes, TripFix::accuracyMetres));
    stored.addAllSpeedMetresPerSecond(parts(fixes, TripFix::speed));
    stored.addAllAltitudeMetres(parts(fixes, TripFix::altitudeMetres));
    stored.addAllSegmentBegins(places(fixes, TripFix::beginsSegment));
    stored.addAllSetAside(places(fixes, TripFix::setAside));
    return stored.build().toByteArray();
  }

  private static List<Integer> places(List<TripFix> fixes, Predicate<TripFix> which) {
    return IntStream.range(0, fixes.size()).filter(i -> which.test(fixes.get(i))).boxed().toList();
  }

  private static List<Float> parts(List<TripFix> fixes, Function<TripFix, OptionalDouble> part) {
    return fixes.stream().map(part).noneMatch(OptionalDouble::isPresent)
        ? List.of()
        : fixes.stream().map(fix -> (float) part.apply(fix).orElse(Double.NaN)).toList();
  }

  static List<TripFix> fixes(byte[] value) throws InvalidProtocolBufferException {
    StoredFixes stored = StoredFixes.parseFrom(value);
    List<TripFix> fixes = new ArrayList<>(stored.getTimeMsCount());
    Set<Integer> begins = Set.copyOf(stored.getSegmentBeginsList());
    Set<Integer> aside = Set.copyOf(stored.getSetAsideList());
    TripFix before = TripFix.ZERO;
    for (int i = 0; i < stored.getTimeMsCount(); i++) {
      before =
          new TripFix(
              new Point(
                  before.point().latitudeE7() + stored.getLatitudeE7(i),
                  before.point().longitudeE7() + stored.getLongitudeE7(i)),
              before.unixMillis() + stored.getTimeMs(i),
              part(stored.getAccuracyMetresList(), i),
              part(stored.getSpeedMetresPerSecondList(), i),
              part(stored.getAltitudeMetresList(), i),
              begins.contains(i),
              aside.contains(i));
      fixes.add(before);
    }
    return fixes;
  }

  private static OptionalDouble part(List<Float> parts, int i) {
    return parts.isEmpty() || parts.get(i).isNaN()
        ? OptionalDouble.empty()
        : OptionalDouble.of(parts.get(i));
  }

  static StoredFix stored(TripFix fix) {
    StoredFix.Builder stored =
        StoredFix.newBuilder()
            .setLatitudeE7(fix.point().latitudeE7())
            .setLongitudeE7(fix.point().longitudeE7())
            .setUnixMs(fix.unixMillis());
    fix.accuracyMetres().ifPresent(metres -> stored.setAccuracyMetres((float) metres));
    fix.altitudeMetres().ifPresent(metres -> stored.setAltitudeMetres((float) metres));
    return stored.build();
  }
}
