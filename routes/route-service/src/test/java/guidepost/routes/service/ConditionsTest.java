package guidepost.routes.service;

import static guidepost.routes.service.V1Client.add;
import static guidepost.routes.service.V1Client.delete;
import static guidepost.routes.service.V1Client.deletePrefix;
import static guidepost.routes.service.V1Client.replace;
import static guidepost.routes.service.V1Client.request;
import static guidepost.routes.service.V1Client.via;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.SyncScope;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// All or nothing, only decided, and only if nothing changed.
final class ConditionsTest {

  private static final Route TEN = via("10.0.0.0/8", "192.0.2.1");

  private InProcessRoutes server;
  private V1Client client;

  @BeforeEach
  void start() throws Exception {
    server = InProcessRoutes.start();
    client = new V1Client(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Operation expecting(long revision, Operation operation) {
    return operation.toBuilder().setExpectedRevision(revision).build();
  }

  @Test
  void shouldDoNothingOfAnAtomicMessageWithARefusedOperation() throws Exception {
    List<OperationResult> results =
        client.modify(
            request(add(TEN), add(via("10.0.0.1/8", "192.0.2.1")), add(TEN)).toBuilder()
                .setAtomic(true)
                .build());
    assertThat(results)
        .extracting(OperationResult::getCode)
        .containsExactly(
            ResultCode.RESULT_CODE_ABORTED,
            ResultCode.RESULT_CODE_INVALID,
            ResultCode.RESULT_CODE_ABORTED);
    assertThat(results.getFirst().getText()).contains("operation 1 of the message was rejected");
    assertThat(client.routes()).isEmpty();
  }

  @Test
  void shouldOnlyDecideADryRun() throws Exception {
    long revision = client.modifyOne(add(TEN)).getRevision();
    List<OperationResult> results =
        client.modify(
            request(deletePrefix("10.0.0.0/8"), add(TEN), add(TEN)).toBuilder()
                .setDryRun(true)
                .build());
    assertThat(results).extracting(OperationResult::getEntriesChanged).containsExactly(1, 1, 0);
    assertThat(results).extracting(OperationResult::getRevision).containsOnly(revision);
    assertThat(client.routes()).hasSize(1);
    assertThat(client.modifyOne(add(TEN)).getRevision()).isEqualTo(revision);
  }

  @Test
  void shouldAnswerADryRunExactlyAsTheRealRunWouldBe() throws Exception {
    ModifyRequest dry =
        request(add(TEN), add(via("10.0.0.1/8", "192.0.2.1")), add(TEN)).toBuilder()
            .setAtomic(true)
            .setDryRun(true)
            .build();
    List<OperationResult> decided = client.modify(dry);
    assertThat(decided)
        .extracting(OperationResult::getCode)
        .containsExactly(
            ResultCode.RESULT_CODE_ABORTED,
            ResultCode.RESULT_CODE_INVALID,
            ResultCode.RESULT_CODE_ABORTED);
    assertThat(decided).isEqualTo(client.modify(dry.toBuilder().setDryRun(false).build()));
    assertThat(client.routes()).isEmpty();
  }

  @Test
  void shouldCompareARouteWithTheRevisionExpectedOfIt() throws Exception {
    assertThat(client.modifyOne(expecting(7, add(TEN))).getText())
        .contains("expected_revision 7: route 10.0.0.0/8", "is not there");
    long first = client.modifyOne(expecting(0, add(TEN))).getRevision();
    OperationResult again = client.modifyOne(expecting(0, add(TEN)));
    assertThat(again.getCode()).isEqualTo(ResultCode.RESULT_CODE_CONFLICT);
    assertThat(again.getText()).contains("was last written by revision " + first);
    Route other = TEN.toBuilder().setMetric(9).build();
    long second = client.modifyOne(expecting(first, add(other))).getRevision();
    assertThat(client.modifyOne(expecting(first, delete(TEN))).getCode())
        .isEqualTo(ResultCode.RESULT_CODE_CONFLICT);
    assertThat(client.modifyOne(expecting(second, delete(TEN))).getEntriesChanged()).isEqualTo(1);
  }

  @Test
  void shouldCompareTheNewestRouteOfAPrefixForReplaceAndDeletePrefix() throws Exception {
    client.modify(add(TEN));
    long newest = client.modifyOne(add(via("10.0.0.0/8", "192.0.2.2"))).getRevision();
    assertThat(client.modifyOne(expecting(1, deletePrefix("10.0.0.0/8"))).getReason())
        .isEqualTo("REVISION_STALE");
    assertThat(client.modifyOne(expecting(newest, replace("10.0.0.0/8", TEN))).getEntriesChanged())
        .isEqualTo(1);
    assertThat(client.routes()).hasSize(1);
  }

  @Test
  void shouldRefuseAWholeMessageThatExpectsAnotherRevisionOfTheTable() throws Exception {
    long revision = client.modifyOne(add(TEN)).getRevision();
    List<OperationResult> results =
        client.modify(
            request(deletePrefix("10.0.0.0/8"), add(TEN)).toBuilder()
                .setExpectedRevision(revision - 1)
                .build());
    assertThat(results)
        .extracting(OperationResult::getCode)
        .containsOnly(ResultCode.RESULT_CODE_CONFLICT);
    assertThat(results.getFirst().getText())
        .isEqualTo("expected_revision %d: the routes are at revision %d", revision - 1, revision);
    assertThat(client.routes()).hasSize(1);
  }

  @Test
  void shouldReplaceOnlyTheRoutesOfItsOwnSource() throws Exception {
    client.putSource("bgp", 20);
    client.modify(V1Client.ofSource("bgp", add(TEN)));
    client.modify(add(TEN), add(via("10.0.0.0/8", "192.0.2.2")));
    OperationResult result =
        client.modifyOne(replace("10.0.0.0/8", via("", "192.0.2.3"), via("", "192.0.2.2")));
    assertThat(result.getEntriesChanged()).isEqualTo(2);
    assertThat(client.routes())
        .extracting(route -> route.getSource() + " " + route.getNextHop())
        .containsExactly("static 192.0.2.2", "static 192.0.2.3", "bgp 192.0.2.1");
  }

  @Test
  void shouldNameTheFieldOfAnOperationByItsPath() throws Exception {
    assertThat(
            client.modify(
                add(via("10.0.0.1/8", "192.0.2.1")),
                V1Client.delete(via("10.0.0.0/8", "here")),
                V1Client.deletePrefix("10.0.0.0"),
                replace("10.0.0.1/8"),
                replace("10.0.0.0/8", via("", "192.0.2.1"), via("", "")),
                replace("10.0.0.0/8", via("", "192.0.2.1"), via("11.0.0.0/8", "192.0.2.2")),
                Operation.newBuilder()
                    .setBeginSync(SyncScope.newBuilder().setFamilyValue(9))
                    .build()))
        .extracting(OperationResult::getField)
        .containsExactly(
            "add.prefix",
            "delete_route.next_hop",
            "delete_prefix",
            "replace.prefix",
            "replace.routes[1].next_hop",
            "replace.routes[1].prefix",
            "begin_sync.family");
  }

  @Test
  void shouldNameWhatIsWrongWithAReplacement() throws Exception {
    assertThat(client.modifyOne(replace("10.0.0.0/8", via("11.0.0.0/8", "192.0.2.1"))).getText())
        .contains("prefix \"11.0.0.0/8\": must be 10.0.0.0/8");
    assertThat(
            client
                .modifyOne(replace("10.0.0.0/8", via("", "192.0.2.1"), via("", "192.0.2.1", 3)))
                .getText())
        .contains("must not have the same next hop, interface, kind and path id twice");
    Route[] many = new Route[257];
    for (int i = 0; i < many.length; i++) {
      many[i] = via("", "192.0.%d.%d".formatted(i / 200, 1 + i % 200));
    }
    assertThat(client.modifyOne(replace("10.0.0.0/8", many)).getReason())
        .isEqualTo("PREFIX_ROUTES_MAX");
    assertThat(client.routes()).isEmpty();
  }

  @Test
  void shouldReplaceAPrefixsRoutesByAsManyAsThereMayBeAndNoMore() throws Exception {
    OperationResult most = client.modifyOne(replace("10.0.0.0/8", routes(256)));
    assertThat(most.getText()).isEmpty();
    assertThat(most.getEntriesChanged()).isEqualTo(256);
    OperationResult tooMany = client.modifyOne(replace("10.0.0.0/8", routes(257)));
    assertThat(tooMany.getReason()).isEqualTo("PREFIX_ROUTES_MAX");
    assertThat(tooMany.getText())
        .isEqualTo("routes \"257\": must be at most 256 for prefix \"10.0.0.0/8\"");
    assertThat(client.routes()).hasSize(256);
    client.putSource("bgp", 20);
    client.modify(V1Client.ofSource("bgp", add(via("11.0.0.0/8", "192.0.2.1"))));
    assertThat(client.modifyOne(replace("11.0.0.0/8", routes(256))).getText())
        .endsWith(
            "must be at most 255 for prefix \"11.0.0.0/8\", beside 1 of other sources: 256 in all");
    assertThat(client.modifyOne(replace("11.0.0.0/8", routes(255))).getEntriesChanged())
        .isEqualTo(255);
  }

  private static Route[] routes(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> via("", "10.1.%d.%d".formatted(i / 256, i % 256)))
        .toArray(Route[]::new);
  }
}
