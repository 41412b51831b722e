package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import guidepost.access.AccessOptions;
import guidepost.access.TokenFile;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NotesGrpc;
import guidepost.guide.v1.PostNoteRequest;
import guidepost.routes.v1.ApplyRequest;
import guidepost.routes.v1.CreateTableRequest;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.server.v1.AdminGrpc;
import guidepost.server.v1.CompactRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is recorded of those who change something, and what is never.
@ResourceLock("the log of this process")
final class AuditTest {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String WORDS = "the treasure is under the oak";
  private static final String WRONG_TOKEN = "guidepost_" + "Zm9yZ2VkdG9rZW4".repeat(3);

  @TempDir Path directory;
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private String token = "";
  private GuidepostServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    logged.list = new CopyOnWriteArrayList<>(); // other threads log meanwhile
    logged.start();
    // While SLF4J begins on another thread, it gives others substitutes.
    await().until(() -> LoggerFactory.getLogger("guidepost") instanceof Logger);
    ((Logger) LoggerFactory.getLogger("guidepost")).addAppender(logged);
    token =
        new TokenFile(directory.resolve("tokens")).create("ann", Instant.now(), Optional.empty());
    Path access =
        Files.writeString(
            directory.resolve("access.yaml"),
            """
            identities:
              - {name: ann, by: "token:ann"}
            grants:
              - {who: ann, role: admin, tables: [default, vrf-a], sources: [static], travellers: [self]}
            """);
    server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(directory.resolve("data")))
                .listeningOn(List.of(new ListenAddress("127.0.0.1", 0)))
                .withAccess(
                    AccessOptions.NONE.withAccess(
                        access, Optional.of(directory.resolve("tokens")), Optional.empty())));
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.addresses().getFirst().port())
            .usePlaintext()
            .build();
  }

  @AfterEach
  void stop() {
    ((Logger) LoggerFactory.getLogger("guidepost")).detachAppender(logged);
    channel.shutdownNow();
    server.close();
  }

  private static <S extends AbstractStub<S>> S with(String token, S stub) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + token);
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private Path file() {
    return directory.resolve("data").resolve("audit.log");
  }

  private List<JsonNode> lines(int count) {
    await().until(() -> Files.readAllLines(file()).size() >= count);
    return read();
  }

  private List<JsonNode> read() {
    try {
      return Files.readAllLines(file()).stream()
          .map(line -> JsonMapper.shared().readTree(line))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void change() {
    var _ =
        with(token, RoutesGrpc.newBlockingStub(channel))
            .apply(
                ApplyRequest.newBuilder()
                    .setRequest(
                        ModifyRequest.newBuilder()
                            .setTable("default")
                            .addOperations(add("static"))
                            .addOperations(add("bgp")))
                    .build());
    var _ =
        with(token, NotesGrpc.newBlockingStub(channel))
            .postNote(
                PostNoteRequest.newBuilder()
                    .setNote(
                        Note.newBuilder().setText(WORDS).setPoint(GeoPoint.getDefaultInstance()))
                    .build());
  }

  private static Operation.Builder add(String source) {
    return Operation.newBuilder()
        .setAdd(
            Route.newBuilder().setPrefix("10.0.0.0/8").setNextHop("192.0.2.1").setSource(source));
  }

  @Test
  void shouldRecordWhoChangedWhatFromWhereWithWhichResult() {
    change();
    JsonNode line = lines(2).getFirst();
    assertThat(line.get("caller").asString()).isEqualTo("ann");
    assertThat(line.get("by").asString()).isEqualTo("token");
    assertThat(line.get("from").asString()).isEqualTo("127.0.0.1");
    assertThat(line.get("rpc").asString()).isEqualTo("guidepost.routes.v1.Routes/Apply");
    assertThat(line.get("result").asString()).isEqualTo("OK");
    assertThat(line.get("accepted").asLong()).isEqualTo(1);
    assertThat(line.get("rejected").asLong()).isEqualTo(1);
    assertThat(line.get("revision").asLong()).isEqualTo(1);
    assertThat(line.get("table").asString()).isEqualTo("default");
    assertThat(line.get("source").valueStream().map(JsonNode::asString))
        .containsExactly("static", "bgp");
    assertThat(lines(2).getLast().get("id").asLong()).isEqualTo(1);
    assertThat(Instant.parse(line.get("time").asString())).isBeforeOrEqualTo(Instant.now());
  }

  @Test
  void shouldNameTheTableAndTheSourceOfRoutesThatNameNone() {
    var _ =
        with(token, RoutesGrpc.newBlockingStub(channel))
            .apply(
                ApplyRequest.newBuilder()
                    .setRequest(ModifyRequest.newBuilder().addOperations(add("")))
                    .build());
    JsonNode line = lines(1).getFirst();
    assertThat(line.get("table").asString()).isEqualTo("default");
    assertThat(line.get("source").asString()).isEqualTo("static");
  }

  @Test
  void shouldRecordDenialsAndAdministrationAndNoQuestions() {
    assertThat(
            catchThrowable(
                () ->
                    with(token, RoutesGrpc.newBlockingStub(channel))
                        .createTable(CreateTableRequest.newBuilder().setName("vrf-b").build())))
        .isNotNull();
    assertThat(
            catchThrowable(
                () ->
                    with(token, RoutesGrpc.newBlockingStub(channel))
                        .lookup(LookupRequest.newBuilder().setDestination("10.0.0.1").build())))
        .isNotNull();
    var _ =
        with(token, AdminGrpc.newBlockingStub(channel))
            .compact(CompactRequest.getDefaultInstance());
    assertThat(lines(2))
        .extracting(each -> each.get("rpc").asString(), each -> each.get("result").asString())
        .containsExactly(
            tuple("guidepost.routes.v1.Routes/CreateTable", "PERMISSION_DENIED"),
            tuple("guidepost.server.v1.Admin/Compact", "OK"));
    assertThat(read().getFirst().get("table").asString()).isEqualTo("vrf-b");
  }

  @Test
  void shouldTellNoSecretInTheAuditLogTheLogOrAnError() throws Exception {
    change();
    Throwable refused =
        catchThrowable(
            () ->
                with(WRONG_TOKEN, RoutesGrpc.newBlockingStub(channel))
                    .lookup(LookupRequest.getDefaultInstance()));
    var _ = lines(2);
    String told =
        Files.readString(file())
            + Files.readString(directory.resolve("tokens"))
            + String.join(
                "\n", logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList())
            + refused;
    assertThat(told)
        .contains("call refused")
        .doesNotContain(token.substring("guidepost_".length()))
        .doesNotContain(WRONG_TOKEN.substring("guidepost_".length()))
        .doesNotContain(WORDS);
  }

  @Test
  void shouldKeepTheFileToItsOwner() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldWriteWhatWaitsBeforeItEnds() {
    change();
    server.close();
    assertThat(read()).hasSize(2);
  }
}
