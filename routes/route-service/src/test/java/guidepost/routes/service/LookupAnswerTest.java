package guidepost.routes.service;

import static guidepost.routes.service.V1Client.add;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import guidepost.common.v1.ResultCode;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.routes.v1.LookupBatchResponse;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.LookupResponse;
import guidepost.routes.v1.LookupStreamRequest;
import guidepost.routes.v1.LookupStreamResponse;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteDetail;
import guidepost.routes.v1.RouteKind;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is written as it travels says of every kind of route what a single look-up says.
final class LookupAnswerTest {

  private static final int ROUTES = 2_500; // of so many next hops some share a slot of 1,024

  private final Random random = seeded();
  private InProcessRoutes server;

  private static Random seeded() {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("LookupAnswerTest seed " + seed);
    return new Random(seed);
  }

  @BeforeEach
  void start() throws Exception {
    server = InProcessRoutes.start();
    Operation[] routes = new Operation[ROUTES];
    for (int i = 0; i < ROUTES; i++) {
      routes[i] = add(route(i));
    }
    assertThat(new V1Client(server).modify(routes))
        .allMatch(result -> result.getCode() == ResultCode.RESULT_CODE_OK);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Route route(int i) {
    Route.Builder route =
        Route.newBuilder()
            .setMetric(random.nextBoolean() ? 0 : random.nextInt() >>> random.nextInt(32));
    String hop = "%d.%d".formatted(i >>> 8, i & 0xff);
    boolean isIpv6 = random.nextInt(4) == 0;
    route.setPrefix(isIpv6 ? "2001:db8:%x::/%d".formatted(i, 48 + random.nextInt(81)) : prefix(i));
    switch (random.nextInt(8)) {
      case 0 -> route.setKind(RouteKind.ROUTE_KIND_BLACKHOLE);
      case 1 -> route.setInterfaceName("eth" + i);
      case 2 -> route.setNextHop(isIpv6 ? "fe80::" + i : "10.1." + hop).setInterfaceName("eth0");
      default -> route.setNextHop(isIpv6 ? "2001:db8::" + i : "10.0." + hop);
    }
    for (int tag = random.nextInt(20) - 15; tag > 0; tag--) {
      route.addTags("ü".repeat(32 - tag) + tag);
    }
    return route.build();
  }

  private String prefix(int i) {
    int length = 24 + random.nextInt(9);
    return "%d.%d.%d.0/%d".formatted(20 + i % 200, i / 200, random.nextInt(256), length);
  }

  @Test
  void shouldSayOfEachRouteWhatASingleLookUpSays() throws Exception {
    List<byte[]> addresses = new ArrayList<>();
    for (Route route : new V1Client(server).routes()) {
      String prefix = route.getPrefix();
      addresses.add(InetAddress.getByName(prefix.substring(0, prefix.indexOf('/'))).getAddress());
    }
    addresses.add(new byte[4]);
    LookupBatchRequest request = request(addresses);
    LookupBatchResponse full = server.routes().lookupBatch(request);
    assertThat(full.getRoutesList()).doesNotHaveDuplicates().hasSizeGreaterThan(2_000);
    assertThat(full.getIndexesList()).hasSize(addresses.size()).containsOnlyOnce(0);
    List<byte[]> asked = new ArrayList<>(addresses);
    asked.sort((one, other) -> Integer.compare(one.length, other.length)); // IPv4 first
    for (int i = 0; i < asked.size(); i++) {
      String address = InetAddress.getByAddress(asked.get(i)).getHostAddress();
      int index = full.getIndexes(i);
      if (index == 0) {
        assertThat(address).isEqualTo("0.0.0.0");
        continue;
      }
      LookupResponse one =
          server.routes().lookup(LookupRequest.newBuilder().setDestination(address).build());
      assertThat(full.getRoutes(index - 1)).isEqualTo(one.getRoute());
      assertThat(full.getRevision()).isEqualTo(one.getRevision());
    }
    shouldSayLessOfForwarding(request, full);
    assertThat(inStream(request)).isEqualTo(full);
  }

  private void shouldSayLessOfForwarding(LookupBatchRequest request, LookupBatchResponse full) {
    LookupBatchResponse forwarding =
        server
            .routes()
            .lookupBatch(
                request.toBuilder().setDetail(RouteDetail.ROUTE_DETAIL_FORWARDING).build());
    assertThat(forwarding.getIndexesList()).isEqualTo(full.getIndexesList());
    for (int i = 0; i < full.getRoutesCount(); i++) {
      Route route = full.getRoutes(i);
      assertThat(forwarding.getRoutes(i))
          .isEqualTo(
              Route.newBuilder()
                  .setPrefix(route.getPrefix())
                  .setNextHop(route.getNextHop())
                  .setInterfaceName(route.getInterfaceName())
                  .setKind(route.getKind())
                  .build());
    }
  }

  private LookupBatchResponse inStream(LookupBatchRequest request) throws Exception {
    Replies<LookupStreamResponse> replies = new Replies<>();
    StreamObserver<LookupStreamRequest> call = server.routesAsync().lookupStream(replies);
    call.onNext(LookupStreamRequest.newBuilder().setBatch(request).build());
    call.onCompleted();
    return replies.await().getFirst().getBatch();
  }

  private static LookupBatchRequest request(List<byte[]> addresses) {
    ByteBuffer ipv4 = ByteBuffer.allocate(16 * addresses.size());
    ByteBuffer ipv6 = ByteBuffer.allocate(16 * addresses.size());
    addresses.forEach(address -> (address.length == 4 ? ipv4 : ipv6).put(address));
    return LookupBatchRequest.newBuilder()
        .setIpv4(ByteString.copyFrom(ipv4.flip()))
        .setIpv6(ByteString.copyFrom(ipv6.flip()))
        .build();
  }
}
