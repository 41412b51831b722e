package guidepost.routes.service;

import static guidepost.routes.service.V1Client.add;
import static guidepost.routes.service.V1Client.beginSync;
import static guidepost.routes.service.V1Client.endSync;
import static guidepost.routes.service.V1Client.ofSource;
import static guidepost.routes.service.V1Client.request;
import static guidepost.routes.service.V1Client.via;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.journal.StubbornJournal;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of refreshes when writes fail, or when too much waits to be written.
final class TroubledSyncTest {

  private static final int QUEUED_CHANGES_MAX = 100;

  private final StubbornJournal journal = new StubbornJournal();
  private final ManualTimer timer = new ManualTimer();
  private InProcessRoutes server;
  private V1Client client;

  @BeforeEach
  void start() throws Exception {
    server =
        InProcessRoutes.start(
            RouteLimits.DEFAULT.with(QUEUED_CHANGES_MAX, 256, 1_024, 4 << 20),
            journal::around,
            timer);
    client = new V1Client(server);
    client.putSource("bgp", 20);
  }

  @AfterEach
  void stop() {
    journal.release();
    server.close();
  }

  @Test
  void shouldForgetTheSyncOfACallThatEndedWhileTooMuchWaited() throws Exception {
    V1Client.Modifying call = client.modifying();
    call.send(ofSource("bgp", beginSync()));
    journal.hold();
    send(add(via("10.0.0.0/8", "192.0.2.1")));
    await().until(journal::holds);
    send(many(2 * QUEUED_CHANGES_MAX));
    await().until(() -> server.queuedChanges() > QUEUED_CHANGES_MAX);
    call.end();
    await().until(() -> timer.waiting().size() == 1);
    assertThat(client.source("bgp").getSyncing()).isTrue();
    journal.release();
    await().until(() -> server.queuedChanges() == 0);
    timer.waiting().getFirst().task().run();
    await().until(() -> !client.source("bgp").getSyncing());
  }

  private void send(Operation... operations) {
    server.routesAsync().modify(new Replies<>()).onNext(request(operations));
  }

  private static Operation[] many(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> add(via("11.0.%d.0/24".formatted(i), "192.0.2.1")))
        .toArray(Operation[]::new);
  }

  @Test
  void shouldGoOnWithASyncWhenTheBeginningOfAnotherWasNotWritten() throws Exception {
    V1Client.Modifying call = client.modifying();
    call.send(ofSource("bgp", beginSync()));
    failToWrite(ofSource("bgp", beginSync(), add(via("10.0.0.0/8", "192.0.2.1"))));
    OperationResult ended = call.send(ofSource("bgp", endSync())).getFirst();
    assertThat(ended.getCode()).isEqualTo(ResultCode.RESULT_CODE_OK);
  }

  @Test
  void shouldSweepARouteThatCouldNotBeWrittenDuringASync() throws Exception {
    Operation stale = add(via("10.0.0.0/8", "192.0.2.1"));
    client.modify(ofSource("bgp", stale));
    V1Client.Modifying call = client.modifying();
    call.send(ofSource("bgp", beginSync(), add(via("11.0.0.0/8", "192.0.2.1"))));
    failToWrite(ofSource("bgp", stale, add(via("12.0.0.0/8", "192.0.2.1"))));
    call.send(ofSource("bgp", endSync()));
    assertThat(client.routes()).extracting(Route::getPrefix).containsExactly("11.0.0.0/8");
  }

  @Test
  void shouldForgetTheSyncOfACallThatEndedWhileNothingCouldBeWritten() throws Exception {
    V1Client.Modifying call = client.modifying();
    call.send(ofSource("bgp", beginSync()));
    journal.hold();
    journal.refuse(true);
    send(add(via("10.0.0.0/8", "192.0.2.1")));
    await().until(journal::holds);
    send(add(via("11.0.0.0/8", "192.0.2.1")));
    await().until(() -> server.queuedChanges() == 1);
    call.end();
    await().until(() -> server.queuedChanges() == 2);
    journal.release();
    await().until(() -> !timer.waiting().isEmpty() && server.queuedChanges() == 0);
    assertThat(client.source("bgp").getSyncing()).isTrue();
    journal.refuse(false);
    timer.waiting().forEach(each -> each.task().run());
    await().until(() -> !client.source("bgp").getSyncing());
  }

  private void failToWrite(ModifyRequest request) {
    journal.refuse(true);
    assertThatThrownBy(() -> client.modify(request)).hasMessageContaining("as a test wants it");
    journal.refuse(false);
  }
}
