package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import guidepost.access.AccessOptions;
import guidepost.access.TokenFile;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.guide.v1.AppendFixesRequest;
import guidepost.guide.v1.CloseNoteRequest;
import guidepost.guide.v1.DeleteTripRequest;
import guidepost.guide.v1.DenyNoteRequest;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.GetNoteRequest;
import guidepost.guide.v1.GetTripRequest;
import guidepost.guide.v1.ListTripsRequest;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NotesGrpc;
import guidepost.guide.v1.PostNoteRequest;
import guidepost.guide.v1.RecordTripRequest;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripBatch;
import guidepost.guide.v1.TripEnd;
import guidepost.guide.v1.TripFilter;
import guidepost.guide.v1.TripFix;
import guidepost.guide.v1.TripStart;
import guidepost.guide.v1.TripsGrpc;
import guidepost.routes.v1.ApplyRequest;
import guidepost.routes.v1.CreateTableRequest;
import guidepost.routes.v1.DeleteSourceRequest;
import guidepost.routes.v1.DiffRoutesRequest;
import guidepost.routes.v1.DisconnectPolicy;
import guidepost.routes.v1.DropTableRequest;
import guidepost.routes.v1.ExplainRequest;
import guidepost.routes.v1.FlushRequest;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.GetSourceRequest;
import guidepost.routes.v1.GetStatsRequest;
import guidepost.routes.v1.GetTableRequest;
import guidepost.routes.v1.ListSourcesRequest;
import guidepost.routes.v1.ListTablesRequest;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.LookupStreamRequest;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.PutSourceRequest;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteFilter;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.routes.v1.Source;
import guidepost.routes.v1.SyncScope;
import guidepost.routes.v1.Table;
import guidepost.routes.v1.WatchRequest;
import guidepost.routes.v1.WatchResponse;
import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.RouteGuideGrpc;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.RouterGrpc;
import guidepost.testing.Patience;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What callers may do with what is theirs, and with what is not.
final class GrantsTest {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final String ACCESS =
      """
      identities:
        - {name: r7, by: "token:r7"}
        - {name: r8, by: "token:r8"}
        - {name: viewer, by: "token:viewer"}
        - {name: ann, by: "token:ann"}
        - {name: bob, by: "token:bob"}
        - {name: mod, by: "token:mod"}
        - {name: mapper, by: "token:mapper"}
        - {name: ops, by: "token:ops"}
      grants:
        - {who: r7, role: writer, tables: [default], sources: [bgp.r7, bgp.shared]}
        - {who: r8, role: writer, tables: [default, "vrf-*"], sources: ["bgp.*"]}
        - {who: viewer, role: reader, tables: [default], layers: [default]}
        - {who: [ann, bob], role: writer, travellers: [self]}
        - {who: mod, role: moderator, travellers: ["*"]}
        - {who: mapper, role: writer, layers: [default]}
        - {who: ops, role: admin, tables: ["*"], sources: ["*"], layers: ["*"], travellers: ["*"]}
      """;

  private static final String DENIED = "the caller has no grant for this";

  private static final guidepost.guide.v1.ApplyRequest PUT_HUT =
      guidepost.guide.v1.ApplyRequest.newBuilder()
          .setRequest(
              guidepost.guide.v1.ModifyRequest.newBuilder()
                  .addOperations(
                      guidepost.guide.v1.Operation.newBuilder()
                          .setPut(
                              guidepost.guide.v1.Feature.newBuilder()
                                  .setName("hut")
                                  .setPoint(GeoPoint.getDefaultInstance()))))
          .build();

