package guidepost.routes.service;

import static guidepost.routes.service.V1Client.add;
import static guidepost.routes.service.V1Client.request;
import static guidepost.routes.service.V1Client.via;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.calls.ModifyHandler;
import guidepost.common.v1.OperationResult;
import guidepost.journal.StubbornJournal;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How much of a Modify call waits to be written. Nothing is written before the test says so, and
/// what is sent is read at once, if it is read.
final class ModifyFlowTest {

  private final StubbornJournal journal = new StubbornJournal();
  private InProcessRoutes server;
  private V1Client client;

  @BeforeEach
  void start() throws Exception {
    server = InProcessRoutes.start(RouteLimits.DEFAULT, journal::around);
    client = new V1Client(server);
    journal.hold();
    client.modifying().ask(batch(1));
    await().until(journal::holds);
  }

  @AfterEach
  void stop() {
    journal.release();
    server.close();
  }

  private static ModifyRequest batch(int operations) {
    Operation same = add(via("10.0.0.0/8", "192.0.2.1"));
    return request(IntStream.range(0, operations).mapToObj(_ -> same).toArray(Operation[]::new));
  }

  private V1Client.Modifying asking(int messages, int operations) {
    V1Client.Modifying call = client.modifying();
    for (int i = 0; i < messages; i++) {
      call.ask(batch(operations));
    }
    return call;
  }

  @Test
  void shouldHaveSeveralMessagesOfACallInHand() {
    asking(10, 512);
    assertThat(server.queuedChanges()).isEqualTo(ModifyHandler.BATCHES_MAX * 512);
    asking(10, 1_024);
    assertThat(server.queuedChanges()).isEqualTo(ModifyHandler.BATCHES_MAX * (512 + 1_024));
  }

  @Test
  void shouldHoldBackACallThatSendsLargeMessages() throws Exception {
    int size = ModifyHandler.OPERATIONS_PER_MESSAGE_MAX;
    List<V1Client.Modifying> calls = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      calls.add(asking(4, size));
      assertThat(server.queuedChanges()).isEqualTo(i * size);
    }
    journal.release();
    for (V1Client.Modifying call : calls) {
      List<OperationResult> results = call.results(4 * size);
      assertThat(results).hasSize(4 * size);
    }
  }
}
