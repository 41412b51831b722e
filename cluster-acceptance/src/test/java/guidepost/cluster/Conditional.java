package guidepost.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.cluster.Linearizability.Op;
import guidepost.cluster.Linearizability.Outcome;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.routes.v1.ApplyRequest;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.GetRoutesResponse;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RoutesGrpc;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Callers that read the latest of a few routes and write them on the condition that nobody else
/// did, by any server, and what they saw.
final class Conditional implements AutoCloseable {

  private static final int KEYS = 6;
  private static final AtomicInteger METRIC = new AtomicInteger();
  private static final AtomicInteger RUNS = new AtomicInteger();

  private final ClusterProcesses servers;
  private final int run = RUNS.incrementAndGet();
  private final List<List<Op>> histories = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger answered = new AtomicInteger();
  private volatile boolean ended;

  Conditional(ClusterProcesses servers, int callers, long seed) {
    this.servers = servers;
    for (int i = 0; i < KEYS; i++) {
      histories.add(new ArrayList<>());
    }
    for (int i = 0; i < callers; i++) {
      Random random = new Random(seed + i);
      threads.add(Thread.ofPlatform().daemon().start(() -> run(random)));
    }
  }

  private String prefix(int key) {
    return "172.24.%d.%d/32".formatted(run, key);
  }

  private RoutesGrpc.RoutesBlockingStub any(Random random) {
    return Workload.latest(servers.channel(random.nextInt(ClusterProcesses.COUNT)))
        .withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  private void run(Random random) {
    while (!ended) {
      int key = random.nextInt(KEYS);
      try {
        Route seen = read(key, random);
        if (random.nextInt(3) > 0) {
          write(key, seen, random);
        }
        answered.incrementAndGet();
        LockSupport.parkNanos(5_000_000);
      } catch (StatusRuntimeException e) {
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  private static String name(Route route) {
    return String.valueOf(route.getMetric());
  }

  private Route read(int key, Random random) {
    long begin = System.nanoTime();
    Iterator<GetRoutesResponse> answers =
        any(random).getRoutes(GetRoutesRequest.newBuilder().setPrefix(prefix(key)).build());
    Route found = Route.getDefaultInstance();
    while (answers.hasNext()) {
      for (Route route : answers.next().getRoutesList()) {
        found = route;
      }
    }
    note(key, Op.read(begin, System.nanoTime(), name(found)));
    return found;
  }

  private void write(int key, Route seen, Random random) {
    Route next =
        Route.newBuilder()
            .setPrefix(prefix(key))
            .setNextHop("192.0.2.1")
            .setMetric(METRIC.incrementAndGet())
            .build();
    ModifyRequest request =
        ModifyRequest.newBuilder()
            .addOperations(
                Operation.newBuilder().setAdd(next).setExpectedRevision(seen.getRevision()))
            .build();
    long begin = System.nanoTime();
    Outcome outcome = Outcome.UNKNOWN;
    try {
      OperationResult result =
          any(random).apply(ApplyRequest.newBuilder().setRequest(request).build()).getResults(0);
      outcome =
          result.getCode() == ResultCode.RESULT_CODE_OK
              ? Outcome.OK
              : result.getCode() == ResultCode.RESULT_CODE_CONFLICT
                  ? Outcome.CONFLICT
                  : Outcome.UNKNOWN;
    } finally {
      note(key, Op.write(begin, System.nanoTime(), name(seen), name(next), outcome));
    }
  }

  private void note(int key, Op op) {
    List<Op> history = histories.get(key);
    synchronized (history) {
      history.add(op);
    }
  }

  void awaitMore(int count) {
    int wanted = answered.get() + count;
    ClusterProcesses.await(() -> answered.get() >= wanted);
  }

  void check() throws InterruptedException {
    ended = true;
    for (Thread thread : threads) {
      thread.join();
    }
    int ops = 0;
    for (int key = 0; key < KEYS; key++) {
      int read = key;
      ClusterProcesses.await(() -> isRead(read));
    }
    for (int key = 0; key < KEYS; key++) {
      List<Op> history = histories.get(key);
      ops += history.size();
      assertThat(Linearizability.holds(history, "0"))
          .as("what was seen of %s, in some order: %s", prefix(key), history)
          .isTrue();
    }
    System.out.printf("%d reads and conditional writes of %d routes are linearizable%n", ops, KEYS);
  }

  /// What ends a history.
  private boolean isRead(int key) {
    try {
      var _ = read(key, new Random(key));
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  @Override
  public void close() {
    ended = true;
  }
}
