package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.common.v1.EndOfSnapshot;
import guidepost.common.v1.Progress;
import guidepost.common.v1.WatchStart;
import guidepost.guide.v1.GeoCircle;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NoteChanges;
import guidepost.guide.v1.NoteEvent;
import guidepost.guide.v1.NotesGrpc;
import guidepost.guide.v1.SlowConsumer;
import guidepost.guide.v1.SubscribeOpening;
import guidepost.guide.v1.SubscribeRequest;
import guidepost.guide.v1.SubscribeResponse;
import guidepost.guide.v1.SubscribeStart;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Where a subscription goes on after a cut, and when it ends.
final class NoteWatchTest {

  private final ScriptedCalls<SubscribeRequest, SubscribeResponse> calls = new ScriptedCalls<>();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private InProcess server;

  @BeforeEach
  void start() throws Exception {
    server =
        InProcess.serving(
            new NotesGrpc.NotesImplBase() {
              @Override
              public StreamObserver<SubscribeRequest> subscribe(
                  StreamObserver<SubscribeResponse> responses) {
                return requests(responses);
              }
            });
  }

  private StreamObserver<SubscribeRequest> requests(StreamObserver<SubscribeResponse> responses) {
    return new StreamObserver<>() {
      @Override
      public void onNext(SubscribeRequest request) {
        calls.call(request, responses);
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {}
    };
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static SubscribeResponse complete(long revision) {
    return SubscribeResponse.newBuilder()
        .setEndOfSnapshot(EndOfSnapshot.getDefaultInstance())
        .setProgress(Progress.newBuilder().setRevision(revision).setTimeline(7))
        .build();
  }

  private final class Told implements Watch.Listener<Note, NoteEvent> {
    @Override
    public void begin(Watch.Beginning why) {
      told.add("begin " + why);
    }

    @Override
    public void complete(long revision) {
      told.add("complete");
    }

    @Override
    public void changes(List<NoteEvent> changes, long revision) {
      changes.forEach(event -> told.add("happened " + event.getNote().getId()));
    }

    @Override
    public void slow() {
      told.add("slow");
    }

    @Override
    public void cut(StatusRuntimeException why, Duration retryAfter) {
      told.add("cut");
    }
  }

  private Watch<Note, NoteEvent> watch() {
    return server.client().notes().watch(SubscribeStart.getDefaultInstance(), new Told());
  }

  private static SubscribeRequest position(int metres) {
    return SubscribeRequest.newBuilder().setPosition(at(metres)).build();
  }

  private static GeoPoint at(int metres) {
    return GeoPoint.newBuilder().setLatitudeE7(metres).build();
  }

  @Test
  void goesOnFromThePositionThatTheServerHasTakenAndSendsTheOthersAgain() {
    calls.cutsAfter(Status.Code.UNAVAILABLE, List.of()); // the start
    SubscribeStart start =
        SubscribeStart.newBuilder()
            .setMoving(GeoCircle.newBuilder().setCentre(at(0)).setRadiusMetres(100))
            .build();
    try (MovingWatch watch = server.client().notes().watchMoving(start, new Told())) {
      watch.position(at(1));
      watch.position(at(2));
      await().untilAsserted(() -> assertThat(calls.requests()).endsWith(position(1), position(2)));
      calls.answers(complete(5).toBuilder().setPositions(1).build());
      await().until(() -> watch.watch().progress().isPresent());
      calls.cuts(Status.Code.UNAVAILABLE);
      await()
          .untilAsserted(
              () ->
                  assertThat(calls.requests())
                      .endsWith(
                          SubscribeRequest.newBuilder()
                              .setStart(
                                  start.toBuilder()
                                      .setMoving(start.getMoving().toBuilder().setCentre(at(1)))
                                      .setWatch(
                                          WatchStart.newBuilder()
                                              .setAfter(complete(5).getProgress())))
                              .build(),
                          position(2)));
    }
  }

  @Test
  void clientThatReadTooSlowlyIsToldSoAndResumes() {
    calls.sends(
        List.of(
            complete(5),
            SubscribeResponse.newBuilder()
                .setSlowConsumer(SlowConsumer.getDefaultInstance())
                .build()));
    try (var _ = watch()) {
      await().untilAsserted(() -> assertThat(told).endsWith("slow"));
      calls.ends();
      await().untilAsserted(() -> assertThat(calls.requests()).hasSize(2));
    }
    assertThat(told).containsExactly("begin ASKED", "complete", "slow", "cut");
  }

  @Test
  void openingThatCannotResumeStartsAgain() {
    calls.cutsAfter(Status.Code.UNAVAILABLE, List.of(opening(), complete(5)));
    calls.sends(
        List.of(
            SubscribeResponse.newBuilder()
                .setOpening(
                    SubscribeOpening.newBuilder()
                        .setBeginning(SubscribeOpening.Beginning.BEGINNING_TOO_OLD))
                .build(),
            complete(9)));
    try (var _ = watch()) {
      await().untilAsserted(() -> assertThat(told).endsWith("begin TRIMMED", "complete"));
    }
  }

  private static SubscribeResponse opening() {
    return SubscribeResponse.newBuilder().setOpening(SubscribeOpening.getDefaultInstance()).build();
  }

  private static SubscribeResponse.Builder change(long note) {
    return SubscribeResponse.newBuilder()
        .setChanges(
            NoteChanges.newBuilder()
                .addEvents(NoteEvent.newBuilder().setNote(Note.newBuilder().setId(note))));
  }

  @Test
  void moveThatWasCutInTheMiddleIsToldOnce() {
    calls.cutsAfter(Status.Code.UNAVAILABLE, List.of(complete(5), change(1).build()));
    calls.sends(
        List.of(
            change(1).build(),
            change(2).build(),
            change(3).setProgress(Progress.newBuilder().setRevision(5)).build()));
    try (var _ = watch()) {
      await().untilAsserted(() -> assertThat(told).endsWith("happened 3"));
    }
    assertThat(told)
        .containsExactly(
            "begin ASKED", "complete", "cut", "happened 1", "happened 2", "happened 3");
  }
}
