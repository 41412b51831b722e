package guidepost.routes.service;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.Batch;
import guidepost.journal.Domain;
import guidepost.journal.Journal;
import guidepost.journal.MemoryJournalStore;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A decision knows how many routes a source has by what was decided before it, in the same group
/// too. What is asked here is asked by DeleteSource, which is refused while there are routes.
final class DecidedCountsTest {

  private final Journal journal = new MemoryJournalStore().journal("routes");
  private final PublishedRoutes published = new PublishedRoutes();
  private final List<Batch> batches = new ArrayList<>();
  private final List<Domain.Decision<List<RouteOutcome>>> decided = new ArrayList<>();
  private RouteDomain domain;

  @BeforeEach
  void load() throws Exception {
    domain =
        RouteDomain.load(
            journal,
            published,
            new SourceCounts(),
            new Syncs(),
            RouteLimits.DEFAULT,
            new SourceCalls(published, new ManualTimer()));
    decide(
        RouteOperation.PutSource.of(
            new Catalog.Source("bgp", 20, /* deleteOnDisconnect= */ false, Duration.ZERO, 0)));
    commit();
  }

  private static RouteOperation put(String prefix) {
    Route route =
        new Route(RouteText.PREFIX.query(prefix, ""), "bgp", new NextHop.Blackhole(), 0, 0, 0, 0);
    return new RouteOperation.Put(Catalog.DEFAULT_TABLE, route, OptionalLong.empty());
  }

  private static RouteOperation flush() {
    return new RouteOperation.Flush(null, "bgp", null);
  }

  private void decide(RouteRequest request) {
    Batch batch = new Batch();
    decided.add(domain.decide(request, batch));
    batches.add(batch);
  }

  private void decide(RouteOperation operation) {
    decide(RouteRequest.of(operation));
  }

  private List<RouteOutcome> commit() throws Exception {
    long revision = journal.revision();
    journal.append(batches.stream().filter(batch -> !batch.isEmpty()).toList());
    List<RouteOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < batches.size(); i++) {
      revision += batches.get(i).isEmpty() ? 0 : 1;
      outcomes.addAll(decided.get(i).commit(revision));
    }
    domain.publish();
    batches.clear();
    decided.clear();
    return outcomes;
  }

  private String deletion() throws Exception {
    decide(new RouteOperation.DeleteSource("bgp"));
    return commit().getLast() instanceof RouteOutcome.Rejected refused ? refused.text() : "deleted";
  }

  @Test
  void shouldCountWhatTheSameGroupAdded() throws Exception {
    decide(put("10.0.0.0/8"));
    decide(put("11.0.0.0/8"));
    decide(put("10.0.0.0/8"));
    assertThat(deletion()).contains("has 2 routes");
    assertThat(deletion()).contains("has 2 routes");
  }

  @Test
  void shouldCountWhatTheSameGroupDeleted() throws Exception {
    decide(put("10.0.0.0/8"));
    commit();
    decide(put("11.0.0.0/8"));
    decide(flush());
    assertThat(deletion()).isEqualTo("deleted");
  }

  @Test
  void shouldNotCountWhatIsTakenBack() throws Exception {
    decide(
        new RouteRequest(List.of(put("10.0.0.0/8")), false, true, OptionalLong.empty(), 0, null));
    RouteOperation bad = new RouteOperation.DropTable("no such");
    decide(
        new RouteRequest(
            List.of(put("11.0.0.0/8"), bad), true, false, OptionalLong.empty(), 0, null));
    assertThat(deletion()).isEqualTo("deleted");
  }

  @Test
  void shouldNotCountWhatIsAbandoned() throws Exception {
    decide(put("10.0.0.0/8"));
    domain.abandon();
    batches.clear();
    decided.clear();
    assertThat(deletion()).isEqualTo("deleted");
  }
}
