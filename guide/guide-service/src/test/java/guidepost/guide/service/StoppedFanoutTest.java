package guidepost.guide.service;

import static guidepost.guide.service.Reports.inBox;
import static guidepost.guide.service.Reports.note;
import static guidepost.guide.service.Reports.post;
import static guidepost.guide.service.Reports.starting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.guide.notes.FanoutThread;
import guidepost.guide.v1.SubscribeRequest;
import guidepost.guide.v1.SubscribeResponse;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is left when the thread that tells subscribers has died.
final class StoppedFanoutTest {

  private final Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  private Caller<SubscribeRequest, SubscribeResponse> subscribe() {
    return guide.subscriber().send(starting(inBox(0, 0, 10, 10)));
  }

  @Test
  void shouldEndEverySubscriptionAndSayThatNotesAreNotServed() {
    List<String> notServed = new CopyOnWriteArrayList<>();
    guide.service().notes().onStopped(notServed::addAll);
    var open = subscribe();
    open.awaitReceived(2);
    breakDown();
    assertStopped(open);
    assertStopped(subscribe());
    assertStopped(guide.subscriber());
    await().untilAsserted(() -> assertThat(notServed).containsExactly("guidepost.guide.v1.Notes"));
    assertThat(post(guide, note("ann", "hazard", 1, 1)).getId()).isEqualTo(1);
    await().untilAsserted(() -> assertThat(guide.service().notes().subscribers()).isZero());
  }

  private void breakDown() {
    FanoutThread.act(
        guide.service().notes(),
        () -> {
          throw new LinkageError("as a test wants it");
        });
  }

  private static void assertStopped(Caller<?, ?> caller) {
    Status end = caller.awaitEnd();
    assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(end.getDescription())
        .isEqualTo(
            "what tells the subscribers of notes: stopped by a defect; the server must be"
                + " restarted");
  }

  @Test
  void shouldTellNobodyThatItStoppedWhenItIsClosed() {
    List<String> notServed = new CopyOnWriteArrayList<>();
    guide.service().notes().onStopped(notServed::addAll);
    guide.close();
    assertThat(notServed).isEmpty();
  }
}
