package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.Result;
import guidepost.seed.routetable.Route;
import guidepost.seed.routetable.RouterGrpc;
import guidepost.testing.Patience;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A full disk refuses writers, stops nobody from reading, and is over when there is space again.
final class DiskFullTest {

  private static final int ROWS_PER_CALL = 500;

  @TempDir Path mountPoint;

  @Test
  void shouldRefuseWritersServeReadersAndRecoverWithoutARestart() throws Exception {
    try (SmallDisk disk = SmallDisk.require(mountPoint, 12)) {
      Path data = mountPoint.resolve("data");
      int acknowledged;
      try (ServerProcess server = ServerProcess.start(disk.prefix(), data)) {
        acknowledged = fill(server);
        shouldHold(server, acknowledged);
        Awaitility.await().until(() -> saysThatNothingCanBeWritten(server, disk));
        disk.resize(256);
        Awaitility.await().ignoreExceptions().until(() -> add(server, 1_000_000).getSuccess());
        Awaitility.await().until(() -> health(server) == ServingStatus.SERVING);
        server.kill();
      }
      try (ServerProcess server = ServerProcess.start(disk.prefix(), data)) {
        shouldHold(server, acknowledged);
      }
    }
  }

  /// What little room the engine makes by itself is soon gone, and its health with it; but the
  /// engine may make some between two looks.
  private static boolean saysThatNothingCanBeWritten(ServerProcess server, SmallDisk disk)
      throws Exception {
    disk.fill();
    return isRefused(server)
        && health(server) == ServingStatus.NOT_SERVING
        && Terminal.run(server, "status").out().contains("NOTHING CAN BE WRITTEN");
  }

  private static boolean isRefused(ServerProcess server) throws Exception {
    try {
      add(server, 2_000_000 + (int) (System.nanoTime() & 0xFFFF));
      return false;
    } catch (ExecutionException e) {
      return true;
    }
  }

  private static ServingStatus health(ServerProcess server) {
    return HealthGrpc.newBlockingStub(server.channel())
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  /// @return how many calls were acknowledged before one was refused
  private static int fill(ServerProcess server) throws Exception {
    int calls = 0;
    try {
      while (calls < 10_000) {
        assertThat(add(server, calls).getSuccess()).isTrue();
        calls++;
      }
    } catch (ExecutionException e) {
      Status status = Status.fromThrowable(e);
      assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(status.getDescription()).contains("journal routes").contains("No space left");
      return calls;
    }
    throw new AssertionError("the disk did not fill");
  }

  private static Result add(ServerProcess server, int call) throws Exception {
    CompletableFuture<Result> result = new CompletableFuture<>();
    StreamObserver<Route> rows = RouterGrpc.newStub(server.channel()).addRoutes(resultInto(result));
    for (int i = 0; i < ROWS_PER_CALL; i++) {
      rows.onNext(
          Route.newBuilder().setDest(host(call * ROWS_PER_CALL + i)).setInterface("eth0").build());
    }
    rows.onCompleted();
    return result.get(Patience.SECONDS, TimeUnit.SECONDS);
  }

  private static String host(int i) {
    return "10.%d.%d.%d".formatted(i >> 16 & 255, i >> 8 & 255, i & 255);
  }

  private static StreamObserver<Result> resultInto(CompletableFuture<Result> result) {
    return new StreamObserver<>() {
      @Override
      public void onNext(Result message) {
        result.complete(message);
      }

      @Override
      public void onError(Throwable failure) {
        result.completeExceptionally(failure);
      }

      @Override
      public void onCompleted() {}
    };
  }

  private static void shouldHold(ServerProcess server, int calls) {
    RouterGrpc.RouterBlockingStub router = RouterGrpc.newBlockingStub(server.channel());
    for (int i = 0; i < calls * ROWS_PER_CALL; i += ROWS_PER_CALL / 2) {
      String host = host(i);
      assertThat(router.getRoute(Destination.newBuilder().setNetwork(host).build()).getDest())
          .isEqualTo(host);
    }
  }
}
