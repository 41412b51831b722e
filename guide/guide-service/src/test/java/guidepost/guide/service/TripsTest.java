package guidepost.guide.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.guide.messages.GuideMessages;
import guidepost.guide.trips.ServedTrips;
import guidepost.guide.v1.DeleteTripRequest;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.GetTripFixesRequest;
import guidepost.guide.v1.GetTripRequest;
import guidepost.guide.v1.ListTripsRequest;
import guidepost.guide.v1.RecordTripRequest;
import guidepost.guide.v1.RecordTripResponse;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripBatch;
import guidepost.guide.v1.TripEnd;
import guidepost.guide.v1.TripFilter;
import guidepost.guide.v1.TripFix;
import guidepost.guide.v1.TripStart;
import guidepost.guide.v1.TripSummary;
import guidepost.journal.Findings;
import guidepost.testing.Seed;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What callers of `guidepost.guide.v1.Trips` see.
final class TripsTest {

  /// E7 of latitude in a metre on the ellipsoid at the equator.
  private static final double METRE = 90.4367;

  private Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  private static RecordTripRequest starting(String id) {
    return RecordTripRequest.newBuilder()
        .setStart(TripStart.newBuilder().setTripId(id).setTraveller("ann").setName("to work"))
        .build();
  }

  private static RecordTripRequest batch(int number, TripFix... fixes) {
    return RecordTripRequest.newBuilder()
        .setBatch(TripBatch.newBuilder().setNumber(number).addAllFixes(List.of(fixes)))
        .build();
  }

  private static RecordTripRequest ending() {
    return RecordTripRequest.newBuilder().setEnd(TripEnd.getDefaultInstance()).build();
  }

  /// So many metres north of 0,0, after so many seconds.
  static TripFix fix(double metresNorth, double seconds) {
    return fixAt((int) Math.round(metresNorth * METRE), 0, seconds);
  }

  private static TripFix fixAt(int latitudeE7, int longitudeE7, double seconds) {
    return TripFix.newBuilder()
        .setPoint(Reports.point(latitudeE7, longitudeE7))
        .setTime(GuideMessages.timestamp(1_700_000_000_000L + Math.round(seconds * 1_000)))
        .build();
  }

  private Caller<RecordTripRequest, RecordTripResponse> record(RecordTripRequest... requests) {
    var caller = guide.recorder();
    List.of(requests).forEach(caller::send);
    return caller;
  }

  private Trip get(String id) {
    return guide.trips().getTrip(GetTripRequest.newBuilder().setId(id).build()).getTrip();
  }

  private List<TripFix> fixes(String id) {
    List<TripFix> fixes = new ArrayList<>();
    guide
        .trips()
        .getTripFixes(GetTripFixesRequest.newBuilder().setId(id).build())
        .forEachRemaining(response -> fixes.addAll(response.getFixesList()));
    return fixes;
  }

  @Test
  void shouldAnswerEachBatchWithTheSummarySoFar() {
    var answers =
        record(starting(""), batch(1, fix(0, 0), fix(100, 10)), batch(2, fix(200, 20)), ending())
            .finish();
    assertThat(answers).hasSize(4).allMatch(RecordTripResponse::getChanged);
    assertThat(answers.get(0).getTrip().getId()).isEqualTo("t1");
    assertThat(answers.get(1).getTrip().getSummary().getDistanceMetres()).isBetween(99.9, 100.1);
    Trip last = answers.get(3).getTrip();
    assertThat(last.getFinished()).isTrue();
    assertThat(last.getTraveller()).isEqualTo("ann");
    assertThat(last.getLastBatch()).isEqualTo(2);
    TripSummary summary = last.getSummary();
    assertThat(summary.getFixes()).isEqualTo(3);
    assertThat(summary.getFilteredMetres()).isBetween(199.9, 200.1);
    assertThat(summary.getMovingSeconds()).isEqualTo(20);
    assertThat(summary.getEndTime().getSeconds() - summary.getStartTime().getSeconds())
        .isEqualTo(20);
    assertThat(get("t1")).isEqualTo(last);
  }

  @Test
  void shouldGoOnAfterADroppedConnectionAndChangeNothingByWhatCameBefore() {
    var first = record(starting("ride"), batch(1, fix(0, 0), fix(50, 5)));
    first.awaitReceived(2);
    first.cancel();
    guide = guide.restart();
    var again = record(starting("ride"), batch(1, fix(0, 0), fix(50, 5)), batch(2, fix(90, 9)));
    var answers = again.finish();
    assertThat(answers.stream().map(RecordTripResponse::getChanged))
        .containsExactly(false, false, true);
    assertThat(answers.getFirst().getTrip().getLastBatch()).isEqualTo(1);
    assertThat(answers.getLast().getTrip().getSummary().getFixes()).isEqualTo(3);
    assertThat(fixes("ride")).containsExactly(fix(0, 0), fix(50, 5), fix(90, 9));
    assertThat(answers.getLast().getTrip().getRevision()).isEqualTo(3);
  }

