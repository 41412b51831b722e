package guidepost.guide.service;

import static guidepost.guide.service.Guide.deleting;
import static guidepost.guide.service.Guide.feature;
import static guidepost.guide.service.Guide.putting;
import static guidepost.guide.service.Reports.note;
import static guidepost.guide.service.Reports.post;
import static guidepost.guide.service.TripsTest.fix;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.common.v1.WatchStart;
import guidepost.guide.v1.AppendFixesRequest;
import guidepost.guide.v1.AppendFixesResponse;
import guidepost.guide.v1.ApplyRequest;
import guidepost.guide.v1.ApplyResponse;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.GetTripRequest;
import guidepost.guide.v1.ModifyRequest;
import guidepost.guide.v1.NoteFilter;
import guidepost.guide.v1.TripBatch;
import guidepost.guide.v1.TripStart;
import guidepost.guide.v1.WatchNotesRequest;
import guidepost.guide.v1.WatchNotesResponse;
import java.util.Iterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What clients without client streaming can do: all that the streams do, a message at a time.
final class ClientsWithoutStreamsTest {

  private final Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  // Apply.

  private ApplyResponse apply(ModifyRequest.Builder request) {
    return guide.features().apply(ApplyRequest.newBuilder().setRequest(request).build());
  }

  @Test
  void shouldApplyOneMessageAsModifyDoes() {
    ApplyResponse done =
        apply(
            ModifyRequest.newBuilder()
                .addOperations(putting(feature("a", 1, 1, "A")).toBuilder().setId(7))
                .addOperations(putting(feature("b", 900_000_001, 1, "B")).toBuilder().setId(8))
                .addOperations(deleting("none").toBuilder().setId(9)));
    assertThat(done.getResultsList())
        .extracting(OperationResult::getId)
        .containsExactly(7L, 8L, 9L);
    assertThat(done.getResultsList())
        .extracting(OperationResult::getCode)
        .containsExactly(
            ResultCode.RESULT_CODE_OK, ResultCode.RESULT_CODE_INVALID, ResultCode.RESULT_CODE_OK);
    assertThat(done.getFeatureIdsList()).containsExactly("a", "", "none");
    assertThat(done.getResults(1).getReason()).isEqualTo("VALUE_OUT_OF_RANGE");
    assertThat(guide.stats().getFeatures()).isEqualTo(1);
  }

  @Test
  void shouldTakeAnEmptyMessageAndRejectOneOfTooManyOperations() {
    assertThat(apply(ModifyRequest.newBuilder()).getResultsCount()).isZero();
    ModifyRequest.Builder many = ModifyRequest.newBuilder();
    for (int i = 0; i < 4_096; i++) {
      many.addOperations(deleting("x"));
    }
    assertThat(apply(many).getResultsCount()).isEqualTo(4_096);
    assertThatThrownBy(() -> apply(many.addOperations(deleting("x"))))
        .hasMessage("INVALID_ARGUMENT: request.operations \"4097\": must have 0..4096 entries");
  }

  @Test
  void shouldDoNothingOnAnotherTimelineThanExpected() {
    ApplyResponse other =
        apply(
            ModifyRequest.newBuilder()
                .setExpectedTimeline(1)
                .addOperations(putting(feature("a", 1, 1, "A"))));
    assertThat(other.getResults(0).getCode()).isEqualTo(ResultCode.RESULT_CODE_CONFLICT);
    assertThat(other.getResults(0).getReason()).isEqualTo("TIMELINE_OTHER");
    assertThat(guide.stats().getFeatures()).isZero();
  }

  // WatchNotes.

  private Iterator<WatchNotesResponse> watch(WatchNotesRequest.Builder request) {
    return guide.notes().watchNotes(request.build());
  }

