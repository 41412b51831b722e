package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.seed.routetable.Result;
import guidepost.seed.routetable.Route;
import guidepost.seed.routetable.RouterGrpc;
import guidepost.testing.Patience;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// A real full Internet table goes in, is asked, survives kill -9 and is asked again.
@Isolated("measures how long the import takes")
final class FullTableTest {

  private static final String IPV4 = "routes/ris-20260511-AS3333-ipv4.txt.xz";
  private static final String IPV6 = "routes/ris-20260511-AS3333-ipv6.txt.xz";
  private static final int LOOKUPS = 1_000_000;
  private static final int LOOKUPS_BEFORE_KILL =
      Boolean.getBoolean("guidepost.long") ? LOOKUPS : LOOKUPS / 10;

  private static final Route LAST =
      Route.newBuilder().setDest("192.0.2.77").setMask("32").setNh("192.0.2.1").build();

  @TempDir Path data;

  @AutoClose private final ExecutorService beside = Executors.newSingleThreadExecutor();

  @AfterEach
  void startOthersAsUsual() {
    Jvm.AS_SHIPPED.remove();
  }

  @Test
  void shouldImportTheFullTableAndAnswerLikeTheOracleAlsoAfterKill9() throws Exception {
    Jvm.AS_SHIPPED.set(true);
    Path ipv4 = SharedData.require(IPV4);
    Path ipv6 = SharedData.require(IPV6);
    Future<PrefixOracle> reading6 = beside.submit(() -> PrefixOracle.read(ipv6, 128));
    PrefixOracle oracle4 = PrefixOracle.read(ipv4, 32);
    PrefixOracle oracle6 = reading6.get();
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("FullTableTest seed " + seed);
    try (ServerProcess server = ServerProcess.start(data)) {
      long begun = System.nanoTime();
      Duration othersBefore = OtherPrograms.processorTime(server);
      shouldImport(server, ipv4, "192.0.2.1", oracle4.size());
      shouldImport(server, ipv6, "2001:db8::1", oracle6.size());
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      Duration others = OtherPrograms.processorTime(server).minus(othersBefore);
      System.out.printf(
          "full table imported in %s while other programs took %s of processor%n", took, others);
      shouldAgree(server, LOOKUPS_BEFORE_KILL, oracle4, oracle6, seed);
      assertThat(add(server, LAST)).isTrue();
      server.kill(); // right after the acknowledgement
    }
    long begun = System.nanoTime();
    try (ServerProcess server = ServerProcess.start(data)) {
      System.out.println("served again after " + Duration.ofNanos(System.nanoTime() - begun));
      Terminal count = Terminal.run(server, "route", "list", "--count");
      assertThat(count.out()).contains(Integer.toString(oracle4.size() + oracle6.size() + 1));
      assertThat(Terminal.run(server, "route", "delete", LAST.getDest()).exitCode()).isZero();
      shouldAgree(server, LOOKUPS, oracle4, oracle6, seed);
    }
  }

  private static boolean add(ServerProcess server, Route route) throws Exception {
    CompletableFuture<Result> answer = new CompletableFuture<>();
    StreamObserver<Route> rows =
        RouterGrpc.newStub(server.channel())
            .addRoutes(
                new StreamObserver<>() {
                  @Override
                  public void onNext(Result result) {
                    answer.complete(result);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    rows.onNext(route);
    rows.onCompleted();
    return answer.get(Patience.SECONDS, TimeUnit.SECONDS).getSuccess();
  }

  private static void shouldImport(ServerProcess server, Path file, String nextHop, int rows)
      throws Exception {
    Terminal done =
        Terminal.run(
            server, "route", "import", file.toString(), "--nh", nextHop, "--interface", "eth0");
    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(done.out() + done.err())
        .contains("read %d = accepted %d + rejected 0".formatted(rows, rows));
  }

  /// The same questions for the same seed, half of them by each of two threads: four in five are
  /// IPv4.
  private void shouldAgree(
      ServerProcess server, int count, PrefixOracle oracle4, PrefixOracle oracle6, long seed)
      throws Exception {
    long begun = System.nanoTime();
    ManagedChannel channel = server.channel();
    Random random = new Random(seed);
    Random other = new Random(random.nextLong());
    Future<?> half = beside.submit(() -> shouldAgree(channel, count / 2, oracle4, oracle6, other));
    shouldAgree(channel, count / 2, oracle4, oracle6, random);
    half.get();
    System.out.printf("%,d lookups in %s%n", count, Duration.ofNanos(System.nanoTime() - begun));
  }

  private static @Nullable Void shouldAgree(
      ManagedChannel channel, int count, PrefixOracle oracle4, PrefixOracle oracle6, Random random)
      throws Exception {
    Lookups lookups = new Lookups(channel);
    lookups.shouldAgree(oracle4, count / 5 * 4, random);
    lookups.shouldAgree(oracle6, count / 5, random);
    return null;
  }
}
