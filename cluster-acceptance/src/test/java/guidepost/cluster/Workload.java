package guidepost.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.client.CallError;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.routes.v1.ApplyRequest;
import guidepost.routes.v1.ApplyResponse;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.GetRoutesResponse;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.testing.Patience;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// Callers that write by every server, one route at a time, and what was acknowledged to them.
final class Workload implements AutoCloseable {

  static final Metadata.Key<String> READ =
      Metadata.Key.of("guidepost-read", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<String> REVISION =
      Metadata.Key.of("guidepost-revision", Metadata.ASCII_STRING_MARSHALLER);

  private final ClusterProcesses servers;
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();

  /// Prefixes of which a caller was told that they were not written, with the reason.
  private final Map<String, String> refused = new ConcurrentHashMap<>();

  /// Reasons that promise that nothing was written.
  private static final Set<String> NOT_WRITTEN =
      Set.of("NOT_WRITTEN", "SUPERSEDED", "NO_LEADER", "ABANDONED", "WRITER_STOPPED", "DISK_FULL");

  /// No two of them write the same route: they share servers.
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final AtomicLong lastAcknowledgedNanos = new AtomicLong(System.nanoTime());
  private final AtomicInteger failures = new AtomicInteger();
  private final Map<String, Integer> reasons = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean ended;

  Workload(ClusterProcesses servers, int callers, long seed) {
    this.servers = servers;
    for (int i = 0; i < callers; i++) {
      Random random = new Random(seed + i);
      threads.add(Thread.ofPlatform().daemon().start(() -> run(random)));
    }
  }

  private void run(Random random) {
    while (!ended) {
      String prefix = prefix(NUMBER.incrementAndGet());
      try {
        long revision = put(servers.channel(random.nextInt(ClusterProcesses.COUNT)), prefix);
        acknowledged.put(prefix, revision);
        lastAcknowledgedNanos.set(System.nanoTime());
      } catch (StatusRuntimeException e) {
        failures.incrementAndGet();
        String reason = CallError.of(e).map(CallError::reason).orElse("");
        reasons.merge(e.getStatus().getCode() + " " + reason, 1, Integer::sum);
        if (NOT_WRITTEN.contains(reason)) {
          refused.put(prefix, reason);
        }
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  private static String prefix(int n) {
    return "10.%d.%d.%d/32".formatted(n >> 16 & 255, n >> 8 & 255, n & 255);
  }

  /// Writes a route, or gives up: a server may stand still.
  ///
  /// @return the revision that it was acknowledged with
  static long put(ManagedChannel server, String prefix) {
    return put(RoutesGrpc.newBlockingStub(server).withDeadlineAfter(20, TimeUnit.SECONDS), prefix);
  }

  static long put(RoutesGrpc.RoutesBlockingStub stub, String prefix) {
    ApplyResponse answer = stub.apply(add(prefix));
    OperationResult result = answer.getResults(0);
    if (result.getCode() != ResultCode.RESULT_CODE_OK) {
      throw Status.ABORTED.withDescription(result.getText()).asRuntimeException();
    }
    return result.getRevision();
  }

  static ApplyRequest add(String prefix) {
    return ApplyRequest.newBuilder()
        .setRequest(
            ModifyRequest.newBuilder()
                .addOperations(
                    Operation.newBuilder()
                        .setAdd(Route.newBuilder().setPrefix(prefix).setNextHop("192.0.2.1"))))
        .build();
  }

  /// Writes many routes at once, the same ones each time; it does not matter if that fails.
  void overwrite(int count) {
    ModifyRequest.Builder request = ModifyRequest.newBuilder();
    int now = NUMBER.incrementAndGet();
    for (int i = 0; i < count; i++) {
      request.addOperations(
          Operation.newBuilder()
              .setAdd(
                  Route.newBuilder()
                      .setPrefix("172.22.%d.%d/32".formatted(i >> 8, i & 255))
                      .setNextHop("192.0.2.1")
                      .setMetric(now)));
    }
    try {
      var _ =
          RoutesGrpc.newBlockingStub(servers.channel(now % ClusterProcesses.COUNT))
              .withDeadlineAfter(20, TimeUnit.SECONDS)
              .apply(ApplyRequest.newBuilder().setRequest(request).build());
    } catch (StatusRuntimeException e) {
      failures.incrementAndGet();
    }
  }

  static RoutesGrpc.RoutesBlockingStub latest(ManagedChannel server) {
    Metadata headers = new Metadata();
    headers.put(READ, "latest");
    return RoutesGrpc.newBlockingStub(server)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /// The prefixes that were acknowledged.
  Set<String> prefixes() {
    return Set.copyOf(acknowledged.keySet());
  }

  int acknowledged() {
    return acknowledged.size();
  }

  /// The number of the last write that has begun, of this or another workload.
  static int begun() {
    return NUMBER.get();
  }

  /// What was acknowledged of the writes that began after one.
  List<String> acknowledgedAfter(int number) {
    return IntStream.rangeClosed(number + 1, begun())
        .mapToObj(Workload::prefix)
        .filter(acknowledged::containsKey)
        .toList();
  }

  String failures() {
    return failures.get() + " " + reasons;
  }

  /// Waits until more was acknowledged.
  ///
  /// @return the milliseconds since a time
  long awaitMore(int count, long sinceNanos) {
    int wanted = acknowledged() + count;
    ClusterProcesses.await(() -> acknowledged() >= wanted);
    return (lastAcknowledgedNanos.get() - sinceNanos) / 1_000_000;
  }

  /// All that a server has, with the revision and place of each route.
  ///
  /// @param revision that it is of
  record Held(long revision, Map<String, Route> routes) {

    static Held by(ManagedChannel server) {
      Map<String, Route> routes = new TreeMap<>();
      long revision = 0;
      Iterator<GetRoutesResponse> answers =
          latest(server)
              .withDeadlineAfter(Patience.SECONDS, TimeUnit.SECONDS)
              .getRoutes(GetRoutesRequest.getDefaultInstance());
      while (answers.hasNext()) {
        GetRoutesResponse next = answers.next();
        revision = next.getRevision();
        next.getRoutesList().forEach(route -> routes.put(route.getPrefix(), route));
      }
      return new Held(revision, routes);
    }
  }

  /// What all servers have, as of one revision: a write that its caller gave up may be done between
  /// two answers.
  private List<Held> held() {
    List<Held> all = new ArrayList<>();
    ClusterProcesses.await(
        () -> {
          all.clear();
          for (int i = 0; i < ClusterProcesses.COUNT; i++) {
            int server = i;
            all.add(ClusterProcesses.answered(() -> Held.by(servers.channel(server))));
          }
          return all.stream().mapToLong(Held::revision).distinct().count() == 1;
        });
    return all;
  }

  void end() throws InterruptedException {
    ended = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /// What must be so however the test went: each server has all that was acknowledged, at its
  /// revision, and nothing that was refused; all have the same; and what is on each disk is whole,
  /// by the running server's word.
  void check() throws Exception {
    end();
    servers.awaitLeader();
    List<Held> held = held();
    for (int i = 0; i < ClusterProcesses.COUNT; i++) {
      int server = i;
      Map<String, Route> routes = held.get(i).routes();
      acknowledged.forEach(
          (prefix, at) -> {
            Route route = routes.get(prefix);
            assertThat(route == null ? -1 : route.getRevision())
                .as("server %d: acknowledged %s", server, prefix)
                .isEqualTo(at);
          });
      refused.forEach(
          (prefix, reason) ->
              assertThat(routes)
                  .as("server %d: told that nothing was written: %s", server, reason)
                  .doesNotContainKey(prefix));
      assertThat(held.get(i)).as("server %d and server 0", i).isEqualTo(held.getFirst());
    }
    System.out.printf(
        "acknowledged %d, present %d, failed %s%n",
        acknowledged(), held.getFirst().routes().size(), failures());
    servers.verifyAll();
  }

  @Override
  public void close() {
    ended = true;
  }
}