  @Test
  void shouldTellANoteWatchAllThatASubscriberIsTold() {
    post(guide, note("ann", "traffic", 5, 5));
    post(guide, note("ann", "hazard", 5, 5));
    Iterator<WatchNotesResponse> seen =
        watch(
            WatchNotesRequest.newBuilder()
                .setBox(GeoBox.newBuilder().setNorthE7(10).setEastE7(10))
                .setFilter(NoteFilter.newBuilder().addKinds("hazard")));
    assertThat(seen.next().hasOpening()).isTrue();
    assertThat(seen.next().getSnapshot().getNotesList()).hasSize(1);
    WatchNotesResponse end = seen.next();
    assertThat(end.getEndOfSnapshot().getEntries()).isEqualTo(1);
    assertThat(end.getProgress().getRevision()).isEqualTo(2);
    assertThat(end.getProgress().getTimeline()).isNotZero();
    post(guide, note("bob", "hazard", 6, 6));
    assertThat(seen.next().getChanges().getEvents(0).getNote().getAuthor()).isEqualTo("bob");

    Iterator<WatchNotesResponse> resumed =
        watch(
            WatchNotesRequest.newBuilder()
                .setWatch(WatchStart.newBuilder().setAfter(end.getProgress())));
    assertThat(resumed.next().hasOpening()).isTrue();
    assertThat(resumed.next().getChanges().getEvents(0).getNote().getAuthor()).isEqualTo("bob");
  }

  @Test
  void shouldBeginANoteWatchWithoutASnapshotIfAsked() {
    post(guide, note("ann", "hazard", 5, 5));
    Iterator<WatchNotesResponse> seen =
        watch(
            WatchNotesRequest.newBuilder().setWatch(WatchStart.newBuilder().setChangesOnly(true)));
    assertThat(seen.next().getOpening().getBeginning().name()).isEqualTo("BEGINNING_RESUMED");
    post(guide, note("bob", "hazard", 6, 6));
    assertThat(seen.next().getChanges().getEvents(0).getNote().getAuthor()).isEqualTo("bob");
  }

  @Test
  void shouldNameTheFieldsOfANoteWatchAsTheyStandInTheRequest() {
    var upsideDown = WatchNotesRequest.newBuilder().setBox(GeoBox.newBuilder().setSouthE7(1));
    assertThatThrownBy(() -> watch(upsideDown).next())
        .hasMessage("INVALID_ARGUMENT: box.north_e7 \"0\": must not be less than box.south_e7, 1");
  }

  // AppendFixes.

  private AppendFixesResponse append(AppendFixesRequest.Builder request) {
    return guide.trips().appendFixes(request.build());
  }

  private static AppendFixesRequest.Builder ride() {
    return AppendFixesRequest.newBuilder().setStart(TripStart.newBuilder().setTripId("ride"));
  }

  private static TripBatch batch(int number) {
    return TripBatch.newBuilder().setNumber(number).addFixes(fix(number * 10, number * 10)).build();
  }

  @Test
  void shouldRecordATripABatchACall() {
    assertThat(append(ride()).getChanged()).isTrue();
    assertThat(append(ride()).getChanged()).isFalse();
    AppendFixesResponse first = append(ride().setBatch(batch(1)));
    assertThat(first.getTrip().getSummary().getFixes()).isEqualTo(1);
    assertThat(first.getChanged()).isTrue();
    assertThat(append(ride().setBatch(batch(1))).getChanged()).isFalse();
    AppendFixesResponse last = append(ride().setBatch(batch(2)).setFinish(true));
    assertThat(last.getTrip().getFinished()).isTrue();
    assertThat(last.getTrip().getSummary().getFixes()).isEqualTo(2);
    assertThat(guide.trips().getTrip(GetTripRequest.newBuilder().setId("ride").build()).getTrip())
        .isEqualTo(last.getTrip());
    assertThatThrownBy(() -> append(ride().setBatch(batch(3))))
        .hasMessage(
            "FAILED_PRECONDITION: start.trip_id \"ride\": is finished; batch 3 cannot be added");
  }

  @Test
  void shouldBeginNoTripForABatchThatBreaksARule() {
    assertThatThrownBy(() -> append(ride().setBatch(TripBatch.newBuilder().setNumber(1))))
        .hasMessage("INVALID_ARGUMENT: batch.fixes \"0\": must have 1..10000 entries");
    assertThatThrownBy(
            () -> guide.trips().getTrip(GetTripRequest.newBuilder().setId("ride").build()))
        .hasMessage("NOT_FOUND: no trip matches \"ride\"");
    assertThatThrownBy(() -> append(AppendFixesRequest.newBuilder()))
        .hasMessage("INVALID_ARGUMENT: start: must be set: which trip");
  }
}
