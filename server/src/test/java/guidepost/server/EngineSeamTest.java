package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.journal.JournalEngine;
import guidepost.journal.JournalException;
import guidepost.journal.MemoryEngine;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.Route;
import guidepost.seed.routetable.RouterGrpc;
import guidepost.server.v1.AdminGrpc;
import guidepost.server.v1.BackupRequest;
import guidepost.server.v1.CompactRequest;
import guidepost.server.v1.VerifyRequest;
import guidepost.server.v1.VerifyResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server on another engine than the embedded one: it serves, restarts, is verified, dumped and
/// loaded; only what is done with files is not to be had there.
final class EngineSeamTest {

  @TempDir Path directory;
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  private interface Use {
    void with(ManagedChannel channel, ManagedChannel admin) throws Exception;
  }

  private JournalEngine memory() {
    return new MemoryEngine(Optional.of(directory), store -> store);
  }

  private void serve(JournalEngine engine, Use use) throws Exception {
    ServerOptions options =
        ServerOptions.with(engine).listeningOn(List.of(new ListenAddress("127.0.0.1", 0)));
    try (GuidepostServer server = GuidepostServer.start(options)) {
      int port = server.addresses().getFirst().port();
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
      ManagedChannel admin =
          NettyChannelBuilder.forAddress(
                  UnixDomainSocketAddress.of(directory.resolve("admin.sock")))
              .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
              .eventLoopGroup(loop)
              .overrideAuthority("localhost")
              .usePlaintext()
              .build();
      try {
        use.with(channel, admin);
      } finally {
        channel.shutdownNow();
        admin.shutdownNow();
      }
    }
  }

  private static void add(ManagedChannel channel) {
    Route route = Route.newBuilder().setDest("10.0.0.1").setNh("192.0.2.1").build();
    RawCall call =
        RawCall.start(channel, RouterGrpc.getAddRoutesMethod(), CallOptions.DEFAULT)
            .send(route.toByteArray());
    call.halfClose();
    assertThat(call.awaitEnd().getCode()).isEqualTo(Status.Code.OK);
  }

  private static String lookedUp(ManagedChannel channel) {
    return RouterGrpc.newBlockingStub(channel)
        .getRoute(Destination.newBuilder().setNetwork("10.0.0.1").build())
        .getNh();
  }

  @Test
  void shouldServeOnAnotherEngineAndKnowItAgain() throws Exception {
    JournalEngine engine = memory();
    serve(engine, (channel, _) -> add(channel));
    serve(engine, (channel, _) -> assertThat(lookedUp(channel)).isEqualTo("192.0.2.1"));
  }

  @Test
  void shouldDumpOneEngineAndLoadItIntoAnother() throws Exception {
    JournalEngine engine = memory();
    serve(engine, (channel, _) -> add(channel));
    List<String> lines = new ArrayList<>();
    try (LocalData data = LocalData.openForReading(engine)) {
      data.dump(lines::add);
    }
    String dump = String.join("", lines);
    JournalEngine embedded = Engines.embedded(directory.resolve("embedded"));
    assertThat(load(dump, embedded)).containsEntry("routes", new Load.Loaded(1, 1));
    JournalEngine another = memory();
    assertThat(load(dump, another)).containsEntry("routes", new Load.Loaded(1, 1));
    serve(another, (channel, _) -> assertThat(lookedUp(channel)).isEqualTo("192.0.2.1"));
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> load(dump, another))
        .withMessage("memory: is not empty");
  }

  private static Map<String, Load.Loaded> load(String dump, JournalEngine engine)
      throws IOException {
    return Load.load(new BufferedReader(new StringReader(dump)), engine);
  }

  @Test
  void shouldLeaveNothingOfALoadThatFails() throws Exception {
    JournalEngine engine = memory();
    assertThatExceptionOfType(BackupException.class).isThrownBy(() -> load("{}", engine));
    assertThatExceptionOfType(JournalException.class)
        .isThrownBy(() -> LocalData.open(engine))
        .withMessage("memory: is empty");
  }

  @Test
  void shouldVerifyAnEngineWithoutFilesAndRefuseWhatNeedsThem() throws Exception {
    serve(
        memory(),
        (channel, admin) -> {
          add(channel);
          List<String> steps = new ArrayList<>();
          List<VerifyResponse> parts = new ArrayList<>();
          AdminGrpc.newBlockingStub(admin)
              .verify(VerifyRequest.getDefaultInstance())
              .forEachRemaining(
                  part -> {
                    parts.add(part);
                    steps.add(part.getStep());
                  });
          assertThat(steps).startsWith("journal of routes", "index of routes");
          assertThat(parts.getLast().getReport().getWrong()).isZero();
          assertUnimplemented(
              "backup: the journals are not kept in files of this server; use dump",
              () ->
                  AdminGrpc.newBlockingStub(admin)
                      .backup(BackupRequest.getDefaultInstance())
                      .next());
          assertUnimplemented(
              "compact: the journals are not kept in files of this server; use dump",
              () -> AdminGrpc.newBlockingStub(admin).compact(CompactRequest.getDefaultInstance()));
        });
  }

  private static void assertUnimplemented(String text, Runnable call) {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(call::run)
        .withMessage("UNIMPLEMENTED: " + text);
  }

  @Test
  void shouldServeWithoutADirectory() throws Exception {
    ServerOptions options =
        ServerOptions.with(new MemoryEngine())
            .listeningOn(List.of(new ListenAddress("127.0.0.1", 0)));
    try (GuidepostServer server = GuidepostServer.start(options)) {
      assertThat(server.addresses()).hasSize(1);
    }
  }

  @Test
  void shouldNameTheEmbeddedEngineInOnePlace() throws Exception {
    try (Stream<Path> sources = Files.list(Path.of("src/main/java/guidepost/server"))) {
      assertThat(sources)
          .filteredOn(EngineSeamTest::namesAnEngine)
          .extracting(each -> each.getFileName().toString())
          .containsExactly("Engines.java");
    }
  }

  private static boolean namesAnEngine(Path source) {
    try {
      return Files.readString(source).contains("journal.rocksdb");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
