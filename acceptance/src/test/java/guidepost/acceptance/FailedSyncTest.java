package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RoutesGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The device refuses every sync from some moment on: what that concerned is never acknowledged,
/// readers go on, and after a restart everything that was acknowledged is there.
@Timeout(120)
final class FailedSyncTest {

  /// More calls than a thread makes while the server starts.
  private static final int GOOD_CALLS = 40;

  private static final int TRIES = 200;

  @TempDir Path data;
  @TempDir Path other;

  @Test
  void shouldNeverAcknowledgeWhatWasNotSynced() throws Exception {
    requireInjection();
    NavigableMap<Integer, Long> acknowledged = new TreeMap<>();
    List<String> prefix =
        List.of(
            "strace",
            "-f",
            "-qq",
            "-o",
            other.resolve("trace").toString(),
            "-e",
            "trace=fdatasync",
            "-e",
            "inject=fdatasync:error=EIO:when=%d+".formatted(GOOD_CALLS));
    boolean refused = false;
    try (ServerProcess server = ServerProcess.start(prefix, data)) {
      for (int i = 0; i < TRIES; i++) {
        try {
          acknowledged.put(i, add(server, i));
          assertThat(refused).as("write %d after a refused one", i).isFalse();
        } catch (ExecutionException e) {
          assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
          refused = true;
        }
      }
      assertThat(refused).isTrue();
      shouldHold(server, acknowledged);
      server.kill();
    }
    try (ServerProcess server = ServerProcess.start(data)) {
      shouldHold(server, acknowledged);
      assertThat(add(server, TRIES)).isGreaterThan(acknowledged.lastEntry().getValue());
    }
  }

  private static void requireInjection() throws InterruptedException {
    boolean can;
    try {
      Process test =
          new ProcessBuilder("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=none", "true")
              .start();
      can = test.waitFor(10, TimeUnit.SECONDS) && test.exitValue() == 0;
    } catch (IOException e) {
      can = false;
    }
    assumeTrue(can, "SKIPPED: needs strace, and the right to trace, to make the device fail");
  }

  private static String prefix(int number) {
    return "10.0.%d.0/24".formatted(number);
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
    OperationResult result = answer.get(30, TimeUnit.SECONDS);
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

  /// Every acknowledged route, in the revision that was told.
  private static void shouldHold(ServerProcess server, NavigableMap<Integer, Long> acknowledged) {
    NavigableMap<String, Long> found = new TreeMap<>();
    RoutesGrpc.newBlockingStub(server.channel())
        .getRoutes(GetRoutesRequest.getDefaultInstance())
        .forEachRemaining(
            page ->
                page.getRoutesList()
                    .forEach(route -> found.put(route.getPrefix(), route.getRevision())));
    acknowledged.forEach(
        (number, revision) -> assertThat(found).containsEntry(prefix(number), revision));
  }
}