  @Test
  void shouldMeasureTheSameHoweverTheFixesAreBatched() {
    Random random = Seed.random("TripsTest");
    List<TripFix> fixes = new ArrayList<>();
    double north = 0;
    double seconds = 0;
    for (int i = 0; i < 600; i++) {
      boolean rests = i / 100 % 2 == 1;
      // A stay begins 0, 16, 32 or 48 m before the place of a rest: noise leaves that of 48 m at
      // once, and never the others, so that none cuts a rest in two.
      north += rests ? 0 : 16;
      seconds += 1 + random.nextInt(3);
      int latitude = (int) (north * METRE + random.nextGaussian() * 200);
      fixes.add(
          fixAt(latitude, (int) (random.nextGaussian() * 200), seconds).toBuilder()
              .setAccuracyMetres(random.nextInt(30) == 0 ? 500 : random.nextInt(9))
              .setSpeedMetresPerSecond(rests ? 0 : 8)
              .setAltitudeMetres(random.nextInt(100))
              .build());
    }
    record(starting("whole"), batch(1, fixes.toArray(TripFix[]::new))).finish();
    record(starting("parts")).finish();
    int number = 0;
    for (int from = 0; from < fixes.size(); ) {
      int to = Math.min(fixes.size(), from + 1 + random.nextInt(60));
      number++;
      record(starting("parts"), batch(number, fixes.subList(from, to).toArray(TripFix[]::new)))
          .finish();
      from = to;
      if (random.nextInt(10) == 0) {
        guide = guide.restart();
      }
    }
    assertThat(get("parts").getSummary()).isEqualTo(get("whole").getSummary());
    assertThat(fixes("parts")).isEqualTo(fixes);
    TripSummary summary = get("whole").getSummary();
    assertThat(summary.getStopCount()).isEqualTo(3);
    assertThat(summary.getDistanceMetres()).isGreaterThan(summary.getFilteredMetres());
    assertThat(summary.getFilteredMetres()).isBetween(3_400.0, 6_000.0);
    assertVerified(2 + 1 + number);
  }

  private void assertVerified(long entries) {
    Findings findings = new Findings();
    var journal = guide.store().journal(ServedTrips.STORED.name());
    try {
      assertThat(guide.service().trips().verify(findings)).isEqualTo(entries);
      assertThat(ServedTrips.STORED.verify(journal, findings)).isEqualTo(entries);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    assertThat(findings.first()).isEmpty();
  }

  @Test
  void shouldNotCountTheJitterOfAReceiverThatRestsButFindTheStop() {
    List<TripFix> fixes = new ArrayList<>();
    for (int i = 0; i <= 300; i++) {
      fixes.add(fix(i % 2 == 0 ? 0 : 4, i));
    }
    fixes.add(fix(400, 340));
    TripSummary summary =
        record(starting("rest"), batch(1, fixes.toArray(TripFix[]::new)))
            .finish()
            .getLast()
            .getTrip()
            .getSummary();
    assertThat(summary.getDistanceMetres()).isGreaterThan(1_500);
    assertThat(summary.getFilteredMetres()).isBetween(399.0, 401.0);
    assertThat(summary.getStopCount()).isEqualTo(1);
    assertThat(summary.getStops(0).getPoint().getLatitudeE7()).isBetween(100, 250);
    assertThat(summary.getStops(0).getEndTime().getSeconds()).isEqualTo(1_700_000_300);
  }

  @Test
  void shouldCountAFeatureOnceHoweverOftenItIsPassedAndOnlyIfItHasAName() {
    guide.put(
        Guide.feature("inn", (int) (105 * METRE), (int) (20 * METRE), "Inn"),
        Guide.feature("far", (int) (105 * METRE), (int) (40 * METRE), "Far"),
        Guide.feature("nameless", (int) (105 * METRE), 0, ""),
        Guide.feature("late", (int) (900 * METRE), 0, "Late"));
    TripSummary summary =
        record(
                starting("walk"),
                batch(1, fix(0, 0), fix(200, 60), fix(0, 120), fix(200, 180)),
                batch(2, fix(1_800, 400)))
            .finish()
            .getLast()
            .getTrip()
            .getSummary();
    assertThat(summary.getFeatureIdsList()).containsExactly("inn");
  }

  @Test
  void shouldTellTheFeaturesOfAHopInTheOrderInWhichTheyLieAlongIt() {
    Random random = Seed.random("TripsTest");
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      expected.add("f" + random.nextInt(1_000_000) + "-" + i);
      int east = (int) ((random.nextDouble() * 40 - 20) * METRE);
      guide.put(Guide.feature(expected.getLast(), (int) ((20 + i * 20) * METRE), east, "n"));
    }
    record(starting("north"), batch(1, fix(0, 0), fix(450, 60))).finish();
    assertThat(get("north").getSummary().getFeatureIdsList()).isEqualTo(expected);
    record(starting("south"), batch(1, fix(450, 0), fix(0, 60))).finish();
    assertThat(get("south").getSummary().getFeatureIdsList()).isEqualTo(expected.reversed());
  }

