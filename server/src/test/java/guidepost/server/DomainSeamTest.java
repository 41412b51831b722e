package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import guidepost.journal.JournalEngine;
import guidepost.server.v1.AdminGrpc;
import guidepost.server.v1.BackupRequest;
import guidepost.server.v1.BackupResponse;
import guidepost.server.v1.DomainReport;
import guidepost.server.v1.DomainRevision;
import guidepost.server.v1.DumpRequest;
import guidepost.server.v1.DumpResponse;
import guidepost.server.v1.GetJournalsRequest;
import guidepost.server.v1.JournalStats;
import guidepost.server.v1.ServerGrpc;
import guidepost.server.v1.VerifyReport;
import guidepost.server.v1.VerifyRequest;
import guidepost.server.v1.VerifyResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
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
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A fifth domain, of which nothing in the server knows: whatever the server does for the others it
/// does for this one as well.
final class DomainSeamTest {

  private static final Domains FIVE = and(Domains.GUIDEPOST);

  @TempDir Path directory;
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<Greetings> opened = new ArrayList<>();
  private Path data;
  private StubbornEngine stubborn;
  private GuidepostServer server;
  private ManagedChannel channel;
  private ManagedChannel admin;

  private static Domains and(Domains domains) {
    return new Domains(
        Stream.concat(domains.stored().stream(), Stream.of(Greetings.STORED)).toList(),
        domains.opening());
  }

  private Domains five() {
    return new Domains(
        FIVE.stored(),
        (store, options, front) -> {
          FIVE.opening().open(store, options, front);
          opened.add(new Greetings(store.journal("greetings")));
          front.accept(opened.getLast());
        });
  }

  @BeforeEach
  void start() throws Exception {
    stubborn = new StubbornEngine();
    data = directory.resolve("data");
    start(Engines.embedded(data));
  }

