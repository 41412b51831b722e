package guidepost.guide.trips;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import guidepost.guide.geo.Point;
import guidepost.storage.v1.StoredFix;
import guidepost.storage.v1.StoredStay;
import guidepost.storage.v1.StoredStop;
import guidepost.storage.v1.StoredTrip;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Moving and standing: what a summary says of both must fit together.
final class TripMotionTest {

  /// E7 of latitude, and at the equator of longitude, in a metre.
  private static final double NORTH = 90.4367;

  private static final double EAST = 89.8315;

  /// Of an hour at 0.4 m/s. Of 1,000 such walks with noise of 5 m the least was 3,293,000.
  private static final long SLOW_MS_MIN = 3_240_000;

  private final Random random = Seed.usual("TripMotionTest");
  private final List<TripFix> fixes = new ArrayList<>();
  private double accuracy = 4;

  private void add(double seconds, double north, double east) {
    fixes.add(
        new TripFix(
            new Point((int) Math.round(north * NORTH), (int) Math.round(east * EAST)),
            1_700_000_000_000L + Math.round(seconds * 1_000),
            accuracy == 0 ? OptionalDouble.empty() : OptionalDouble.of(accuracy),
            OptionalDouble.empty(),
            OptionalDouble.empty()));
  }

  private static StoredTrip measured(StoredTrip before, List<TripFix> fixes) {
    TripTally tally = new TripTally(before, extent -> Stream.of(), 300);
    tally.addAll(fixes);
    return tally.trip().build();
  }

  /// In parts, each of which ends with a whole number of fixes and nothing else.
  private StoredTrip settled() {
    StoredTrip whole = measured(StoredTrip.getDefaultInstance(), fixes);
    StoredTrip parts = StoredTrip.getDefaultInstance();
    for (TripFix fix : fixes) {
      parts = measured(parts, List.of(fix));
    }
    assertThat(parts).isEqualTo(whole);
    StoredTrip settled = TripMotion.settled(whole);
    assertFits(settled);
    return settled;
  }

  private static void assertFits(StoredTrip trip) {
    long standing = 0;
    for (StoredStop stop : trip.getStopsList()) {
      standing += stop.getEndUnixMs() - stop.getBeginUnixMs();
    }
    assertThat(trip.getMovingMs() + standing)
        .isLessThanOrEqualTo(trip.getLast().getUnixMs() - trip.getBeginUnixMs());
  }

  private static List<Long> seconds(StoredTrip trip) {
    return trip.getStopsList().stream()
        .flatMap(stop -> Stream.of(stop.getBeginUnixMs(), stop.getEndUnixMs()))
        .map(millis -> (millis - 1_700_000_000_000L) / 1_000)
        .toList();
  }

  @Test
  void shouldNotCountAStopOfADeliveryAsMoving() {
    double north = 0;
    for (int second = 0; second <= 2_400; second += 30) {
      north += second == 0 || (second > 600 && second <= 1_800) ? 0 : 30 * 13.9;
      add(second, north, 0);
    }
    StoredTrip trip = settled();
    assertThat(trip.getMovingMs()).isEqualTo(1_200_000);
    assertThat(seconds(trip)).containsExactly(600L, 1_800L);
    assertThat(trip.getFilteredMetres()).isCloseTo(north, within(1.0));
  }

  @Test
  void shouldNotCountAWaitThatIsTooShortForAStopAsMoving() {
    add(0, 0, 0);
    add(30, 417, 0);
    add(60, 418, 0);
    add(90, 418, 1);
    add(120, 835, 0);
    StoredTrip trip = settled();
    assertThat(trip.getStopCount()).isZero();
    assertThat(trip.getMovingMs()).isEqualTo(60_000);
  }

  @Test
  void shouldCountAWalkOfOneFixASecondAsMovingAllTheTime() {
    for (int second = 0; second <= 600; second++) {
      add(second, second * 1.2 + random.nextGaussian() * 0.5, random.nextGaussian() * 0.5);
    }
    StoredTrip trip = settled();
    assertThat(trip.getStopCount()).isZero();
    assertThat(trip.getMovingMs()).isBetween(590_000L, 600_000L);
    assertThat(trip.getFilteredMetres()).isBetween(705.0, 760.0);
  }

