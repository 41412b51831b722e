package guidepost.routes.service;

import static guidepost.routes.service.V1Client.add;
import static guidepost.routes.service.V1Client.beginSync;
import static guidepost.routes.service.V1Client.deletePrefix;
import static guidepost.routes.service.V1Client.ofSource;
import static guidepost.routes.service.V1Client.request;
import static guidepost.routes.service.V1Client.via;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import guidepost.common.v1.OperationResult;
import guidepost.routes.v1.DeleteSourceRequest;
import guidepost.routes.v1.DisconnectPolicy;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Source;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When a source is gone, and for how long, with a clock that the test has in its hand.
final class SourceGoneTest {

  private static final Operation ROUTE = add(via("10.0.0.0/8", "192.0.2.1"));

  private final ManualTimer timer = new ManualTimer();
  private InProcessRoutes server;
  private V1Client client;

  @BeforeEach
  void start() throws Exception {
    server = InProcessRoutes.start(timer);
    client = new V1Client(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void put(String name, DisconnectPolicy policy, int graceSeconds) {
    Source.Builder source =
        Source.newBuilder().setName(name).setDistance(20).setOnDisconnect(policy);
    if (graceSeconds > 0) {
      source.setDeleteAfter(Duration.newBuilder().setSeconds(graceSeconds));
    }
    client.putSource(source.build());
  }

  private void delete(String name, int graceSeconds) {
    put(name, DisconnectPolicy.DISCONNECT_POLICY_DELETE, graceSeconds);
  }

  private void keep(String name) {
    put(name, DisconnectPolicy.DISCONNECT_POLICY_KEEP, 0);
  }

  /// The grace periods that run, in seconds.
  private List<Long> running() {
    return timer.waiting().stream().map(each -> each.millis() / 1_000).toList();
  }

  private void end(V1Client.Modifying call, String source, int left) {
    call.end();
    await().until(() -> client.source(source).getWriters() == left);
  }

  /// A round through the writer, behind what was asked of it before.
  private void settle() throws Exception {
    List<OperationResult> ignored = client.modify(deletePrefix("99.0.0.0/8"));
    assertThat(ignored).hasSize(1);
  }

  private long routes() {
    return client.routes().size();
  }

  @Test
  void shouldBeginTheGracePeriodAnewEachTimeItIsGone() throws Exception {
    delete("bgp", 4);
    for (int i = 0; i < 2; i++) {
      V1Client.Modifying call = client.modifying();
      call.send(ofSource("bgp", ROUTE));
      assertThat(running()).isEmpty();
      end(call, "bgp", 0);
      assertThat(running()).containsExactly(4L);
    }
    List<ManualTimer.Waiting> all = timer.all();
    all.subList(0, all.size() - 1).forEach(each -> each.task().run());
    settle();
    assertThat(routes()).isEqualTo(1);
    all.getLast().task().run();
    settle();
    assertThat(routes()).isZero();
  }

  @Test
  void shouldWaitAsLongAsTheSourceWasPutToWaitLast() throws Exception {
    delete("bgp", 4);
    V1Client.Modifying call = client.modifying();
    call.send(ofSource("bgp", ROUTE));
    end(call, "bgp", 0);
    ManualTimer.Waiting first = timer.waiting().getFirst();
    delete("bgp", 9);
    assertThat(running()).containsExactly(9L);
    client.putSource(client.source("bgp").toBuilder().setDistance(30).build());
    assertThat(running()).containsExactly(9L);
    assertThat(timer.all()).hasSize(3);
    first.task().run();
    settle();
    assertThat(routes()).isEqualTo(1);
    keep("bgp");
    assertThat(running()).isEmpty();
  }

  @Test
  void shouldBeThereForACallThatOnlyNamesIt() {
    delete("bgp", 4);
    delete("ospf", 4);
    V1Client.Modifying empty = client.modifying();
    empty.ask(ofSource("bgp"));
    await().until(() -> client.source("bgp").getWriters() == 1);
    V1Client.Modifying other = client.modifying();
    other.ask(
        ofSource("bgp", add(via("10.0.0.0/8", "192.0.2.1").toBuilder().setSource("ospf").build())));
    await().until(() -> client.source("bgp").getWriters() == 2);
    assertThat(client.source("ospf").getWriters()).isEqualTo(1);
    assertThat(running()).isEmpty();
    end(other, "bgp", 1);
    assertThat(running()).containsExactly(4L);
    end(empty, "bgp", 0);
    assertThat(running()).containsExactly(4L, 4L);
  }

  @Test
  void shouldBeginTheGracePeriodWhenItIsPutToBeDeletedWhileNobodyWritesForIt() throws Exception {
    keep("bgp");
    client.modify(ofSource("bgp", ROUTE));
    await().until(() -> client.source("bgp").getWriters() == 0);
    assertThat(running()).isEmpty();
    delete("bgp", 4);
    assertThat(running()).containsExactly(4L);
    timer.waiting().getFirst().task().run();
    settle();
    assertThat(routes()).isZero();
  }

  @Test
  void shouldNotBeginItWhileACallIsOpen() throws Exception {
    keep("bgp");
    V1Client.Modifying call = client.modifying();
    call.send(ofSource("bgp", ROUTE));
    delete("bgp", 0);
    assertThat(running()).isEmpty();
    end(call, "bgp", 0);
    assertThat(running()).containsExactly(0L);
  }

  @Test
  void shouldNotBeToldFromADryRun() throws Exception {
    delete("bgp", 4);
    V1Client.Modifying call = client.modifying();
    call.send(ofSource("bgp", ROUTE));
    end(call, "bgp", 0);
    ManualTimer.Waiting running = timer.waiting().getFirst();
    V1Client.Modifying dry = client.modifying();
    dry.send(ofSource("bgp", ROUTE).toBuilder().setDryRun(true).build());
    assertThat(client.source("bgp").getWriters()).isZero();
    dry.end();
    settle();
    assertThat(timer.waiting()).containsExactly(running);
  }

  @Test
  void shouldBeThereForACallWhoseOperationsAreRefused() throws Exception {
    delete("bgp", 4);
    V1Client.Modifying call = client.modifying();
    call.send(ofSource("bgp", deletePrefix("10.0.0.1/8")));
    assertThat(client.source("bgp").getWriters()).isEqualTo(1);
    V1Client.Modifying stale = client.modifying();
    ModifyRequest late = ofSource("bgp", ROUTE).toBuilder().setExpectedRevision(0).build();
    stale.send(late);
    assertThat(client.source("bgp").getWriters()).isEqualTo(2);
  }

  @Test
  void shouldKeepNothingOfNamesThatNoSourceHas() throws Exception {
    V1Client.Modifying call = client.modifying();
    call.send(
        request(
            beginSync().toBuilder()
                .setBeginSync(beginSync().getBeginSync().toBuilder().setSource("nobody"))
                .build()));
    call.send(ofSource("nobody", ROUTE));
    delete("nobody", 4);
    assertThat(client.source("nobody").getWriters()).isZero();
    call.send(ofSource("nobody", ROUTE));
    assertThat(client.source("nobody").getWriters()).isEqualTo(1);
  }

  @Test
  void shouldForgetTheCallsOfASourceThatIsDeleted() throws Exception {
    delete("bgp", 4);
    V1Client.Modifying call = client.modifying();
    call.send(ofSource("bgp"));
    call.send(ofSource("bgp", deletePrefix("10.0.0.0/8")));
    var _ = server.routes().deleteSource(DeleteSourceRequest.newBuilder().setName("bgp").build());
    delete("bgp", 5);
    assertThat(client.source("bgp").getWriters()).isZero();
    assertThat(running()).containsExactly(5L);
    call.send(ofSource("bgp", deletePrefix("10.0.0.0/8")));
    assertThat(client.source("bgp").getWriters()).isEqualTo(1);
    end(call, "bgp", 0);
    assertThat(running()).containsExactly(5L);
  }
}