  private void start(JournalEngine engine) throws Exception {
    server =
        GuidepostServer.start(
            ServerOptions.with(engine).listeningOn(List.of(new ListenAddress("127.0.0.1", 0))),
            five());
    int port = server.addresses().getFirst().port();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    admin =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(data.resolve("admin.sock")))
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .eventLoopGroup(loop)
            .overrideAuthority("localhost")
            .usePlaintext()
            .build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    admin.shutdownNow();
    server.close();
  }

  private void restart(JournalEngine engine) throws Exception {
    stop();
    start(engine);
  }

  private String put(String greeting) {
    return ClientCalls.blockingUnaryCall(
            channel, Greetings.PUT, CallOptions.DEFAULT, StringValue.of(greeting))
        .getValue();
  }

  @Test
  void shouldMeasureIt() {
    assertThat(put("de=Guten Tag")).isEqualTo("at revision 1");
    assertThat(server.metrics("").text())
        .contains("guidepost_revision{domain=\"greetings\"} 1")
        .contains("guidepost_entries{domain=\"greetings\"} 1")
        .contains("guidepost_append_seconds_count{domain=\"greetings\"} 1");
  }

  @Test
  void shouldServeItAndKnowItAgainAfterARestart() throws Exception {
    assertThat(put("de=Guten Tag")).isEqualTo("at revision 1");
    restart(Engines.embedded(data));
    assertThat(put("de=Moin")).isEqualTo("at revision 2");
    assertThat(verified().getWrong()).isZero();
  }

  @Test
  void shouldReportItBesideTheOthers() {
    put("de=Guten Tag");
    put("fr=Bonjour");
    List<JournalStats> journals =
        ServerGrpc.newBlockingStub(channel)
            .getJournals(GetJournalsRequest.getDefaultInstance())
            .getJournalsList();
    assertThat(journals)
        .extracting(JournalStats::getDomain)
        .containsExactly("routes", "features", "notes", "trips", "greetings");
    assertThat(journals.getLast().getRevision()).isEqualTo(2);
    assertThat(journals.getLast().getRevisions()).isEqualTo(2);
  }

  @Test
  void shouldVerifyItBesideTheOthersAndFindWhatItsIndexLost() {
    put("de=Guten Tag");
    put("fr=Bonjour");
    assertThat(verified().getDomainsList())
        .extracting(DomainReport::getDomain)
        .containsExactly("routes", "features", "notes", "trips", "greetings");
    opened.getLast().lose("fr");
    assertThat(verified().getFindingsList()).containsExactly("greetings: no greeting for fr");
  }

  private VerifyReport verified() {
    return all(
            AdminGrpc.newBlockingStub(admin).verify(VerifyRequest.getDefaultInstance()),
            VerifyResponse::getReport)
        .getLast();
  }

  private static <T, R> List<R> all(Iterator<T> answers, Function<T, R> part) {
    Iterable<T> each = () -> answers;
    return StreamSupport.stream(each.spliterator(), false).map(part).toList();
  }

  private String dumped() {
    return all(
            AdminGrpc.newBlockingStub(admin).dump(DumpRequest.getDefaultInstance()),
            DumpResponse::getLines)
        .stream()
        .collect(Collectors.joining());
  }

  @Test
  void shouldDumpItAndLoadItElsewhere() throws Exception {
    put("de=Guten Tag");
    put("fr=Bonjour");
    String dump = dumped();
    assertThat(dump.lines().toList().get(1)).contains("\"domain\":\"greetings\"");
    stop();
    data = directory.resolve("loaded");
    var loaded =
        Load.load(new BufferedReader(new StringReader(dump)), Engines.embedded(data), FIVE);
    assertThat(loaded).containsEntry("greetings", new Load.Loaded(2, 2));
    start(Engines.embedded(data));
    assertThat(dumped()).isEqualTo(dump);
    assertThat(put("it=Ciao")).isEqualTo("at revision 3");
  }

  @Test
  void shouldNotLoadADumpThatLacksIt() {
    String dump = dumped();
    assertThatExceptionOfType(BackupException.class)
        .isThrownBy(
            () ->
                Load.load(
                    new BufferedReader(
                        new StringReader(dump.replace("\"greetings\"", "\"routes\""))),
                    Engines.embedded(directory.resolve("loaded")),
                    FIVE))
        .withMessageContaining("domains: must be routes, features, notes, trips, greetings");
  }

  @Test
  void shouldHaveItInABackup() {
    put("de=Guten Tag");
    var header =
        all(
                AdminGrpc.newBlockingStub(admin).backup(BackupRequest.getDefaultInstance()),
                BackupResponse::getHeader)
            .getFirst();
    assertThat(header.getRevisionsList())
        .contains(DomainRevision.newBuilder().setDomain("greetings").setRevision(1).build())
        .contains(DomainRevision.newBuilder().setDomain("trips").setRevision(0).build());
  }

  @Test
  void shouldSayThatItIsNotServedOnceItsWriterStopped() throws Exception {
    restart(stubborn.as(Optional.of(data)));
    assertThat(health()).isEqualTo(ServingStatus.SERVING);
    stubborn.breakDown();
    var _ =
        ClientCalls.futureUnaryCall(
            channel.newCall(Greetings.PUT, CallOptions.DEFAULT), StringValue.of("de=Guten Tag"));
    await().untilAsserted(() -> assertThat(health()).isEqualTo(ServingStatus.NOT_SERVING));
  }

  private ServingStatus health() {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService("test.Greetings").build())
        .getStatus();
  }

  @Test
  void shouldShutItDownBeforeItsJournalIsClosed() {
    server.close();
    assertThat(opened.getLast().isShutDown()).isTrue();
    assertThat(server.closingFailure()).isEmpty();
  }

  /// The list is the only place of the server's code that names a domain's module; its options and
  /// its settings have a domain's limits.
  @Test
  void shouldNameNoDomainElsewhere() throws Exception {
    try (Stream<Path> sources = Files.list(Path.of("src/main/java/guidepost/server"))) {
      assertThat(sources)
          .filteredOn(each -> namesADomain(each))
          .extracting(each -> each.getFileName().toString())
          .containsExactlyInAnyOrder("Domains.java", "ServerOptions.java", "ServerSettings.java");
    }
  }

  private static boolean namesADomain(Path source) {
    try {
      return Files.readString(source).matches("(?s).*guidepost\\.(routes|guide)\\..*");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