  @TempDir Path directory;
  private final Map<String, String> tokens = new HashMap<>();
  private GuidepostServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    TokenFile file = new TokenFile(directory.resolve("tokens"));
    for (String name : List.of("r7", "r8", "viewer", "ann", "bob", "mod", "mapper", "ops")) {
      tokens.put(name, file.create(name, Instant.now(), Optional.empty()));
    }
    Path access = Files.writeString(directory.resolve("access.yaml"), ACCESS);
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
    for (String source : List.of("bgp.r7", "bgp.r8", "bgp.shared")) {
      var _ =
          routes("ops")
              .putSource(
                  PutSourceRequest.newBuilder()
                      .setSource(Source.newBuilder().setName(source).setDistance(20))
                      .build());
    }
    var _ = routes("ops").createTable(CreateTableRequest.newBuilder().setName("vrf-a").build());
    var _ = routes("ops").createTable(CreateTableRequest.newBuilder().setName("secret").build());
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  private <S extends AbstractStub<S>> S as(String name, S stub) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + tokens.get(name));
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private RoutesGrpc.RoutesBlockingStub routes(String name) {
    return as(name, RoutesGrpc.newBlockingStub(channel));
  }

  private NotesGrpc.NotesBlockingStub notes(String name) {
    return as(name, NotesGrpc.newBlockingStub(channel));
  }

  private TripsGrpc.TripsBlockingStub trips(String name) {
    return as(name, TripsGrpc.newBlockingStub(channel));
  }

  private static Status status(Runnable call) {
    return Objects.requireNonNull(
            catchThrowableOfType(StatusRuntimeException.class, call::run), "nothing was thrown")
        .getStatus();
  }

  private static void denies(Runnable call) {
    Status status = status(call);
    assertThat(status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(status.getDescription()).isEqualTo(DENIED);
  }

  private static Operation add(String prefix, String source) {
    return Operation.newBuilder()
        .setAdd(
            Route.newBuilder().setPrefix(prefix).setNextHop("192.0.2.1").setSource(source).build())
        .build();
  }

  private List<OperationResult> apply(String name, String table, Operation... operations) {
    return routes(name)
        .apply(
            ApplyRequest.newBuilder()
                .setRequest(
                    ModifyRequest.newBuilder()
                        .setTable(table)
                        .addAllOperations(List.of(operations)))
                .build())
        .getResultsList();
  }

  private static final OperationResult NO_GRANT =
      OperationResult.newBuilder()
          .setCode(ResultCode.RESULT_CODE_DENIED)
          .setReason("PERMISSION_DENIED")
          .setText(DENIED)
          .build();

  @Test
  void shouldJudgeEachOperationOfAMessageByItself() {
    List<OperationResult> results =
        apply(
            "r7",
            "default",
            add("10.0.0.0/8", "bgp.r7"),
            add("10.1.0.0/16", "bgp.r8"),
            add("10.2.0.0/16", "bgp.r7"),
            add("10.3.0.0/16", ""));
    assertThat(results)
        .extracting(OperationResult::getCode)
        .containsExactly(
            ResultCode.RESULT_CODE_OK,
            ResultCode.RESULT_CODE_DENIED,
            ResultCode.RESULT_CODE_OK,
            ResultCode.RESULT_CODE_DENIED);
    assertThat(results.get(1)).isEqualTo(NO_GRANT);
    assertThat(
            routes("ops").getRoutes(GetRoutesRequest.getDefaultInstance()).next().getRoutesList())
        .extracting(Route::getPrefix)
        .containsExactly("10.0.0.0/8", "10.2.0.0/16");
  }

  @Test
  void shouldDenyWhatIsThereAndWhatIsNotAlike() {
    assertThat(apply("r7", "secret", add("10.0.0.0/8", "bgp.r7")))
        .isEqualTo(apply("r7", "no-such-table", add("10.0.0.0/8", "bgp.r7")))
        .containsExactly(NO_GRANT);
    assertThat(apply("r7", "default", add("10.0.0.0/8", "bgp.r8")))
        .isEqualTo(apply("r7", "default", add("10.0.0.0/8", "no-such-source")))
        .containsExactly(NO_GRANT);
    // Who may, is told.
    assertThat(apply("r8", "vrf-b", add("10.0.0.0/8", "bgp.r8")).getFirst().getCode())
        .isEqualTo(ResultCode.RESULT_CODE_UNKNOWN);
  }

  @Test
  void shouldDoNothingOfAnAtomicMessageOfWhichAPartIsDenied() {
    List<OperationResult> results =
        routes("r7")
            .apply(
                ApplyRequest.newBuilder()
                    .setRequest(
                        ModifyRequest.newBuilder()
                            .setAtomic(true)
                            .addOperations(add("10.0.0.0/8", "bgp.r7"))
                            .addOperations(add("10.1.0.0/16", "bgp.r8")))
                    .build())
            .getResultsList();
    assertThat(results)
        .extracting(OperationResult::getCode)
        .containsExactly(ResultCode.RESULT_CODE_ABORTED, ResultCode.RESULT_CODE_DENIED);
  }

  @Test
  void shouldDenyQuestionsAboutATableWhetherItExistsOrNot() throws Exception {
    for (String table : List.of("secret", "vrf-a", "no-such-table")) {
      denies(() -> routes("viewer").lookup(LookupRequest.newBuilder().setTable(table).build()));
      denies(
          () ->
              routes("viewer")
                  .lookupBatch(LookupBatchRequest.newBuilder().setTable(table).build()));
      denies(() -> routes("viewer").explain(ExplainRequest.newBuilder().setTable(table).build()));
      denies(
          () ->
              routes("viewer")
                  .getRoutes(GetRoutesRequest.newBuilder().setTable(table).build())
                  .next());
      denies(
          () ->
              routes("viewer")
                  .diffRoutes(DiffRoutesRequest.newBuilder().setTable(table).build())
                  .next());
      denies(
          () -> routes("viewer").watch(WatchRequest.newBuilder().setTable(table).build()).next());
      denies(() -> routes("viewer").getTable(GetTableRequest.newBuilder().setName(table).build()));
      denies(() -> routes("viewer").getStats(GetStatsRequest.newBuilder().setTable(table).build()));
      assertThat(streamed("viewer", table)).isEqualTo(DENIED);
    }
    denies(
        () -> routes("viewer").getSource(GetSourceRequest.newBuilder().setName("bgp.r7").build()));
    denies(() -> routes("viewer").getSource(GetSourceRequest.newBuilder().setName("none").build()));
  }

  /// What a LookupStream about a table is told.
  private String streamed(String name, String table) throws Exception {
    BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    var call =
        as(name, RoutesGrpc.newStub(channel))
            .lookupStream(new Answers<>(_ -> ends.add("an answer"), ends::add));
    call.onNext(
        LookupStreamRequest.newBuilder()
            .setBatch(LookupBatchRequest.newBuilder().setTable(table))
            .build());
    return Objects.requireNonNull(ends.poll(Patience.SECONDS, TimeUnit.SECONDS));
  }

  @Test
  void shouldListWhatACallerMaySee() {
    assertThat(tables("viewer")).containsExactly("default");
    assertThat(tables("r8")).containsExactly("default", "vrf-a");
    assertThat(tables("ops")).containsExactly("default", "secret", "vrf-a");
    assertThat(tables("ann")).isEmpty();
    assertThat(sources("r7")).containsExactly("bgp.r7", "bgp.shared");
    assertThat(sources("viewer")).isEmpty();
  }

  private List<String> tables(String name) {
    return routes(name).listTables(ListTablesRequest.getDefaultInstance()).getTablesList().stream()
        .map(Table::getName)
        .toList();
  }

  private List<String> sources(String name) {
    return routes(name)
        .listSources(ListSourcesRequest.getDefaultInstance())
        .getSourcesList()
        .stream()
        .map(Source::getName)
        .toList();
  }

  @Test
  void shouldDenyWholeTablesAndForeignSourcesToThoseWhoHaveAPart() {
    denies(() -> routes("r7").flush(FlushRequest.newBuilder().setTable("default").build()));
    denies(() -> routes("r7").flush(FlushRequest.newBuilder().setSource("bgp.r7").build()));
    denies(() -> routes("r7").flush(FlushRequest.newBuilder().setPrefix("10.0.0.0/8").build()));
    assertThat(
            routes("r7")
                .flush(FlushRequest.newBuilder().setTable("default").setSource("bgp.r7").build())
                .getDeleted())
        .isZero();
    denies(
        () -> routes("r8").createTable(CreateTableRequest.newBuilder().setName("vrf-b").build()));
    denies(() -> routes("r8").dropTable(DropTableRequest.newBuilder().setName("vrf-a").build()));
    denies(
        () ->
            routes("r7")
                .putSource(
                    PutSourceRequest.newBuilder()
                        .setSource(Source.newBuilder().setName("bgp.r8").setDistance(1))
                        .build()));
    assertThat(
            routes("r7")
                .putSource(
                    PutSourceRequest.newBuilder()
                        .setSource(Source.newBuilder().setName("bgp.r7").setDistance(30))
                        .build())
                .getSource()
                .getDistance())
        .isEqualTo(30);
  }

  private final class Modify {
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final StreamObserver<ModifyRequest> call;

    Modify(String name) {
      call =
          as(name, RoutesGrpc.newStub(channel))
              .modify(
                  new Answers<ModifyResponse>(
                      response ->
                          response.getResultsList().forEach(each -> answers.add(told(each))),
                      answers::add));
    }

    private static String told(OperationResult result) {
      return result.getCode() == ResultCode.RESULT_CODE_OK ? "OK" : result.getReason();
    }

    String send(String source, Operation.Builder operation) throws InterruptedException {
      call.onNext(ModifyRequest.newBuilder().setSource(source).addOperations(operation).build());
      return Objects.requireNonNull(answers.poll(Patience.SECONDS, TimeUnit.SECONDS));
    }
  }

  private static Operation.Builder beginSync() {
    return Operation.newBuilder().setBeginSync(SyncScope.getDefaultInstance());
  }

  private static Operation.Builder endSync() {
    return Operation.newBuilder().setEndSync(SyncScope.getDefaultInstance());
  }

  @Test
  void shouldLetNobodyTakeOverTheSyncOfAnother() throws Exception {
    Modify first = new Modify("r7");
    Modify other = new Modify("r8");
    assertThat(first.send("bgp.shared", beginSync())).isEqualTo("OK");
    assertThat(other.send("bgp.shared", beginSync())).isEqualTo("SYNC_FOREIGN");
    assertThat(first.send("bgp.shared", endSync())).isEqualTo("OK");
    assertThat(other.send("bgp.shared", beginSync())).isEqualTo("OK");
  }

  @Test
  void shouldLetACallerThatComesBackBeginItsSyncAgain() throws Exception {
    Modify lost = new Modify("r7");
    assertThat(lost.send("bgp.r7", beginSync())).isEqualTo("OK");
    Modify back = new Modify("r7");
    assertThat(back.send("bgp.r7", beginSync())).isEqualTo("OK");
    assertThat(back.send("bgp.r7", endSync())).isEqualTo("OK");
    assertThat(lost.send("bgp.r7", endSync())).isEqualTo("SYNC_NOT_BEGUN");
  }

  @Test
  void shouldConnectNobodyToTheSourceOfAnother() throws Exception {
    Modify call = new Modify("r7");
    assertThat(call.send("bgp.r8", beginSync())).isEqualTo("PERMISSION_DENIED");
    assertThat(call.send("bgp.r7", beginSync())).isEqualTo("OK");
    assertThat(writers("bgp.r8")).isZero();
    assertThat(writers("bgp.r7")).isEqualTo(1);
  }

  private int writers(String source) {
    return routes("ops")
        .getSource(GetSourceRequest.newBuilder().setName(source).build())
        .getSource()
        .getWriters();
  }

  private long post(String name, String author) {
    return notes(name)
        .postNote(
            PostNoteRequest.newBuilder()
                .setNote(
                    Note.newBuilder()
                        .setAuthor(author)
                        .setText("black ice")
                        .setPoint(GeoPoint.getDefaultInstance()))
                .build())
        .getNote()
        .getId();
  }

  private Note note(long id) {
    return notes("mod").getNote(GetNoteRequest.newBuilder().setId(id).build()).getNote();
  }

  @Test
  void shouldTakeTheCallerForTheAuthorWhateverItSays() {
    assertThat(note(post("ann", "bob")).getAuthor()).isEqualTo("ann");
    assertThat(note(post("ann", "")).getAuthor()).isEqualTo("ann");
  }

  @Test
  void shouldGiveOneCallerOneVote() {
    long id = post("ann", "");
    for (String name : List.of("x", "y", "z", "bob")) {
      var _ = notes("bob").denyNote(DenyNoteRequest.newBuilder().setId(id).setAuthor(name).build());
    }
    assertThat(note(id).getDenials()).isEqualTo(1);
  }

  @Test
  void shouldLetAModeratorCloseAnyNoteAndOthersTheirOwn() {
    long id = post("ann", "");
    assertThat(
            status(
                    () ->
                        notes("bob")
                            .closeNote(
                                CloseNoteRequest.newBuilder().setId(id).setAuthor("ann").build()))
                .getCode())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
    var _ = notes("mod").closeNote(CloseNoteRequest.newBuilder().setId(id).build());
    assertThat(status(() -> note(id)).getCode()).isEqualTo(Status.Code.NOT_FOUND);
    long own = post("ann", "");
    var _ = notes("ann").closeNote(CloseNoteRequest.newBuilder().setId(own).build());
  }

  @Test
  void shouldShowNoNotesToThoseWhoHaveNothingToDoWithTravellers() {
    long id = post("ann", "");
    denies(() -> notes("r7").getNote(GetNoteRequest.newBuilder().setId(id).build()));
    denies(() -> notes("r7").getNote(GetNoteRequest.newBuilder().setId(id + 1).build()));
    denies(() -> post("r7", ""));
  }

  private Trip begin(String name, String id, String traveller) {
    return trips(name)
        .appendFixes(
            AppendFixesRequest.newBuilder()
                .setStart(TripStart.newBuilder().setTripId(id).setTraveller(traveller))
                .build())
        .getTrip();
  }

  @Test
  void shouldTakeTheCallerForTheTravellerAndHideTheTripsOfOthers() {
    Trip trip = begin("ann", "home", "bob");
    assertThat(trip.getTraveller()).isEqualTo("ann");
    Status foreign =
        status(() -> trips("bob").getTrip(GetTripRequest.newBuilder().setId("home").build()));
    Status missing =
        status(() -> trips("bob").getTrip(GetTripRequest.newBuilder().setId("none").build()));
    assertThat(foreign.getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(String.valueOf(foreign.getDescription()).replace("home", "none"))
        .isEqualTo(missing.getDescription());
    assertThat(
            status(
                    () ->
                        trips("bob")
                            .deleteTrip(DeleteTripRequest.newBuilder().setId("home").build()))
                .getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(status(() -> begin("bob", "home", "ann")).getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(begin("ann", "home", "").getId()).isEqualTo("home");
    assertThat(trips("bob").listTrips(ListTripsRequest.getDefaultInstance()).getTripsList())
        .isEmpty();
    assertThat(trips("ann").listTrips(ListTripsRequest.getDefaultInstance()).getTripsList())
        .hasSize(1);
    assertThat(trips("mod").listTrips(ListTripsRequest.getDefaultInstance()).getTripsList())
        .hasSize(1);
    denies(
        () ->
            trips("bob")
                .listTrips(
                    ListTripsRequest.newBuilder()
                        .setFilter(TripFilter.newBuilder().setTraveller("ann"))
                        .build()));
    denies(() -> begin("r7", "", ""));
  }

  @Test
  void shouldTellTheFeaturesOfATripToThoseOnlyWhoMayReadFeatures() {
    assertThat(features("mapper").apply(PUT_HUT).getResults(0).getCode())
        .isEqualTo(ResultCode.RESULT_CODE_OK);
    TripBatch.Builder batch = TripBatch.newBuilder().setNumber(1);
    for (int second = 0; second < 3; second++) {
      batch.addFixes(
          TripFix.newBuilder()
              .setPoint(GeoPoint.getDefaultInstance())
              .setTime(Timestamp.newBuilder().setSeconds(1_700_000_000L + second)));
    }
    Trip told =
        trips("ann")
            .appendFixes(
                AppendFixesRequest.newBuilder()
                    .setStart(TripStart.newBuilder().setTripId("home"))
                    .setBatch(batch)
                    .build())
            .getTrip();
    assertThat(told.getSummary().getFixes()).isEqualTo(3);
    assertThat(told.getSummary().getFeatureIdsList()).isEmpty();
    for (String name : List.of("ann", "mod")) {
      assertThat(trip(name).getSummary().getFeatureIdsList()).isEmpty();
      assertThat(
              trips(name)
                  .listTrips(ListTripsRequest.getDefaultInstance())
                  .getTrips(0)
                  .getSummary()
                  .getFeatureIdsList())
          .isEmpty();
    }
    assertThat(trip("ops").getSummary().getFeatureIdsList()).hasSize(1);
  }

  private Trip trip(String name) {
    return trips(name).getTrip(GetTripRequest.newBuilder().setId("home").build()).getTrip();
  }

  @Test
  void shouldCountForACallerWhatItMaySee() {
    assertThat(features("mapper").apply(PUT_HUT).getResults(0).getCode())
        .isEqualTo(ResultCode.RESULT_CODE_OK);
    var stats = guidepost.guide.v1.GetStatsRequest.getDefaultInstance();
    assertThat(features("ann").getStats(stats).getFeatures()).isZero();
    assertThat(features("ann").getStats(stats).getFeaturesRevision()).isZero();
    assertThat(features("viewer").getStats(stats).getFeatures()).isEqualTo(1);
    long id = post("ann", "ann");
    assertThat(id).isPositive();
    assertThat(features("viewer").getStats(stats).getNotes()).isZero();
    assertThat(features("ann").getStats(stats).getNotes()).isEqualTo(1);
    var ofViewer = routes("viewer").getStats(GetStatsRequest.getDefaultInstance());
    assertThat(ofViewer.getTables()).isEqualTo(1);
    assertThat(ofViewer.getSources()).isZero();
    Iterator<WatchResponse> watch = routes("viewer").watch(WatchRequest.getDefaultInstance());
    assertThat(watch.next()).isNotNull();
    assertThat(routes("viewer").getStats(GetStatsRequest.getDefaultInstance()).getWatches())
        .isZero();
    var ofOps = routes("ops").getStats(GetStatsRequest.getDefaultInstance());
    assertThat(ofOps.getTables()).isEqualTo(3);
    assertThat(ofOps.getSources()).isEqualTo(4);
    assertThat(ofOps.getWatches()).isEqualTo(1);
  }

  /// To those who may not see it, a source that exists is like one that does not.
  @Test
  void shouldTellNobodyByAFilterWhichSourcesThereAre() {
    for (String source : List.of("bgp.r8", "no.such")) {
      assertThat(listed("viewer", source)).isEmpty();
      assertThat(listed("r7", source)).isEmpty();
    }
    assertThat(listed("r8", "bgp.r8")).isEmpty();
    assertThat(status(() -> listed("r8", "bgp.r9")).getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(status(() -> listed("ops", "no.such")).getCode()).isEqualTo(Status.Code.NOT_FOUND);
  }

  private List<Route> listed(String name, String source) {
    List<Route> found = new ArrayList<>();
    routes(name)
        .getRoutes(
            GetRoutesRequest.newBuilder()
                .setFilter(RouteFilter.newBuilder().addSources(source))
                .build())
        .forEachRemaining(page -> found.addAll(page.getRoutesList()));
    return found;
  }

  @Test
  void shouldLetThoseChangeFeaturesWhoHaveTheirLayer() {
    assertThat(features("mapper").apply(PUT_HUT).getResults(0).getCode())
        .isEqualTo(ResultCode.RESULT_CODE_OK);
    assertThat(features("r7").apply(PUT_HUT).getResults(0)).isEqualTo(NO_GRANT);
    denies(
        () ->
            features("r7")
                .getFeature(
                    guidepost.guide.v1.GetFeatureRequest.newBuilder().setId("hut").build()));
    denies(() -> features("r7").watch(guidepost.guide.v1.WatchRequest.getDefaultInstance()).next());
    assertThat(guide("viewer").getFeature(Point.getDefaultInstance()).getName()).isEqualTo("hut");
    denies(() -> guide("ann").getFeature(Point.getDefaultInstance()));
  }

  private FeaturesGrpc.FeaturesBlockingStub features(String name) {
    return as(name, FeaturesGrpc.newBlockingStub(channel));
  }

  private RouteGuideGrpc.RouteGuideBlockingStub guide(String name) {
    return as(name, RouteGuideGrpc.newBlockingStub(channel));
  }

  @Test
  void shouldGuardTheSeedsContractsToo() throws Exception {
    denies(
        () ->
            as("ann", RouterGrpc.newBlockingStub(channel))
                .getRoute(Destination.newBuilder().setNetwork("10.0.0.1").build()));
    BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    var rows =
        as("r7", RouterGrpc.newStub(channel))
            .addRoutes(
                new Answers<>(result -> ends.add("success " + result.getSuccess()), ends::add));
    rows.onNext(
        guidepost.seed.routetable.Route.newBuilder()
            .setDest("10.0.0.0/8")
            .setNh("192.0.2.1")
            .build());
    rows.onCompleted();
    assertThat(ends.poll(Patience.SECONDS, TimeUnit.SECONDS)).isEqualTo("success false");
  }

  @Test
  void shouldLetNoOldStreamWriteIntoATripThatIsAnothersNow() throws Exception {
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    StreamObserver<RecordTripRequest> old =
        as("bob", TripsGrpc.newStub(channel))
            .recordTrip(
                new Answers<>(
                    answer -> answers.add(answer.getTrip().getTraveller()), answers::add));
    old.onNext(
        RecordTripRequest.newBuilder().setStart(TripStart.newBuilder().setTripId("x")).build());
    assertThat(answers.poll(Patience.SECONDS, TimeUnit.SECONDS)).isEqualTo("bob");
    var _ = trips("bob").deleteTrip(DeleteTripRequest.newBuilder().setId("x").build());
    assertThat(begin("ann", "x", "").getTraveller()).isEqualTo("ann");
    old.onNext(RecordTripRequest.newBuilder().setEnd(TripEnd.getDefaultInstance()).build());
    assertThat(answers.poll(Patience.SECONDS, TimeUnit.SECONDS)).contains("no trip");
    assertThat(trips("ann").getTrip(GetTripRequest.newBuilder().setId("x").build()).getTrip())
        .matches(trip -> !trip.getFinished());
  }

  @Test
  void shouldLetNobodyMakeASourceDeleteRoutesInTablesThatAreNotTheirs() {
    PutSourceRequest deleting =
        PutSourceRequest.newBuilder()
            .setSource(
                Source.newBuilder()
                    .setName("bgp.r7")
                    .setDistance(30)
                    .setOnDisconnect(DisconnectPolicy.DISCONNECT_POLICY_DELETE))
            .build();
    denies(() -> routes("r7").putSource(deleting));
    denies(
        () ->
            routes("r7").deleteSource(DeleteSourceRequest.newBuilder().setName("bgp.r7").build()));
    assertThat(routes("ops").putSource(deleting).getSource().getName()).isEqualTo("bgp.r7");
  }

  @Test
  void shouldEndTheStreamsOfACallerWhoseTokenIsRevoked() throws Exception {
    Iterator<WatchResponse> watch = routes("viewer").watch(WatchRequest.getDefaultInstance());
    assertThat(watch.next()).isNotNull();
    Iterator<WatchResponse> other = routes("r7").watch(WatchRequest.getDefaultInstance());
    assertThat(other.next()).isNotNull();
    assertThat(new TokenFile(directory.resolve("tokens")).revoke("viewer")).isTrue();
    assertThat(status(() -> watch.forEachRemaining(_ -> {})).getCode())
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(status(() -> routes("viewer").lookup(LookupRequest.getDefaultInstance())).getCode())
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(apply("r7", "default", add("10.0.0.0/8", "bgp.r7")).getFirst().getCode())
        .isEqualTo(ResultCode.RESULT_CODE_OK);
    await().until(() -> other.next().hasChanges());
  }

  @Test
  void shouldEndTheStreamsOfACallerWhoseGrantsChangeAndKeepWhatWasWhenTheFileIsWrong()
      throws Exception {
    Iterator<WatchResponse> watch = routes("viewer").watch(WatchRequest.getDefaultInstance());
    assertThat(watch.next()).isNotNull();
    Path file = directory.resolve("access.yaml");
    Files.writeString(file, ACCESS.replace("role: reader", "role: raeder"));
    assertThat(server.reloadAccess())
        .containsExactly(
            file
                + ":13: role \"raeder\": must be reader, writer, moderator or admin; did you mean"
                + " reader?");
    var _ = routes("viewer").listTables(ListTablesRequest.getDefaultInstance());
    Files.writeString(file, ACCESS.replace("reader, tables: [default]", "reader, tables: [vrf-a]"));
    assertThat(status(() -> watch.forEachRemaining(_ -> {})).getCode())
        .as("clients begin a watch again that ends so")
        .isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(tables("viewer")).containsExactly("vrf-a");
    assertThat(status(() -> routes("viewer").watch(WatchRequest.getDefaultInstance()).next()))
        .as("and find out what they may")
        .extracting(Status::getCode)
        .isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  /// Hands on what comes, and how it ends.
  private record Answers<M>(Consumer<M> next, Consumer<String> end) implements StreamObserver<M> {

    @Override
    public void onNext(M message) {
      next.accept(message);
    }

    @Override
    public void onError(Throwable why) {
      end.accept(String.valueOf(Status.fromThrowable(why).getDescription()));
    }

    @Override
    public void onCompleted() {
      end.accept("completed");
    }
  }
}