  @ParameterizedTest
  @CsvSource({"2, 5", "3, 0", "3, 8"})
  void shouldSeeAReceiverThatRestsForAnHourAsOneStopAndNothingElse(double sigma, double metres) {
    accuracy = metres;
    for (int second = 0; second <= 3_600; second++) {
      add(second, sigma * random.nextGaussian(), sigma * random.nextGaussian());
    }
    StoredTrip trip = settled();
    assertThat(seconds(trip)).containsExactly(0L, 3_600L);
    assertThat(trip.getMovingMs()).isZero();
    assertThat(trip.getFilteredMetres()).isLessThan(5 * sigma);
    add(3_630, 300, 0);
    add(3_660, 600, 0);
    StoredTrip gone = settled();
    assertThat(gone.getMovingMs()).isEqualTo(60_000);
    assertThat(gone.getFilteredMetres()).isCloseTo(600, within(5 * sigma));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30})
  void shouldLeaveOutASingleFixThatIsFarFromAStay(int interval) {
    for (int i = 0; i <= 40; i++) {
      add(i * (double) interval, 0, i == 20 ? 222 : 0);
    }
    StoredTrip trip = settled();
    assertThat(trip.getFilteredMetres()).isZero();
    assertThat(trip.getMovingMs()).isZero();
    assertThat(trip.getMetres()).isCloseTo(444, within(1.0));
    assertThat(trip.getStopCount()).isEqualTo(interval == 1 ? 0 : 1);
    assertThat(trip.getStopsList()).allSatisfy(stop -> assertThat(stop.getLongitudeE7()).isZero());
  }

  @Test
  void shouldCountWhereOneWentAndCameBackWithMoreThanOneFix() {
    for (int second = 0; second <= 300; second += 30) {
      add(second, 0, 0);
    }
    add(330, 200, 0);
    add(360, 400, 0);
    add(390, 200, 0);
    for (int second = 420; second <= 720; second += 30) {
      add(second, 0, 0);
    }
    StoredTrip trip = settled();
    assertThat(trip.getFilteredMetres()).isCloseTo(800, within(1.0));
    assertThat(trip.getMovingMs()).isEqualTo(120_000);
    assertThat(seconds(trip)).containsExactly(0L, 300L, 420L, 720L);
  }

  @Test
  void shouldCountTheLastFixThoughNothingFollowsIt() {
    for (int second = 0; second <= 300; second += 30) {
      add(second, 0, 0);
    }
    add(330, 200, 0);
    assertThat(settled().getFilteredMetres()).isCloseTo(200, within(0.1));
    assertThat(seconds(settled())).containsExactly(0L, 300L);
  }

  @Test
  void shouldGoOnWithATripThatAnEarlierReleaseStored() {
    StoredFix first = StoredFix.newBuilder().setUnixMs(1_700_000_000_000L).build();
    StoredFix counted = first.toBuilder().setLatitudeE7(900).build();
    StoredTrip earlier =
        StoredTrip.newBuilder()
            .setFixes(61)
            .setBeginUnixMs(first.getUnixMs())
            .setLast(counted.toBuilder().setUnixMs(1_700_000_060_000L))
            .setCounted(counted)
            .setMetres(70)
            .setFilteredMetres(10)
            .setMovingMs(5_000)
            .setStay(
                StoredStay.newBuilder()
                    .setFirst(first)
                    .setLastUnixMs(1_700_000_060_000L)
                    .setFixes(61)
                    .setNorthE7(61 * 450))
            .build();
    add(130, 5, 0);
    add(160, 305, 0);
    StoredTrip trip = TripMotion.settled(measured(earlier, fixes));
    assertThat(seconds(trip)).containsExactly(0L, 130L);
    assertThat(trip.getFilteredMetres()).isCloseTo(10 + 300, within(1.0));
    assertThat(trip.getMovingMs()).isEqualTo(5_000 + 30_000);
  }

  /// What a receiver makes of a position.
  private interface Noise {
    double next();
  }

  private Noise white(double deviation) {
    return () -> deviation * random.nextGaussian();
  }

  /// Noise of a receiver whose errors last for about a minute.
  private Noise correlated(double deviation) {
    double keep = Math.exp(-1 / 60.0);
    double[] now = {deviation * random.nextGaussian()};
    return () ->
        now[0] = keep * now[0] + Math.sqrt(1 - keep * keep) * deviation * random.nextGaussian();
  }

  /// An hour at 1 Hz, with a turn of 90 degrees every two minutes.
  private StoredTrip walk(double metresPerSecond, Noise northNoise, Noise eastNoise) {
    accuracy = 0;
    double north = 0;
    double east = 0;
    for (int second = 0; second <= 3_600; second++) {
      add(second, north + northNoise.next(), east + eastNoise.next());
      boolean northward = second / 120 % 2 == 0;
      north += northward ? metresPerSecond : 0;
      east += northward ? 0 : metresPerSecond;
    }
    return settled();
  }

  @ParameterizedTest
  @CsvSource({"1.2, 0", "1.2, 1", "1.2, 3", "1.2, 5", "0.4, 3", "4, 5", "15, 5"})
  void shouldNotMakeMoreOfAWalkThanItWasWhereNoiseIsWhite(double speed, double deviation) {
    StoredTrip trip = walk(speed, white(deviation), white(deviation));
    assertThat(trip.getFilteredMetres() / (3_600 * speed)).isBetween(0.95, 1.15);
    assertThat(trip.getMovingMs()).isBetween(speed < 1 ? SLOW_MS_MIN : 3_400_000L, 3_600_000L);
    assertThat(trip.getStopCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 3, 5})
  void shouldNotMakeMoreOfAWalkThanItWasWhereNoiseLasts(double deviation) {
    StoredTrip trip = walk(1.2, correlated(deviation), correlated(deviation));
    assertThat(trip.getFilteredMetres() / (3_600 * 1.2)).isBetween(0.95, 1.05);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 3, 5})
  void shouldSeeASlowHikeAsMovingAndNotAsStops(double deviation) {
    StoredTrip trip = walk(0.4, white(deviation), white(deviation));
    assertThat(trip.getStopCount()).isZero();
    assertThat(trip.getMovingMs()).isBetween(SLOW_MS_MIN, 3_600_000L);
    assertThat(trip.getFilteredMetres() / (3_600 * 0.4)).isBetween(0.9, 1.2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {3, 5})
  void shouldMakeNothingOfARestWhateverTheNoise(double deviation) {
    accuracy = 0;
    for (Noise noise : List.of(white(deviation), correlated(deviation))) {
      fixes.clear();
      for (int second = 0; second <= 1_800; second++) {
        add(second, noise.next(), noise.next());
      }
      StoredTrip trip = settled();
      assertThat(trip.getStopCount()).isOne();
      assertThat(trip.getMovingMs()).isZero();
      assertThat(trip.getFilteredMetres()).isLessThan(5 * deviation);
    }
  }

  @Test
  void shouldSetAsideAFixThatWouldNeedAnImpossibleSpeed() {
    for (int second = 0; second <= 60; second++) {
      add(second, second == 30 ? -5_000_000 : second * 20, second == 40 ? 300 : 0);
    }
    StoredTrip trip = settled();
    assertThat(trip.getSetAside()).isEqualTo(2);
    assertThat(trip.getFixes()).isEqualTo(61);
    assertThat(trip.getMetres()).isCloseTo(1_200, within(1.0));
    assertThat(trip.getFilteredMetres()).isCloseTo(1_200, within(1.0));
    assertThat(trip.getSegments()).isZero();
  }

  @Test
  void shouldGoOnWhereTheThirdOfSuchFixesAgreesWithoutAWayBetween() {
    for (int second = 0; second <= 4; second++) {
      add(second, 0, 0);
    }
    for (int second = 5; second <= 60; second++) {
      add(second, 5_000_000 + second * 20, 0);
    }
    StoredTrip trip = settled();
    assertThat(trip.getSetAside()).isEqualTo(2);
    assertThat(trip.getSegments()).isEqualTo(2);
    assertThat(trip.getMetres()).isCloseTo(53 * 20, within(6.0));
    assertThat(trip.getFilteredMetres()).isCloseTo(53 * 20, within(6.0));
  }

  @Test
  void shouldTakeAFlightForWhatItIs() {
    for (int second = 0; second <= 600; second += 5) {
      add(
          second,
          0.5 * Math.min(second, 125) * Math.min(second, 125) * 2 + Math.max(0, second - 125) * 250,
          0);
    }
    StoredTrip trip = settled();
    assertThat(trip.getSetAside()).isZero();
    assertThat(trip.getFilteredMetres()).isCloseTo(trip.getMetres(), within(10.0));
  }

  @Test
  void shouldCountNeitherWayNorTimeNorClimbBetweenSegments() {
    add(0, 0, 0);
    add(1, 111, 0);
    add(30, 0, 111_000);
    add(31, 111, 111_000);
    fixes.set(2, fixes.get(2).beginningSegment(true));
    fixes.replaceAll(fix -> climbing(fix, 50 + (fix.unixMillis() % 30_000) / 100.0));
    StoredTrip trip = settled();
    assertThat(trip.getMetres()).isCloseTo(222, within(1.0));
    assertThat(trip.getFilteredMetres()).isCloseTo(222, within(1.0));
    assertThat(trip.getMovingMs()).isEqualTo(2_000);
    assertThat(trip.getSegments()).isEqualTo(2);
    assertThat(trip.getAscentMetres()).isCloseTo(20, within(0.01));
    assertThat(trip.getDescentMetres()).isZero();
  }

  private static TripFix climbing(TripFix fix, double altitude) {
    return new TripFix(
        fix.point(),
        fix.unixMillis(),
        fix.accuracyMetres(),
        fix.speed(),
        OptionalDouble.of(altitude),
        fix.beginsSegment(),
        false);
  }

  @Test
  void shouldCountClimbsAndDescentsOfMoreThanNoise() {
    for (int i = 0; i <= 40; i++) {
      double altitude = 500 + (i <= 20 ? i * 10 : (40 - i) * 10) + random.nextGaussian();
      add(i * 10, i * 100, 0);
      fixes.set(i, climbing(fixes.get(i), altitude));
    }
    StoredTrip trip = settled();
    assertThat(trip.getAscentMetres()).isBetween(190.0, 210.0);
    assertThat(trip.getDescentMetres()).isBetween(190.0, 210.0);
  }

  @Test
  void shouldRestAndWalkAcrossTheAntimeridian() {
    Point[] sides = {new Point(0, 1_799_999_900), new Point(0, -1_799_999_900)};
    OptionalDouble unknown = OptionalDouble.empty();
    for (int second = 0; second <= 300; second++) {
      long time = 1_700_000_000_000L + second * 1_000L;
      fixes.add(new TripFix(sides[second % 2], time, unknown, unknown, unknown));
    }
    for (int second = 310; second <= 320; second += 10) {
      long time = 1_700_000_000_000L + second * 1_000L;
      Point east = new Point(0, -1_800_000_000 + second * 300);
      fixes.add(new TripFix(east, time, unknown, unknown, unknown));
    }
    StoredTrip trip = settled();
    assertThat(trip.getStopCount()).isOne();
    assertThat(Math.abs(trip.getStops(0).getLongitudeE7())).isBetween(1_799_999_990, 1_800_000_000);
    assertThat(trip.getFilteredMetres()).isCloseTo(96_000 / EAST, within(2.0));
  }

  @Test
  void shouldCountOnlyWhatIsMoreThanTheAccuracy() {
    for (double metres : new double[] {5, 30, 99}) {
      fixes.clear();
      accuracy = metres;
      for (int second = 0; second <= 100; second += 10) {
        add(second, second % 20 == 0 ? 0 : 14, 0);
      }
      StoredTrip trip = settled();
      assertThat(trip.getFilteredMetres()).isCloseTo(metres < 14 ? 140 : 0, within(0.1));
    }
    fixes.clear();
    accuracy = 4;
    add(0, 0, 0);
    add(10, 100, 0);
    accuracy = 101;
    add(20, 100, 400);
    accuracy = 4;
    add(30, 200, 0);
    assertThat(settled().getFilteredMetres()).isCloseTo(200, within(0.1));
    assertThat(settled().getMetres()).isGreaterThan(800);
  }

  @Test
  void shouldKeepTheFirstThousandStopsAndCountAll() {
    for (int i = 0; i <= 1_001; i++) {
      add(i * 200, i * 500, 0);
      add(i * 200 + 130, i * 500, 0);
    }
    StoredTrip trip = TripMotion.settled(measured(StoredTrip.getDefaultInstance(), fixes));
    assertThat(trip.getStopCount()).isEqualTo(1_002);
    assertThat(trip.getStopsList()).hasSize(1_000);
    assertThat(trip.getStops(999).getBeginUnixMs()).isEqualTo(1_700_000_000_000L + 999 * 200_000L);
  }

  /// Fixes near each other count up to the first and from the last of a wait, and through their
  /// middle of a walk.
  @Test
  void shouldKnowAWaitFromAWalkByHowLongItLasts() {
    add(0, 0, 0);
    add(10, 100, 0);
    add(20, 101, 0);
    add(30, 100, 0);
    add(40, 101, 0);
    add(50, 200, 0);
    assertThat(settled().getMovingMs()).isEqualTo(20_000);
    fixes.clear();
    add(0, 0, 0);
    add(10, 100, 0);
    add(16, 101, 0);
    add(26, 200, 0);
    assertThat(settled().getMovingMs()).isEqualTo(26_000);
  }

  private interface Place {
    double[] at(double metres);
  }

  /// At 1 Hz, where one is after so many metres.
  private void go(
      int from, int seconds, double speed, double start, Place place, Supplier<Noise> noise) {
    Noise north = noise.get();
    Noise east = noise.get();
    for (int second = from; second < from + seconds; second++) {
      double[] at = place.at(start + (second - from) * speed);
      add(second, at[0] + north.next(), at[1] + east.next());
    }
  }

  private static double backAndForth(double metres, double length) {
    return Math.abs(
        Math.floorMod(Math.round(metres * 1e6), Math.round(2e6 * length)) / 1e6 - length);
  }

  /// Lengths of a pool, hairpins whose legs are 2 m apart, and a child running about in a square.
  @ParameterizedTest
  @CsvSource({
    "pool 25, 0, 0.99",
    "pool 25, 3, 0.7",
    "pool 50, 0, 0.99",
    "pool 50, 3, 0.8",
    "hairpins, 0, 0.96",
    "playground, 0, 0.9",
    "playground, 3, 0.65"
  })
  void shouldCountWhatMovesForHalfAnHourWithinFiftyMetres(
      String where, double lasting, double least) {
    accuracy = 0;
    Place playground = playground();
    Place place =
        switch (where) {
          case "pool 25" -> metres -> new double[] {backAndForth(metres, 25), 0};
          case "pool 50" -> metres -> new double[] {backAndForth(metres, 50), 0};
          case "hairpins" -> TripMotionTest::hairpins;
          default -> playground;
        };
    go(0, 1_801, 1, 0, place, () -> correlated(lasting));
    StoredTrip trip = settled();
    assertThat(trip.getStopCount()).isZero();
    assertThat(trip.getMovingMs()).isBetween(1_700_000L, 1_800_000L);
    assertThat(trip.getFilteredMetres() / 1_800).isBetween(least, 1.05);
  }

  private static double[] hairpins(double metres) {
    double leg = Math.floor(metres / 32);
    double along = metres - leg * 32;
    double up = Math.min(along, 30);
    return new double[] {leg % 2 == 0 ? up : 30 - up, leg * 2 + Math.max(0, along - 30)};
  }

  /// From one place of a square of 30 m to another, again and again.
  private Place playground() {
    List<double[]> places = new ArrayList<>(List.of(new double[] {0, 0, 0}));
    while (places.getLast()[2] < 2_000) {
      double[] before = places.getLast();
      double north = 30 * random.nextDouble();
      double east = 30 * random.nextDouble();
      double metres = Math.hypot(north - before[0], east - before[1]);
      places.add(new double[] {north, east, before[2] + metres});
    }
    return metres -> {
      int next = 1;
      while (places.get(next)[2] < metres) {
        next++;
      }
      double[] from = places.get(next - 1);
      double[] to = places.get(next);
      double fraction = (metres - from[2]) / (to[2] - from[2]);
      return new double[] {
        from[0] + fraction * (to[0] - from[0]), from[1] + fraction * (to[1] - from[1])
      };
    };
  }

  /// From fix to fix such noise is as fast as a walk.
  @Test
  void shouldMakeNothingOfARestWhoseFixesAreTooFarApartToTell() {
    accuracy = 0;
    for (int second = 0; second <= 1_800; second += 10) {
      add(second, 5 * random.nextGaussian(), 5 * random.nextGaussian());
    }
    StoredTrip trip = settled();
    assertThat(trip.getStopCount()).isOne();
    assertThat(trip.getMovingMs()).isZero();
  }

  /// Ten minutes of rest after four of running about.
  @Test
  void shouldSeeAStopWhereMostOfAStayWasRest() {
    accuracy = 0;
    go(0, 240, 1, 0, metres -> new double[] {backAndForth(metres, 25), 0}, () -> white(0));
    go(240, 600, 0, 240, metres -> new double[] {backAndForth(metres, 25), 0}, () -> white(0));
    assertThat(settled().getStopCount()).isOne();
  }

  /// Noise of 10 m that lasts, as indoors, takes a minute to lead across its own spread.
  @Test
  void shouldMakeLittleOfARestIndoors() {
    go(0, 1_801, 0, 0, _ -> new double[2], () -> correlated(10));
    StoredTrip trip = settled();
    assertThat(trip.getFilteredMetres()).isLessThan(2_000);
    assertThat(trip.getMovingMs()).isLessThan(1_500_000);
  }

  @ParameterizedTest
  @CsvSource({"1.2, 25, 0.98", "4, 25, 0.96", "1.2, 60, 0.995", "4, 60, 0.995"})
  void shouldNotCutTheCornersOfACleanTrack(double speed, double leg, double least) {
    accuracy = 0;
    Place stairs =
        metres -> {
          double corner = Math.floor(metres / leg);
          double north = Math.ceil(corner / 2) * leg;
          double east = Math.floor(corner / 2) * leg;
          double on = metres - corner * leg;
          return corner % 2 == 0
              ? new double[] {north + on, east}
              : new double[] {north, east + on};
        };
    go(0, 1_001, speed, 0, stairs, () -> white(0));
    assertThat(settled().getFilteredMetres() / (1_000 * speed)).isBetween(least, 1.001);
    assertThat(settled().getStopCount()).isZero();
  }

  /// Ten waits at lights, 200 m apart.
  @ParameterizedTest
  @CsvSource({
    "1.2, 20, 0",
    "1.2, 40, 0",
    "1.2, 40, 1",
    "1.2, 40, 3",
    "5, 40, 0",
    "5, 40, 3",
    "12, 40, 3"
  })
  void shouldNotCountAWaitAtALightAsMoving(double speed, int wait, double deviation) {
    accuracy = 0;
    int way = (int) Math.round(200 / speed);
    int second = 0;
    for (int light = 0; light < 10; light++) {
      double start = light * way * speed;
      go(second, way, speed, start, metres -> new double[] {metres, 0}, () -> white(deviation));
      second += way;
      double end = start + way * speed;
      go(second, wait, 0, end, metres -> new double[] {metres, 0}, () -> white(deviation));
      second += wait;
    }
    StoredTrip trip = settled();
    assertThat(trip.getStopCount()).isZero();
    assertThat(trip.getMovingMs() / 1e3 - 10 * way)
        .as("of %d s of waiting", 10 * wait)
        .isBetween(-0.4 * 10 * wait, 0.4 * 10 * wait);
    assertThat(trip.getFilteredMetres() / (10 * way * speed)).isBetween(0.95, 1.15);
  }

  @Test
  void shouldNotTakeAFirstTurnForNoise() {
    accuracy = 0;
    add(0, 0, 0);
    add(4, 44, 0);
    add(9, 22, 0);
    add(12, 66, 0);
    assertThat(settled().getFilteredMetres()).isCloseTo(110, within(0.5));
  }
}
