package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.client.AdminClient;
import guidepost.common.v1.OperationResult;
import guidepost.journal.Batch;
import guidepost.journal.rocksdb.RocksJournalStore;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.testing.Patience;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Backups of a server that is written to, and what they restore to.
final class BackupTest {

  private static final Pattern ROUTES_REVISION = Pattern.compile("routes at revision ([0-9]+)");
  private static final int ROWS = 2_000;
  private static final int MESSAGES_UNDER_WAY_MAX = 4;

  @TempDir Path directory;

  @Test
  void shouldRestoreToExactlyTheRevisionOfABackupUnderLoad() throws Exception {
    Path file = directory.resolve("backup.zip");
    Writer writer;
    long before;
    try (ServerProcess server = ServerProcess.start(directory.resolve("data"))) {
      writer = new Writer(server);
      writer.awaitRows(ROWS);
      before = writer.newest();
      Terminal backup = Terminal.run(server, "backup", file.toString());
      assertThat(backup.err()).isEmpty();
      assertThat(backup.exitCode()).isZero();
      writer.awaitRows(writer.rows() + ROWS);
      writer.end();
      assertThat(names(directory.resolve("data"))).noneMatch(name -> name.startsWith("backup-"));
    }
    Path restored = directory.resolve("restored");
    Terminal restore = Terminal.run("restore", file.toString(), "--data", restored.toString());
    assertThat(restore.err()).isEmpty();
    assertThat(restore.exitCode()).isZero();
    long revision = revision(restore.out());
    assertThat(revision).isBetween(before, writer.newest() - 1);
    try (ServerProcess server = ServerProcess.start(restored)) {
      assertThat(routes(server)).isEqualTo(writer.upTo(revision));
    }
  }

  @Test
  void shouldMakeOneBackupAtATimeAndTidyUpWhenItsClientIsGone() throws Exception {
    Path data = directory.resolve("data");
    storeNoise(data);
    Path leftOver = Files.createDirectories(data.resolve("backup-123/rocksdb"));
    try (ServerProcess server = ServerProcess.start(data)) {
      assertThat(leftOver.getParent()).doesNotExist();
      CountDownLatch begun = new CountDownLatch(1);
      AdminClient stalled = stalledBackup(data, begun);
      assertThat(begun.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
      Terminal second = Terminal.run(server, "backup", directory.resolve("b.zip").toString());
      assertThat(second.exitCode()).isEqualTo(1); // a limit, and nobody knows when it ends
      assertThat(second.err()).contains("a backup is running already; wait until it ends");
      assertThat(names(directory)).containsExactly("data");
      assertThat(names(data)).anyMatch(name -> name.startsWith("backup-"));
      stalled.close();
      // The server may hear of its end a moment later.
      await()
          .until(
              () ->
                  Terminal.run(server, "backup", directory.resolve("b.zip").toString()).exitCode()
                      == 0);
      assertThat(names(directory)).contains("b.zip").noneMatch(name -> name.endsWith(".part"));
      assertThat(Files.getPosixFilePermissions(directory.resolve("b.zip")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      await().until(() -> names(data).stream().noneMatch(name -> name.startsWith("backup-")));
    }
  }

  /// More than lies on the way to a client that does not read.
  private static void storeNoise(Path data) throws IOException {
    byte[] noise = new byte[8 << 20];
    new Random(1).nextBytes(noise);
    try (RocksJournalStore store = RocksJournalStore.open(data)) {
      store.journal("noise").append(List.of(new Batch().put(new byte[] {1}, noise)));
    }
  }

  /// Reads the first part and no more, until it is closed.
  private static AdminClient stalledBackup(Path data, CountDownLatch begun) throws IOException {
    AdminClient client = AdminClient.find(data).orElseThrow();
    Thread.ofPlatform()
        .daemon()
        .start(
            () ->
                client.backup(
                    _ -> {
                      begun.countDown();
                      LockSupport.park();
                    }));
    return client;
  }

  private static long revision(String line) {
    Matcher matcher = ROUTES_REVISION.matcher(line);
    assertThat(matcher.find()).as(line).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  private static List<String> names(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static Map<Long, Set<String>> routes(ServerProcess server) {
    Map<Long, Set<String>> found = new TreeMap<>();
    RoutesGrpc.newBlockingStub(server.channel())
        .getRoutes(GetRoutesRequest.getDefaultInstance())
        .forEachRemaining(
            page ->
                page.getRoutesList()
                    .forEach(route -> add(found, route.getRevision(), route.getPrefix())));
    return found;
  }

  private static void add(Map<Long, Set<String>> rows, long revision, String prefix) {
    rows.computeIfAbsent(revision, each -> new ConcurrentSkipListSet<>()).add(prefix);
  }

  /// Adds one prefix after the other until told to end.
  private static final class Writer implements StreamObserver<ModifyResponse> {
    private final NavigableMap<Long, Set<String>> acknowledged = new ConcurrentSkipListMap<>();
    private final Semaphore underWay = new Semaphore(MESSAGES_UNDER_WAY_MAX);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final StreamObserver<ModifyRequest> call;
    private final Thread thread = Thread.ofPlatform().unstarted(this::write);
    private final AtomicInteger rows = new AtomicInteger();
    private volatile boolean enough;

    Writer(ServerProcess server) {
      call = RoutesGrpc.newStub(server.channel()).modify(this);
      thread.start();
    }

    private void write() {
      for (int i = 0; !enough; i++) {
        underWay.acquireUninterruptibly();
        Route.Builder route = Route.newBuilder().setPrefix(prefix(i)).setNextHop("192.0.2.1");
        call.onNext(
            ModifyRequest.newBuilder()
                .addOperations(Operation.newBuilder().setId(i).setAdd(route))
                .build());
      }
      call.onCompleted();
    }

    private static String prefix(long i) {
      return "10.%d.%d.%d/32".formatted(i >> 16 & 255, i >> 8 & 255, i & 255);
    }

    @Override
    public void onNext(ModifyResponse response) {
      for (OperationResult result : response.getResultsList()) {
        add(acknowledged, result.getRevision(), prefix(result.getId()));
      }
      rows.addAndGet(response.getResultsCount());
      underWay.release(response.getResultsCount());
    }

    @Override
    public void onError(Throwable failure) {
      ended.countDown();
    }

    @Override
    public void onCompleted() {
      ended.countDown();
    }

    void awaitRows(int count) {
      await().until(() -> rows() >= count);
    }

    int rows() {
      return rows.get();
    }

    void end() throws InterruptedException {
      enough = true;
      assertThat(ended.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    long newest() {
      return ((ConcurrentSkipListMap<Long, Set<String>>) acknowledged).lastKey();
    }

    Map<Long, Set<String>> upTo(long revision) {
      return acknowledged.headMap(revision, true);
    }
  }
}
