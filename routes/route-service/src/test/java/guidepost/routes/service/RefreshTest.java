package guidepost.routes.service;

import static guidepost.routes.service.V1Client.add;
import static guidepost.routes.service.V1Client.beginSync;
import static guidepost.routes.service.V1Client.endSync;
import static guidepost.routes.service.V1Client.ofSource;
import static guidepost.routes.service.V1Client.via;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.routes.v1.AddressFamily;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.SyncScope;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A full refresh deletes what it did not bring, but never what it failed to bring.
final class RefreshTest {

  private static final Operation BAD = add(via("10.0.0.0/8", "no address"));

  private InProcessRoutes server;
  private V1Client client;

  @BeforeEach
  void start() throws Exception {
    server = InProcessRoutes.start();
    client = new V1Client(server);
    client.putSource("bgp", 20);
    client.modify(
        ofSource(
            "bgp", add(via("10.0.0.0/8", "192.0.2.1")), add(via("2001:db8::/32", "2001:db8::1"))));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private List<String> prefixes() {
    return client.routes().stream().map(Route::getPrefix).toList();
  }

  private static Operation scope(boolean begin, AddressFamily family, boolean despite) {
    SyncScope scope =
        SyncScope.newBuilder().setFamily(family).setSweepDespiteRejections(despite).build();
    return begin
        ? Operation.newBuilder().setBeginSync(scope).build()
        : Operation.newBuilder().setEndSync(scope).build();
  }

  private static Operation begin(AddressFamily family) {
    return scope(true, family, false);
  }

  private static Operation end(AddressFamily family) {
    return scope(false, family, false);
  }

  private void assertKept(OperationResult end, int unswept) {
    assertThat(end.getCode()).isEqualTo(ResultCode.RESULT_CODE_ABORTED);
    assertThat(end.getReason()).isEqualTo("SYNC_REJECTIONS");
    assertThat(end.getUnswept()).isEqualTo(unswept);
    assertThat(prefixes()).contains("10.0.0.0/8");
  }

  @Test
  void shouldKeepWhatAPipelinedRefreshFailedToRefresh() throws Exception {
    List<OperationResult> results =
        client.modify(
            ofSource("bgp", beginSync(), BAD, add(via("11.0.0.0/8", "192.0.2.1")), endSync()));
    assertKept(results.getLast(), 2);
    assertThat(results.getLast().getText())
        .isEqualTo(
            "end_sync \"bgp\": 2 stale routes were not swept, since 1 operation was rejected after"
                + " begin_sync, first: "
                + results.get(1).getText()
                + "; begin it again, or set sweep_despite_rejections");
    assertThat(prefixes()).containsExactly("10.0.0.0/8", "11.0.0.0/8", "2001:db8::/32");
  }

  @Test
  void shouldSweepDespiteRejectionsIfThatIsAskedFor() throws Exception {
    V1Client.Modifying call = client.modifying();
    call.send(ofSource("bgp", beginSync(), BAD, add(via("11.0.0.0/8", "192.0.2.1"))));
    assertKept(call.send(ofSource("bgp", endSync())).getFirst(), 2);
    assertThat(client.source("bgp").getSyncing()).isTrue();
    OperationResult swept = call.send(ofSource("bgp", endSync(true))).getFirst();
    assertThat(swept.getCode()).isEqualTo(ResultCode.RESULT_CODE_OK);
    assertThat(swept.getEntriesChanged()).isEqualTo(2);
    assertThat(prefixes()).containsExactly("11.0.0.0/8");
    assertThat(client.source("bgp").getSyncing()).isFalse();
  }

  @Test
  void shouldForgetRefusalsWhenItBeginsAgain() throws Exception {
    V1Client.Modifying call = client.modifying();
    call.send(ofSource("bgp", beginSync(), BAD));
    assertKept(call.send(ofSource("bgp", endSync())).getFirst(), 2);
    List<OperationResult> again =
        call.send(ofSource("bgp", beginSync(), add(via("10.0.0.0/8", "192.0.2.1")), endSync()));
    assertThat(again.getLast().getCode()).isEqualTo(ResultCode.RESULT_CODE_OK);
    assertThat(prefixes()).containsExactly("10.0.0.0/8");
  }

  /// What each of these messages is answered, dry and then in earnest, is the same but for the
  /// revision.
  @Test
  void shouldAnswerADryRunOfARefreshExactlyAsTheRealOne() throws Exception {
    Operation good = add(via("11.0.0.0/8", "192.0.2.1"));
    Operation end = endSync();
    V1Client.Modifying call = client.modifying();
    for (ModifyRequest real :
        List.of(
            ofSource("bgp", end),
            ofSource("bgp", beginSync(), BAD, good, end),
            ofSource("bgp", beginSync().toBuilder().setExpectedRevision(1).build(), end),
            ofSource("bgp", beginSync(), end).toBuilder().setAtomic(true).build(),
            ofSource("bgp", beginSync(), good),
            ofSource("bgp", add(via("12.0.0.0/8", "192.0.2.1"))),
            ofSource("bgp", BAD),
            ofSource("bgp", end),
            ofSource("bgp", endSync(true)),
            ofSource("bgp", end),
            ofSource("bgp", beginSync(), good, end))) {
      List<String> before = prefixes();
      List<OperationResult> dry = call.send(real.toBuilder().setDryRun(true).build());
      assertThat(prefixes()).isEqualTo(before);
      assertThat(dry.stream().map(RefreshTest::withoutRevision))
          .isEqualTo(call.send(real).stream().map(RefreshTest::withoutRevision).toList());
    }
    assertThat(prefixes()).containsExactly("11.0.0.0/8");
  }

  private static OperationResult withoutRevision(OperationResult result) {
    return result.toBuilder().clearRevision().build();
  }

  @Test
  void shouldCountWhateverLeavesAHole() throws Exception {
    Operation good = add(via("10.0.0.0/8", "192.0.2.1"));
    ModifyRequest atomic = ofSource("bgp", good, BAD).toBuilder().setAtomic(true).build();
    ModifyRequest stale = ofSource("bgp", good).toBuilder().setExpectedRevision(1).build();
    ModifyRequest conflict =
        ofSource("bgp", good.toBuilder().setExpectedRevision(77).build()).toBuilder().build();
    for (ModifyRequest refused : List.of(atomic, stale, conflict)) {
      V1Client.Modifying call = client.modifying();
      call.send(ofSource("bgp", beginSync()));
      call.send(refused);
      assertKept(call.send(ofSource("bgp", endSync())).getFirst(), 2);
      call.end();
    }
  }

  @Test
  void shouldNotCountRefusalsThatLeaveNoHoleInIt() throws Exception {
    client.putSource("ospf", 110);
    V1Client.Modifying call = client.modifying();
    call.send(ofSource("bgp", beginSync(), add(via("10.0.0.0/8", "192.0.2.1"))));
    call.send(ofSource("ospf", BAD));
    call.send(ofSource("bgp", BAD).toBuilder().setTable("none").build());
    call.send(ofSource("bgp", BAD).toBuilder().setDryRun(true).build());
    call.send(ofSource("bgp", beginSync().toBuilder().setExpectedRevision(1).build()));
    client.modify(ofSource("bgp", BAD));
    OperationResult end = call.send(ofSource("bgp", endSync())).getFirst();
    assertThat(end.getCode()).isEqualTo(ResultCode.RESULT_CODE_OK);
    assertThat(end.getEntriesChanged()).isEqualTo(1);
    assertThat(prefixes()).containsExactly("10.0.0.0/8");
  }

  @Test
  void shouldRefreshEachAddressFamilyByItself() throws Exception {
    V1Client.Modifying call = client.modifying();
    call.send(
        ofSource(
            "bgp",
            begin(AddressFamily.ADDRESS_FAMILY_IPV4),
            begin(AddressFamily.ADDRESS_FAMILY_IPV6)));
    Operation full =
        add(via("10.0.0.0/8", "192.0.2.1")).toBuilder().setExpectedRevision(77).build();
    call.send(ofSource("bgp", full, add(via("2001:db8:1::/48", "2001:db8::1"))));
    assertKept(call.send(ofSource("bgp", end(AddressFamily.ADDRESS_FAMILY_IPV4))).getFirst(), 1);
    OperationResult six =
        call.send(ofSource("bgp", end(AddressFamily.ADDRESS_FAMILY_IPV6))).getFirst();
    assertThat(six.getEntriesChanged()).isEqualTo(1);
    assertThat(prefixes()).containsExactly("10.0.0.0/8", "2001:db8:1::/48");
    assertThat(call.send(ofSource("bgp", endSync())).getFirst().getReason())
        .isEqualTo("SYNC_NOT_BEGUN");
    call.send(ofSource("bgp", scope(false, AddressFamily.ADDRESS_FAMILY_IPV4, true)));
    assertThat(prefixes()).containsExactly("2001:db8:1::/48");
  }

  @Test
  void shouldRefuseAScopeThatMeansNothing() throws Exception {
    Operation unknown =
        Operation.newBuilder().setBeginSync(SyncScope.newBuilder().setFamilyValue(7)).build();
    Operation despite = scope(true, AddressFamily.ADDRESS_FAMILY_IPV4, true);
    assertThat(client.modify(ofSource("bgp", unknown, despite)))
        .extracting(OperationResult::getReason)
        .containsExactly("VALUE_UNKNOWN", "SYNC_SWEEP");
  }
}
