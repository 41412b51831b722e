package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import guidepost.common.v1.EndOfSnapshot;
import guidepost.common.v1.Progress;
import guidepost.common.v1.WatchStart;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.WatchRequest;
import guidepost.guide.v1.WatchResponse;
import guidepost.testing.Patience;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Where a watch goes on after a cut, and when it ends.
final class FeatureWatchTest {

  private static final Duration PATIENCE = Patience.LIMIT;

  private final ScriptedCalls<WatchRequest, WatchResponse> calls = new ScriptedCalls<>();
  private InProcess server;

  @BeforeEach
  void start() throws Exception {
    server =
        InProcess.serving(
            new FeaturesGrpc.FeaturesImplBase() {
              @Override
              public void watch(WatchRequest request, StreamObserver<WatchResponse> responses) {
                calls.call(request, responses);
              }
            });
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void watch(FeatureWatch.Listener listener) {
    server.client().features().watch(WatchRequest.getDefaultInstance(), listener);
  }

  private static WatchResponse complete(long revision) {
    return complete(revision, 0);
  }

  private static WatchResponse complete(long revision, long timeline) {
    return WatchResponse.newBuilder()
        .setEndOfSnapshot(EndOfSnapshot.getDefaultInstance())
        .setProgress(progress(revision, timeline))
        .build();
  }

  private static Progress progress(long revision, long timeline) {
    return Progress.newBuilder().setRevision(revision).setTimeline(timeline).build();
  }

  private static WatchResponse quiet(long revision) {
    return WatchResponse.newBuilder().setProgress(progress(revision, 0)).build();
  }

  @ParameterizedTest
  @EnumSource(names = {"UNAVAILABLE", "CANCELLED", "INTERNAL"})
  void isResumedThoughNothingHasEverBeenWritten(Status.Code cut) {
    List<Long> told = new CopyOnWriteArrayList<>();
    calls.cutsAfter(cut, List.of(complete(0))).sends(List.of(quiet(1)));
    watch(
        message -> {
          told.add(message.getProgress().getRevision());
          return message.getProgress().getRevision() < 1;
        });
    assertThat(told).containsExactly(0L, 1L);
    assertThat(calls.requests())
        .extracting(request -> request.getStart().getStartCase())
        .containsExactly(WatchStart.StartCase.START_NOT_SET, WatchStart.StartCase.AFTER);
  }

  @Test
  void resumesWithTheTimelineAndStartsAgainWithoutIt() {
    calls
        .cutsAfter(Status.Code.UNAVAILABLE, List.of(complete(5, 7)))
        .cutsAfter(Status.Code.OUT_OF_RANGE, List.of())
        .sends(List.of(complete(3, 8)));
    watch(message -> message.getProgress().getRevision() == 5);
    assertThat(calls.requests().get(1))
        .isEqualTo(
            WatchRequest.newBuilder()
                .setStart(WatchStart.newBuilder().setAfter(progress(5, 7)))
                .build());
    assertThat(calls.requests().get(2)).isEqualTo(WatchRequest.getDefaultInstance());
  }

  @Test
  void whatTheListenerThrowsIsThrownAndNotTakenForACut() {
    calls.sends(List.of(complete(5), quiet(6)));
    assertThatThrownBy(
            () ->
                watch(
                    message -> {
                      throw Status.UNAVAILABLE.withDescription("no room").asRuntimeException();
                    }))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessage("UNAVAILABLE: no room");
    assertThat(calls.requests()).hasSize(1);
  }

  @Test
  void endsWhenTheClientIsClosed() {
    CountDownLatch complete = new CountDownLatch(1);
    calls.sends(List.of(complete(5)));
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(
            () ->
                watch(
                    message -> {
                      complete.countDown();
                      return true;
                    }));
    await().until(() -> complete.getCount() == 0);
    server.client().close();
    assertThat(running)
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .withCauseInstanceOf(StatusRuntimeException.class)
        .withMessageContaining("UNAVAILABLE");
  }

  @Test
  void endsAtItsNextTryWhenTheClientIsClosedBetweenTwo() {
    calls.cutsAfter(Status.Code.UNAVAILABLE, List.of(complete(5)));
    List<String> told = new CopyOnWriteArrayList<>();
    assertThatThrownBy(
            () ->
                watch(
                    new FeatureWatch.Listener() {
                      @Override
                      public boolean message(WatchResponse message) {
                        return true;
                      }

                      @Override
                      public void cut(StatusRuntimeException why, Duration retryAfter) {
                        told.add("cut");
                        server.client().close();
                      }
                    }))
        .isInstanceOf(StatusRuntimeException.class);
    assertThat(told).containsExactly("cut");
  }

  @Test
  void endsWhenItsThreadIsInterrupted() {
    calls.sends(List.of(complete(5)));
    assertThatThrownBy(
            () ->
                watch(
                    message -> {
                      Thread.currentThread().interrupt();
                      return true;
                    }))
        .hasMessage("CANCELLED: interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(calls.requests()).hasSize(1);
  }
}