  @Test
  void shouldTellANamedFeatureAmongManyThatHaveNoName() {
    Feature[] nameless = new Feature[3_000];
    for (int i = 0; i < nameless.length; i++) {
      nameless[i] = Guide.feature((i % 2 == 0 ? "a" : "z") + i, 0, 0, "");
    }
    guide.put(Arrays.copyOf(nameless, 1_500));
    guide.put(Guide.feature("inn", 0, 0, "Inn"));
    guide.put(Arrays.copyOfRange(nameless, 1_500, nameless.length));
    record(starting("walk"), batch(1, fix(0, 0))).finish();
    assertThat(get("walk").getSummary().getFeatureIdsList()).containsExactly("inn");
  }

  @Test
  void shouldSkipAndCountFixesThatAClockSetBackPutsBeforeOthers() {
    record(starting("ride"), batch(1, fix(0, 0), fix(20, 9_000), fix(20, 2), fix(10, 3_600)))
        .finish();
    assertThat(get("ride").getSummary().getSkippedFixes()).isEqualTo(1);
    var answers =
        record(starting("ride"), batch(2, fix(40, 4), fix(50, 5)), batch(3, fix(60, 3_601)))
            .finish();
    assertThat(answers).hasSize(3);
    TripSummary summary = answers.getLast().getTrip().getSummary();
    assertThat(summary.getSkippedFixes()).isEqualTo(3);
    assertThat(summary.getFixes()).isEqualTo(4);
    assertThat(fixes("ride"))
        .containsExactly(fix(0, 0), fix(20, 2), fix(10, 3_600), fix(60, 3_601));
    record(starting("ride"), batch(2, fix(40, 4), fix(50, 5))).finish();
    assertThat(get("ride").getSummary()).isEqualTo(summary);
    guide = guide.restart();
    assertThat(get("ride").getSummary()).isEqualTo(summary);
    assertVerified(4);
  }

  @Test
  void shouldGoOnWithABatchWithoutTheFixThatWasRefusedAsYetToCome() {
    double leap = 347 * 86_400.0;
    record(starting("ride"), batch(1, fix(0, 0))).finish();
    assertThat(record(starting("ride"), batch(2, fix(5, 5), fix(9, leap))).awaitEnd().getCode())
        .isEqualTo(Status.Code.FAILED_PRECONDITION);
    record(starting("ride"), batch(2, fix(5, 5), fix(10, 10))).finish();
    assertThat(fixes("ride")).containsExactly(fix(0, 0), fix(5, 5), fix(10, 10));
    guide.passes(Duration.ofDays(347));
    record(starting("ride"), batch(3, fix(9, leap))).finish();
    assertThat(get("ride").getSummary().getFixes()).isEqualTo(4);
  }

