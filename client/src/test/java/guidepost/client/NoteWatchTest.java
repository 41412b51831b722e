package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.common.v1.EndOfSnapshot;
import guidepost.common.v1.Progress;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NoteChanges;
import guidepost.guide.v1.NoteEvent;
import guidepost.guide.v1.NotesGrpc;
import guidepost.guide.v1.SubscribeOpening;
import guidepost.guide.v1.SubscribeRequest;
import guidepost.guide.v1.SubscribeResponse;
import guidepost.guide.v1.SubscribeStart;
import guidepost.testing.Patience;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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

  private CompletableFuture<Void> run(NoteWatch watch) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            watch.run();
          } catch (InterruptedException e) {
            throw new CompletionException(e);
          }
        });
  }

  private NoteWatch watch() {
    return server
        .client()
        .notes()
        .watch(
            SubscribeStart.getDefaultInstance(),
            new NoteWatch.Listener() {
              @Override
              public void holds(Note note) {}

              @Override
              public void complete(long notes) {
                told.add("complete");
              }

              @Override
              public void happened(NoteEvent event) {
                told.add("happened " + event.getNote().getId());
              }

              @Override
              public void cut(StatusRuntimeException why, Duration retryAfter) {
                told.add("cut");
              }
            });
  }

  @Test
  void callThatSomethingBetweenCancelledIsResumed() {
    calls.cutsAfter(Status.Code.CANCELLED, List.of(opening(), complete(5)));
    try (NoteWatch watch = watch()) {
      var _ = run(watch);
      await().untilAsserted(() -> assertThat(calls.requests()).hasSize(2));
    }
    assertThat(calls.requests().getLast().getStart().getWatch().getAfter())
        .isEqualTo(Progress.newBuilder().setRevision(5).setTimeline(7).build());
    assertThat(told).containsExactly("complete", "cut");
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
    try (NoteWatch watch = watch()) {
      var _ = run(watch);
      await().untilAsserted(() -> assertThat(told).endsWith("happened 3"));
    }
    assertThat(told).containsExactly("complete", "cut", "happened 1", "happened 2", "happened 3");
  }

  @Test
  void endsWhenTheClientIsClosed() {
    calls.sends(List.of(complete(5)));
    try (NoteWatch watch = watch()) {
      CompletableFuture<Void> running = run(watch);
      await().untilAsserted(() -> assertThat(told).contains("complete"));
      server.client().close();
      assertThat(running)
          .failsWithin(Patience.LIMIT)
          .withThrowableThat()
          .withCauseInstanceOf(StatusRuntimeException.class);
    }
    assertThat(told).containsExactly("complete");
  }
}
