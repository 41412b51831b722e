package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.rpc.ErrorInfo;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.testing.Patience;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The device refuses some syncs, or every one from some moment on: what that concerned is never
/// acknowledged and never there, readers go on, writers as soon as the device works, and after a
/// restart exactly what was acknowledged is there.
final class FailedSyncTest {

  /// More calls than a thread makes while the server starts.
  private static final int GOOD_CALLS = 40;

  private static final int TRIES = 100;

  @TempDir Path data;
  @TempDir Path other;

  @Test
  void shouldNeverAcknowledgeWhatWasNotSynced() throws Exception {
    requireInjection();
    NavigableMap<Integer, Long> acknowledged = new TreeMap<>();
    boolean refused = false;
    try (ServerProcess server = ServerProcess.start(failing("%d+".formatted(GOOD_CALLS)), data)) {
      for (int i = 0; i < TRIES; i++) {
        if (added(server, i, acknowledged)) {
          assertThat(refused).as("write %d after a refused one", i).isFalse();
        } else {
          refused = true;
        }
      }
      assertThat(refused).isTrue();
      shouldHoldJust(server, acknowledged);
      server.kill();
    }
    try (ServerProcess server = ServerProcess.start(data)) {
      shouldHoldJust(server, acknowledged);
      assertThat(add(server, TRIES)).isEqualTo(acknowledged.lastEntry().getValue() + 1);
    }
  }

  @Test
  void shouldGoOnByItselfAfterOneSyncThatFailed() throws Exception {
    shouldGoOnAfter("%d".formatted(GOOD_CALLS), 1);
  }

  @Test
  void shouldGoOnByItselfAfterManySyncsThatFailed() throws Exception {
    shouldGoOnAfter("%d..%d".formatted(GOOD_CALLS, GOOD_CALLS + 5), 6);
  }

  @Test
  void shouldReadOnWhileEverySyncFailsAndWriteOnWhenTheyWork() throws Exception {
    FailingDisk disk = FailingDisk.require(other);
    NavigableMap<Integer, Long> acknowledged = new TreeMap<>();
    try (ServerProcess server = ServerProcess.start(disk.prefix(), data)) {
      assertThat(refusal(server, 0, acknowledged)).isEmpty();
      for (int outage = 1; outage <= 3; outage++) {
        disk.fail();
        int first = outage * 100;
        assertThat(refusal(server, first, acknowledged)).hasValue("OUTCOME_UNKNOWN");
        for (int i = first + 1; i < first + 50; i++) {
          assertThat(refusal(server, i, acknowledged)).hasValue("NOT_WRITTEN");
        }
        assertThat(health(server)).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(Terminal.run(server, "status").out())
            .contains("NOTHING CAN BE WRITTEN: journal routes: ");
        if (outage == 1) {
          assertThat(Terminal.run(server, "health").exitCode()).isEqualTo(3);
        }
        shouldHoldJust(server, acknowledged);
        disk.work();
        Awaitility.await().until(() -> health(server) == ServingStatus.SERVING);
        if (outage == 1) {
          assertThat(Terminal.run(server, "health").exitCode()).isZero();
        }
        assertThat(refusal(server, first + 99, acknowledged)).isEmpty();
        shouldHoldJust(server, acknowledged);
      }
      assertThat(server.output().lines().filter(line -> line.contains("were not written")))
          .as("one line a cause a minute, however long this takes, and not one a write")
          .hasSizeLessThan(3 * 50 / 2);
      server.kill();
    }
    try (ServerProcess server = ServerProcess.start(data)) {
      shouldHoldJust(server, acknowledged);
    }
  }

  @Test
  void shouldNotEndWithZeroWhenItCouldNotCloseItsData() throws Exception {
    FailingDisk disk = FailingDisk.require(other);
    NavigableMap<Integer, Long> acknowledged = new TreeMap<>();
    try (ServerProcess server = ServerProcess.start(disk.prefix(), data)) {
      assertThat(refusal(server, 0, acknowledged)).isEmpty();
      disk.fail();
      assertThat(refusal(server, 1, acknowledged)).hasValue("OUTCOME_UNKNOWN");
      server.terminate();
      assertThat(server.awaitExit()).isEqualTo(3);
      assertThat(server.output()).contains("the data could not be closed as it should be");
    }
  }