  @Test
  void shouldRefuseWhatBreaksARuleNamingFieldRuleAndValue() {
    record(starting("ride"), batch(1, fix(0, 100))).finish();
    assertRefused(
        "INVALID_ARGUMENT: start: must be sent first, and only first", batch(1, fix(0, 0)));
    assertRefused(
        "INVALID_ARGUMENT: start: must be sent first, and only first",
        starting("ride"),
        starting("ride"));
    assertRefused(
        "FAILED_PRECONDITION: batch.number \"3\": must be 2, the one after the last",
        starting("ride"),
        batch(3, fix(0, 200)));
    assertRefused(
        "INVALID_ARGUMENT: batch.number \"0\": must be 1..4294967295",
        starting("ride"),
        batch(0, fix(0, 200)));
    assertRefused(
        "INVALID_ARGUMENT: batch.fixes \"0\": must have 1..10000 entries",
        starting("ride"),
        batch(2));
    assertRefused(
        "FAILED_PRECONDITION: batch.fixes[1].time \"2023-11-15T22:13:20.001Z\": must be at most a"
            + " day ahead of the server's clock, 2023-11-14T22:13:20Z",
        starting("ride"),
        batch(2, fix(0, 200), fix(0, 86_400.001)));
    assertRefused(
        "INVALID_ARGUMENT: batch.fixes[0].accuracy_metres \"NaN\": must be 0..100000",
        starting("ride"),
        batch(2, fix(0, 200).toBuilder().setAccuracyMetres(Float.NaN).build()));
    assertRefused(
        "INVALID_ARGUMENT: batch.fixes[0].time: must be set: when it was",
        starting("ride"),
        batch(2, fix(0, 200).toBuilder().clearTime().build()));
    assertRefused(
        "INVALID_ARGUMENT: start.trip_id \"%s…\": must be at most 128 bytes of UTF-8; has 129"
            .formatted("x".repeat(100)),
        starting("x".repeat(129)));
    record(starting("ride"), ending()).finish();
    assertRefused(
        "FAILED_PRECONDITION: start.trip_id \"ride\": is finished; batch 2 cannot be added",
        starting("ride"),
        batch(2, fix(0, 200)));
    assertThat(get("ride").getSummary().getFixes()).isEqualTo(1);
  }

  private void assertRefused(String text, RecordTripRequest... requests) {
    Status end = record(requests).awaitEnd();
    assertThat(end.getCode() + ": " + end.getDescription()).isEqualTo(text);
  }

  @Test
  void shouldListTripsInPagesAndDeleteThemWithTheirFixes() {
    for (int i = 0; i < 5; i++) {
      record(starting("r" + i), batch(1, fix(0, 0)), batch(2, fix(9, 9))).finish();
    }
    var page = guide.trips().listTrips(ListTripsRequest.newBuilder().setPageSize(2).build());
    assertThat(page.getTripsList()).extracting(Trip::getId).containsExactly("r0", "r1");
    page =
        guide
            .trips()
            .listTrips(
                ListTripsRequest.newBuilder()
                    .setPageSize(3)
                    .setPageToken(page.getNextPageToken())
                    .build());
    assertThat(page.getTripsList()).extracting(Trip::getId).containsExactly("r2", "r3", "r4");
    assertThat(page.getNextPageToken()).isEmpty();
    assertThat(
            guide
                .trips()
                .listTrips(
                    ListTripsRequest.newBuilder()
                        .setFilter(TripFilter.newBuilder().setTraveller("bob"))
                        .build())
                .getTripsCount())
        .isZero();

    guide.trips().deleteTrip(DeleteTripRequest.newBuilder().setId("r1").build());
    assertThatThrownBy(() -> get("r1")).hasMessage("NOT_FOUND: no trip matches \"r1\"");
    assertThatThrownBy(() -> fixes("r1")).hasMessage("NOT_FOUND: no trip matches \"r1\"");
    assertThatThrownBy(
            () -> guide.trips().deleteTrip(DeleteTripRequest.newBuilder().setId("r1").build()))
        .hasMessage("NOT_FOUND: no trip matches \"r1\"");
    assertVerified(4 * 3);
    record(starting("r1"), batch(1, fix(1, 1))).finish();
    assertThat(fixes("r1")).containsExactly(fix(1, 1));
    guide = guide.restart();
    assertVerified(4 * 3 + 2);
  }

  @Test
  void shouldKeepNothingOfWhatTheJournalRefused() {
    record(starting("ride"), batch(1, fix(0, 0))).finish();
    guide.store().failWrites(true);
    assertThat(record(starting("ride"), batch(2, fix(9, 9))).awaitEnd().getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
    guide.store().failWrites(false);
    assertThat(get("ride").getLastBatch()).isEqualTo(1);
    record(starting("ride"), batch(2, fix(9, 9))).finish();
    assertVerified(3);
  }

  @Test
  void shouldKeepATripWhoseFixesCannotBeReadToDeleteThem() {
    record(starting("ride"), batch(1, fix(0, 0))).finish();
    guide.store().failSnapshots(true);
    assertThatThrownBy(
            () -> guide.trips().deleteTrip(DeleteTripRequest.newBuilder().setId("ride").build()))
        .hasMessageContaining("DATA_LOSS: damaged");
    guide.store().failSnapshots(false);
    assertThat(fixes("ride")).hasSize(1);
    assertVerified(2);
  }

  @Test
  void shouldEndOpenRecordersAsUnavailableOnShutdown() {
    var open = record(starting("ride"));
    open.awaitReceived(1);
    guide.service().shutdown();
    assertThat(open.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }
}
