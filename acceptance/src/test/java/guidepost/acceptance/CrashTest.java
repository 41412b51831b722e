package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.common.v1.OperationResult;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.testing.Patience;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Kill -9 at random moments under load: what was acknowledged is there, and what is there was
/// sent.
final class CrashTest {

  /// 10 cycles; with -Dguidepost.long=true 200.
  private static final int CYCLES = Boolean.getBoolean("guidepost.long") ? 200 : 10;

  private static final int OPERATIONS_PER_MESSAGE = 20;

  @TempDir Path data;

  private final Random random = new Random(seed());
  private final Map<Integer, Integer> acknowledged = new ConcurrentHashMap<>();
  private final Map<Integer, Integer> sent = new ConcurrentHashMap<>();

  private static long seed() {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("CrashTest seed " + seed);
    return seed;
  }

  @Test
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  void shouldHoldEveryAcknowledgedChangeAfterKill9() throws Exception {
    long revision = 0;
    for (int cycle = 0; cycle < CYCLES; cycle++) {
      try (ServerProcess server = ServerProcess.start(data)) {
        revision = shouldHoldWhatWasAcknowledged(server, revision);
        writeUntilKilled(server);
      }
    }
    try (ServerProcess server = ServerProcess.start(data)) {
      shouldHoldWhatWasAcknowledged(server, revision);
    }
    assertThat(acknowledged).isNotEmpty();
  }

  /// Writes metrics that only grow, each prefix by whole messages, and kills after some answers.
  private void writeUntilKilled(ServerProcess server) throws Exception {
    CountDownLatch answers = new CountDownLatch(1 + random.nextInt(60));
    CountDownLatch ended = new CountDownLatch(1);
    StreamObserver<ModifyRequest> call =
        RoutesGrpc.newStub(server.channel()).modify(new Answers(answers, ended));
    while (answers.getCount() > 0) {
      call.onNext(message());
      if (random.nextInt(8) == 0) {
        answers.await(random.nextInt(3), TimeUnit.MILLISECONDS);
      }
    }
    server.kill();
    assertThat(ended.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  /// Twenty prefixes of one group get the same new metric: they must never come apart.
  private ModifyRequest message() {
    int group = random.nextInt(50);
    int metric = sent.merge(group, 1, Integer::sum);
    ModifyRequest.Builder request = ModifyRequest.newBuilder();
    for (int i = 0; i < OPERATIONS_PER_MESSAGE; i++) {
      Route route =
          Route.newBuilder()
              .setPrefix("10.%d.%d.0/24".formatted(group, i))
              .setNextHop("192.0.2.1")
              .setMetric(metric)
              .build();
      request.addOperations(
          Operation.newBuilder().setId((long) group << 32 | metric).setAdd(route));
    }
    return request.build();
  }

  private final class Answers implements StreamObserver<ModifyResponse> {
    private final CountDownLatch answers;
    private final CountDownLatch ended;

    Answers(CountDownLatch answers, CountDownLatch ended) {
      this.answers = answers;
      this.ended = ended;
    }

    @Override
    public void onNext(ModifyResponse response) {
      for (OperationResult result : response.getResultsList()) {
        int group = (int) (result.getId() >> 32);
        acknowledged.merge(group, (int) result.getId(), Math::max);
      }
      answers.countDown();
    }

    @Override
    public void onError(Throwable failure) {
      ended.countDown();
    }

    @Override
    public void onCompleted() {
      ended.countDown();
    }
  }

  /// @return the revision found, which must not be less than the one before
  private long shouldHoldWhatWasAcknowledged(ServerProcess server, long before) {
    Map<Integer, Set<Integer>> found = new HashMap<>();
    long[] revision = {0};
    RoutesGrpc.newBlockingStub(server.channel())
        .getRoutes(GetRoutesRequest.getDefaultInstance())
        .forEachRemaining(
            page -> {
              revision[0] = page.getRevision();
              page.getRoutesList().forEach(route -> note(found, route));
            });
    found.forEach((group, metrics) -> assertThat(metrics).as("group %d", group).hasSize(1));
    acknowledged.forEach(
        (group, metric) ->
            assertThat(found.getOrDefault(group, Set.of()))
                .as("group %d", group)
                .allMatch(stored -> stored >= metric)
                .isNotEmpty());
    found.forEach(
        (group, metrics) ->
            assertThat(metrics.iterator().next()).isLessThanOrEqualTo(sent.get(group)));
    assertThat(revision[0]).isGreaterThanOrEqualTo(before);
    return revision[0];
  }

  private static void note(Map<Integer, Set<Integer>> found, Route route) {
    int group = Integer.parseInt(route.getPrefix().split("\\.", -1)[1]);
    found.computeIfAbsent(group, g -> new HashSet<>()).add(route.getMetric());
  }
}
