package guidepost.routes.service;

import static guidepost.routes.service.RouteGroup.bothFamilies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import guidepost.journal.JournalException;
import guidepost.journal.MemoryJournalStore;
import guidepost.journal.OverloadedException;
import guidepost.journal.StubbornJournal;
import guidepost.routes.service.RouteOutcome.Problem;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteText;
import guidepost.testing.Patience;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a party that is no gRPC call may rely on when it writes routes.
final class RouteWriterTest {

  private static final String TABLE = "default";

  private final ManualTimer timer = new ManualTimer();
  private final StubbornJournal journal = new StubbornJournal();
  private final MemoryJournalStore store = new MemoryJournalStore();
  private final AtomicInteger readyAgain = new AtomicInteger();
  private RouteService routes;

  @BeforeEach
  void open() throws Exception {
    open(RouteLimits.DEFAULT, timer);
  }

  private void open(RouteLimits limits, ManualTimer delays) throws Exception {
    routes = RouteService.open(journal.around(store.journal("routes")), limits, delays);
  }

  @AfterEach
  void close() {
    journal.release();
    routes.close();
  }

  private RouteWriter writer() {
    return routes.openWriter(readyAgain::incrementAndGet);
  }

  private static RouteGroup bgp() {
    return RouteGroup.of(TABLE, "bgp");
  }

  private static Prefix prefix(String text) {
    return RouteText.PREFIX.query(text, "");
  }

  private static Route route(String text) {
    return new Route(prefix(text), "bgp", RouteText.nextHop("192.0.2.1", ""), 0, 0, 0, 0);
  }

  private static List<RouteOutcome> written(CompletableFuture<List<RouteOutcome>> answer)
      throws Exception {
    return answer.get(Patience.SECONDS, TimeUnit.SECONDS);
  }

  private static List<RouteOutcome> write(RouteWriter writer, RouteGroup group) throws Exception {
    return written(writer.submit(group));
  }

  private static RouteOutcome.Rejected rejected(List<RouteOutcome> outcomes) {
    return (RouteOutcome.Rejected) outcomes.getLast();
  }