  private void shouldGoOnAfter(String failures, int refusedMin) throws Exception {
    requireInjection();
    NavigableMap<Integer, Long> acknowledged = new TreeMap<>();
    try (ServerProcess server = ServerProcess.start(failing(failures), data)) {
      int refused = 0;
      for (int i = 0; refused < refusedMin || acknowledged.size() < GOOD_CALLS + 10; i++) {
        refused += added(server, i, acknowledged) ? 0 : 1;
      }
      shouldHoldJust(server, acknowledged);
      assertThat(health(server)).isEqualTo(ServingStatus.SERVING);
      assertThat(Terminal.run(server, "status").out()).doesNotContain("NOTHING CAN BE WRITTEN");
      server.kill();
    }
    try (ServerProcess server = ServerProcess.start(data)) {
      shouldHoldJust(server, acknowledged);
      server.terminate();
      assertThat(server.awaitExit()).isZero();
    }
  }

  private List<String> failing(String when) {
    return List.of(
        "strace",
        "-f",
        "-qq",
        "-o",
        other.resolve("trace").toString(),
        "-e",
        "trace=fdatasync",
        "-e",
        "inject=fdatasync:error=EIO:when=" + when);
  }

  /// @return false if it was refused, which a reason says
  private static boolean added(
      ServerProcess server, int number, NavigableMap<Integer, Long> acknowledged) throws Exception {
    Optional<String> reason = refusal(server, number, acknowledged);
    reason.ifPresent(refused -> assertThat(refused).isEqualTo("NOT_WRITTEN"));
    return reason.isEmpty();
  }

  /// @return why it was refused; empty if it was not
  private static Optional<String> refusal(
      ServerProcess server, int number, NavigableMap<Integer, Long> acknowledged) throws Exception {
    try {
      acknowledged.put(number, add(server, number));
      return Optional.empty();
    } catch (ExecutionException e) {
      assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      var details = Objects.requireNonNull(StatusProto.fromThrowable(e));
      assertThat(details.getDetailsList()).as("%s", e).isNotEmpty();
      return Optional.of(details.getDetails(0).unpack(ErrorInfo.class).getReason());
    }
  }

  private static ServingStatus health(ServerProcess server) {
    return HealthGrpc.newBlockingStub(server.channel())
        .check(HealthCheckRequest.newBuilder().setService("guidepost.routes.v1.Routes").build())
        .getStatus();
  }

  private static void requireInjection() throws InterruptedException {
    boolean can;
    try {
      Process test =
          new ProcessBuilder("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=none", "true")
              .start();
      can = test.waitFor(Patience.SECONDS, TimeUnit.SECONDS) && test.exitValue() == 0;
    } catch (IOException e) {
      can = false;
    }
    assumeTrue(can, "SKIPPED: needs strace, and the right to trace, to make the device fail");
  }

  private static String prefix(int number) {
    return "10.%d.%d.0/24".formatted(number >> 8, number & 255);
  }

  /// @return the revision
  private static long add(ServerProcess server, int number) throws Exception {
    CompletableFuture<OperationResult> answer = new CompletableFuture<>();
    StreamObserver<ModifyRequest> call =
        RoutesGrpc.newStub(server.channel()).modify(resultInto(answer));
    call.onNext(
        ModifyRequest.newBuilder()
            .addOperations(
                Operation.newBuilder()
                    .setAdd(Route.newBuilder().setPrefix(prefix(number)).setNextHop("192.0.2.1")))
            .build());
    call.onCompleted();
    OperationResult result = answer.get(Patience.SECONDS, TimeUnit.SECONDS);
    assertThat(result.getCode()).isEqualTo(ResultCode.RESULT_CODE_OK);
    return result.getRevision();
  }

  private static StreamObserver<ModifyResponse> resultInto(
      CompletableFuture<OperationResult> answer) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ModifyResponse message) {
        answer.complete(message.getResults(0));
      }

      @Override
      public void onError(Throwable failure) {
        answer.completeExceptionally(failure);
      }

      @Override
      public void onCompleted() {
        answer.completeExceptionally(new AssertionError("ended with OK and without a result"));
      }
    };
  }

  /// Every acknowledged route, in the revision that was told, and none that was refused.
  private static void shouldHoldJust(
      ServerProcess server, NavigableMap<Integer, Long> acknowledged) {
    NavigableMap<String, Long> expected = new TreeMap<>();
    acknowledged.forEach((number, revision) -> expected.put(prefix(number), revision));
    NavigableMap<String, Long> found = new TreeMap<>();
    RoutesGrpc.newBlockingStub(server.channel())
        .getRoutes(GetRoutesRequest.getDefaultInstance())
        .forEachRemaining(
            page ->
                page.getRoutesList()
                    .forEach(route -> found.put(route.getPrefix(), route.getRevision())));
    assertThat(found).isEqualTo(expected);
  }
}