  private static JournalException failure(CompletableFuture<List<RouteOutcome>> answer) {
    await().until(answer::isDone);
    try {
      var _ = answer.get();
    } catch (ExecutionException e) {
      return (JournalException) Objects.requireNonNull(e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("was written");
  }

  private List<String> prefixes() {
    List<String> found = new ArrayList<>();
    routes
        .published()
        .state(TABLE)
        .routes()
        .all()
        .forEachRemaining(route -> found.add(route.prefix().toString()));
    return found;
  }

  private void putBgp(Duration deleteAfter) throws Exception {
    try (RouteWriter admin = writer()) {
      write(admin, bgp().putSource(20, deleteAfter));
    }
  }

  /// Delays that run, in seconds.
  private List<Long> running() {
    return timer.waiting().stream().map(each -> each.millis() / 1_000).toList();
  }

  /// Waits for what was asked of the domain before.
  private void settle() throws Exception {
    try (RouteWriter other = writer()) {
      write(other, RouteGroup.of(TABLE, Route.STATIC).deletePrefix(prefix("99.0.0.0/8")));
    }
  }

  @Test
  void shouldAnswerEachOperationOnceItIsDurableAndVisible() throws Exception {
    try (RouteWriter writer = writer()) {
      List<RouteOutcome> outcomes =
          write(
              writer,
              bgp()
                  .putSource(20)
                  .put(route("10.0.0.0/8"))
                  .put(route("11.0.0.0/8"), 7)
                  .delete(route("12.0.0.0/8"))
                  .put(route("10.0.0.0/8")));
      assertThat(outcomes)
          .extracting(Object::toString)
          .satisfiesExactly(
              put -> assertThat(put).isEqualTo("Done[changed=1, revision=1]"),
              put -> assertThat(put).isEqualTo("Done[changed=1, revision=1]"),
              stale -> assertThat(stale).contains("CONFLICT", "expected_revision.stale"),
              gone -> assertThat(gone).isEqualTo("Done[changed=0, revision=1]"),
              again -> assertThat(again).isEqualTo("Done[changed=0, revision=1]"));
      assertThat(prefixes()).containsExactly("10.0.0.0/8");
      assertThat(store.journal("routes").revision()).isEqualTo(1);
    }
  }

  @Test
  void shouldWriteAtomicAndDryGroupsAsModifyDoes() throws Exception {
    try (RouteWriter writer = writer()) {
      write(writer, bgp().putSource(20));
      RouteGroup dry = bgp().put(route("10.0.0.0/8")).dryRun();
      assertThat(write(writer, dry)).containsExactly(new RouteOutcome.Done(1, 1));
      RouteGroup half = bgp().put(route("10.0.0.0/8")).put(route("11.0.0.0/8"), 7).atomic();
      assertThat(write(writer, half))
          .extracting(each -> ((RouteOutcome.Rejected) each).problem())
          .containsExactly(Problem.ABORTED, Problem.CONFLICT);
      assertThat(rejected(write(writer, bgp().put(route("10.0.0.0/8")).expecting(0))).problem())
          .isEqualTo(Problem.CONFLICT);
      assertThat(prefixes()).isEmpty();
    }
  }

  @Test
  void shouldRefuseWhatAnAtomicGroupCannotTakeBack() {
    RouteGroup atomic = bgp().atomic();
    assertThatThrownBy(() -> atomic.beginRefresh(bothFamilies())).hasMessageContaining("atomic");
    assertThatThrownBy(() -> atomic.endRefresh(bothFamilies())).hasMessageContaining("atomic");
    assertThatThrownBy(atomic::dropTable).hasMessageContaining("atomic");
    assertThatThrownBy(atomic::deleteSource).hasMessageContaining("atomic");
    assertThatThrownBy(() -> bgp().beginRefresh(bothFamilies()).atomic())
        .hasMessageContaining("atomic");
  }

  @Test
  void shouldRefuseReplacementsThatAreNotOfTheirPrefixOrSource() {
    assertThatThrownBy(() -> bgp().replace(prefix("10.0.0.0/8"), List.of(route("11.0.0.0/8"))))
        .isInstanceOf(InvalidRouteException.class)
        .hasMessage("prefix \"11.0.0.0/8\": must be 10.0.0.0/8");
    Route ospf = new Route(prefix("10.0.0.0/8"), "ospf", new NextHop.Blackhole(), 0, 0, 0, 0);
    assertThatThrownBy(() -> bgp().replace(prefix("10.0.0.0/8"), List.of(ospf)))
        .hasMessage("source \"ospf\": must be bgp");
  }

  @Test
  void shouldRefreshASourceWithoutAHole() throws Exception {
    try (RouteWriter writer = writer()) {
      write(writer, bgp().putSource(20).put(route("10.0.0.0/8")).put(route("11.0.0.0/8")));
      write(writer, bgp().beginRefresh(bothFamilies()));
      write(writer, bgp().put(route("11.0.0.0/8")).put(route("12.0.0.0/8")));
      assertThat(prefixes()).containsExactly("10.0.0.0/8", "11.0.0.0/8", "12.0.0.0/8");
      assertThat(write(writer, bgp().endRefresh(bothFamilies())))
          .containsExactly(new RouteOutcome.Done(1, 3));
      assertThat(prefixes()).containsExactly("11.0.0.0/8", "12.0.0.0/8");
    }
  }

  @Test
  void shouldSweepNothingIfAnOperationOfTheRefreshWasRejected() throws Exception {
    try (RouteWriter writer = writer()) {
      write(writer, bgp().putSource(20).put(route("10.0.0.0/8")));
      write(writer, bgp().beginRefresh(bothFamilies()).put(route("11.0.0.0/8"), 7));
      RouteOutcome.Rejected unswept = rejected(write(writer, bgp().endRefresh(bothFamilies())));
      assertThat(unswept.problem()).isEqualTo(Problem.ABORTED);
      assertThat(unswept.unswept()).isEqualTo(1);
      assertThat(prefixes()).containsExactly("10.0.0.0/8");
      write(writer, bgp().endRefreshDespiteRejections(bothFamilies()));
      assertThat(prefixes()).isEmpty();
    }
  }

  @Test
  void shouldForgetTheRefreshOfAWriterThatGoesAwayInTheMiddleOfIt() throws Exception {
    putBgp(Duration.ofSeconds(5));
    RouteWriter first = writer();
    write(first, bgp().put(route("10.0.0.0/8")).put(route("11.0.0.0/8")));
    write(first, bgp().beginRefresh(bothFamilies()).put(route("10.0.0.0/8")));
    assertThat(running()).isEmpty();
    first.close();
    settle();
    assertThat(prefixes()).containsExactly("10.0.0.0/8", "11.0.0.0/8");
    assertThat(running()).containsExactly(5L);
    try (RouteWriter second = writer()) {
      assertThat(rejected(write(second, bgp().endRefresh(bothFamilies()))).rule())
          .isEqualTo("sync.not_begun");
      assertThat(running()).as("the second is connected").isEmpty();
      assertThat(prefixes()).containsExactly("10.0.0.0/8", "11.0.0.0/8");
    }
    settle();
    timer.waiting().getFirst().task().run();
    settle();
    assertThat(prefixes()).isEmpty();
  }

  @Test
  void shouldBeConnectedToASourceThatItPutsItself() throws Exception {
    try (RouteWriter writer = writer()) {
      write(writer, bgp().putSource(20, Duration.ZERO).put(route("10.0.0.0/8")));
      assertThat(running()).isEmpty();
    }
    settle();
    assertThat(running()).containsExactly(0L);
  }

  @Test
  void shouldNotHoldItsSourceByADryRun() throws Exception {
    putBgp(Duration.ofSeconds(5));
    settle();
    try (RouteWriter writer = writer()) {
      write(writer, bgp().put(route("10.0.0.0/8")).dryRun());
      assertThat(running()).containsExactly(5L);
    }
  }

  @Test
  void shouldAskForMoreWhenLittleIsInHand() throws Exception {
    putBgp(Duration.ZERO);
    try (RouteWriter writer = writer()) {
      journal.hold();
      List<CompletableFuture<List<RouteOutcome>>> answers = new ArrayList<>();
      while (writer.isReady()) {
        answers.add(writer.submit(bgp().put(route("10.0.0.0/8"))));
      }
      assertThat(answers).hasSize(4);
      assertThat(readyAgain).hasValue(0);
      journal.release();
      for (CompletableFuture<List<RouteOutcome>> answer : answers) {
        assertThat(written(answer)).hasSize(1);
      }
      await().until(() -> readyAgain.get() == 1);
      assertThat(writer.isReady()).isTrue();
    }
  }

  @Test
  void shouldCountTheOperationsOfLargeGroups() throws Exception {
    putBgp(Duration.ZERO);
    try (RouteWriter writer = writer()) {
      journal.hold();
      RouteGroup large = bgp();
      for (int i = 0; i < 4_096; i++) {
        large.put(route("10.0.0.0/8"));
      }
      CompletableFuture<List<RouteOutcome>> answer = writer.submit(large);
      assertThat(writer.isReady()).isFalse();
      journal.release();
      assertThat(written(answer)).hasSize(4_096);
      assertThat(writer.isReady()).isTrue();
    }
  }

  @Test
  void shouldTakeNoMoreThanItsShareFromOneThatDoesNotAsk() throws Exception {
    putBgp(Duration.ZERO);
    try (RouteWriter writer = writer();
        RouteWriter other = writer()) {
      journal.hold();
      List<CompletableFuture<List<RouteOutcome>>> answers = new ArrayList<>();
      for (int i = 0; i < RouteWriter.GROUPS_IN_HAND_MAX; i++) {
        answers.add(writer.submit(bgp().put(route("10.0.0.0/8"))));
      }
      assertThatThrownBy(() -> writer.submit(bgp().put(route("11.0.0.0/8"))))
          .isInstanceOf(OverloadedException.class)
          .hasMessageContaining("at most 16 groups");
      CompletableFuture<List<RouteOutcome>> beside = other.submit(bgp().put(route("12.0.0.0/8")));
      journal.release();
      for (CompletableFuture<List<RouteOutcome>> answer : answers) {
        assertThat(written(answer)).hasSize(1);
      }
      assertThat(written(beside)).hasSize(1);
      assertThat(prefixes()).containsExactly("10.0.0.0/8", "12.0.0.0/8");
    }
  }

  @Test
  void shouldDoNothingOfAGroupThatComesWhileTooMuchWaitsOfAll() throws Exception {
    routes.close();
    open(RouteLimits.DEFAULT.with(8, 256, 1, 4 << 20), new ManualTimer());
    putBgp(Duration.ZERO);
    try (RouteWriter writer = writer();
        RouteWriter other = writer()) {
      journal.hold();
      CompletableFuture<List<RouteOutcome>> appending =
          writer.submit(bgp().put(route("9.0.0.0/8")));
      await().until(journal::holds);
      RouteGroup eight = bgp();
      for (int i = 0; i < 8; i++) {
        eight.put(route("10.0.0.0/8"));
      }
      CompletableFuture<List<RouteOutcome>> waiting = writer.submit(eight);
      assertThatThrownBy(() -> other.submit(bgp().put(route("11.0.0.0/8"))))
          .isInstanceOf(OverloadedException.class)
          .satisfies(e -> assertThat(((OverloadedException) e).retryAfter()).isPositive());
      assertThat(other.isReady()).isTrue();
      journal.release();
      assertThat(written(appending)).hasSize(1);
      assertThat(written(waiting)).hasSize(8);
      assertThat(prefixes()).containsExactly("9.0.0.0/8", "10.0.0.0/8");
    }
  }

  @Test
  void shouldDoNothingBehindAGroupThatWasLost() throws Exception {
    putBgp(Duration.ZERO);
    try (RouteWriter writer = writer();
        RouteWriter other = writer()) {
      journal.refuse(true);
      assertThat(failure(writer.submit(bgp().put(route("10.0.0.0/8")))).reason())
          .isEqualTo(JournalException.Reason.DISK_FULL);
      journal.refuse(false);
      assertThat(failure(writer.submit(bgp().put(route("11.0.0.0/8")))).reason())
          .isEqualTo(JournalException.Reason.ABANDONED);
      assertThat(write(other, bgp().put(route("12.0.0.0/8")))).hasSize(1);
      assertThat(prefixes()).containsExactly("12.0.0.0/8");
    }
  }

  @Test
  void shouldWriteWhatWaitsWhenTheServiceIsClosedAndTakeNothingThen() throws Exception {
    putBgp(Duration.ZERO);
    RouteWriter writer = writer();
    journal.hold();
    CompletableFuture<List<RouteOutcome>> first = writer.submit(bgp().put(route("10.0.0.0/8")));
    CompletableFuture<List<RouteOutcome>> second = writer.submit(bgp().put(route("11.0.0.0/8")));
    await().until(journal::holds);
    journal.release();
    routes.close();
    assertThat(written(first)).hasSize(1);
    assertThat(written(second)).hasSize(1);
    assertThat(failure(writer.submit(bgp().put(route("12.0.0.0/8")))).reason())
        .isEqualTo(JournalException.Reason.CLOSED);
    writer.close();
  }

  @Test
  void shouldTakeNothingOnceItIsClosed() {
    RouteWriter writer = writer();
    writer.close();
    writer.close();
    assertThat(writer.isReady()).isFalse();
    assertThatThrownBy(() -> writer.submit(bgp().flush()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the writer is closed");
  }

  @Test
  void shouldKnowNothingOfGrpc() {
    assertThat(
            Stream.of(RouteWriter.class, RouteGroup.class, RouteOutcome.class)
                .flatMap(type -> Stream.of(type.getMethods()))
                .map(Method::toGenericString))
        .isNotEmpty()
        .noneMatch(
            method ->
                method.contains("io.grpc")
                    || method.contains("com.google")
                    || method.contains("guidepost.calls")
                    || method.contains("guidepost.routes.v1"));
  }

  /// Beside it only the end of writers and of delays is asked of the domain.
  @Test
  void shouldBeTheOnlyWayToWriteRoutes() throws Exception {
    try (Stream<Path> sources = Files.list(Path.of("src/main/java/guidepost/routes/service"))) {
      assertThat(sources.filter(RouteWriterTest::knowsTheDomainsWriter))
          .extracting(path -> path.getFileName().toString())
          .containsExactlyInAnyOrder("RouteService.java", "RouteWriter.java", "SourceCalls.java");
    }
  }

  private static boolean knowsTheDomainsWriter(Path source) {
    try {
      return Files.readString(source).contains("DomainWriter<RouteRequest");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
