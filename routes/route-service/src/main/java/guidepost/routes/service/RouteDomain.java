package guidepost.routes.service;

import guidepost.journal.Batch;
import guidepost.journal.Changefeed;
import guidepost.journal.Domain;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.Revisions;
import guidepost.journal.Value;
import guidepost.routes.service.RouteOutcome.Problem;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Decides what requests do to the tables, and applies what was decided once it is durable.
///
/// Between the two, what was decided is kept in [DecidedRoutes], so that a later operation of the
/// same group sees it:
///
/// ```
///   decide ──▶ decided ──durable──▶ tables, changefeed ──publish──▶ readers, watchers
/// ```
///
/// Threads: the writer's alone.
final class RouteDomain implements Domain<RouteRequest, List<RouteOutcome>> {

  private final PublishedRoutes published;
  private final SourceCounts counts;
  private final DecidedRoutes decided = new DecidedRoutes();
  private final Syncs syncs;
  private final SourceCalls sources;
  private final DecidedCounts decidedCounts;
  private final RouteDecision.State state;
  // With their names.
  private final Map<RouteTable, String> touched = new LinkedHashMap<>();
  private Catalog catalog;
  private final Changefeed<RouteChange> changefeed;
  private long nextInstalled = 1;
  private final Revisions revisions;

  private RouteDomain(
      Journal journal,
      PublishedRoutes published,
      SourceCounts counts,
      Syncs syncs,
      RouteLimits limits,
      SourceCalls sources) {
    this.published = published;
    this.counts = counts;
    this.syncs = syncs;
    this.sources = sources;
    this.decidedCounts = new DecidedCounts(counts);
    this.state =
        new RouteDecision.State(limits, decided, decidedCounts, syncs, this::installed, sources);
    this.catalog = published.catalog();
    this.changefeed = RouteChangefeed.of(journal);
    this.revisions = new Revisions(journal.revision());
  }

  private long installed() {
    return nextInstalled++;
  }

  /// The domain of a journal, with its latest state published.
  ///
  /// @param published filled with the tables and sources
  /// @param counts filled with the sources' counts
  /// @param sources told of the sources that calls name
  /// @throws JournalException if the journal cannot be read
  static RouteDomain load(
      Journal journal,
      PublishedRoutes published,
      SourceCounts counts,
      Syncs syncs,
      RouteLimits limits,
      SourceCalls sources)
      throws JournalException {
    RouteDomain domain = new RouteDomain(journal, published, counts, syncs, limits, sources);
    RouteLoader.Loaded loaded = RouteLoader.load(journal, counts::add);
    domain.catalog = loaded.catalog();
    domain.nextInstalled = loaded.installedMax() + 1;
    published.publish(loaded.catalog(), loaded.revision());
    return domain;
  }

  /// What was changed, for watchers.
  Changefeed<RouteChange> changefeed() {
    return changefeed;
  }

  @Override
  public Decision<List<RouteOutcome>> decide(RouteRequest request, Batch batch) {
    connect(request);
    decided.begin(request.atomic() || request.dryRun());
    long newest = revisions.next() - 1;
    if (isOnOtherTimeline(request)) {
      return rejectAll(request, otherTimeline(request));
    }
    if (isStale(request, newest)) {
      return rejectAll(request, stale(request, newest));
    }
    RouteDecision decision = decision(request);
    List<LongFunction<RouteOutcome>> outcomes = new ArrayList<>(request.operations().size());
    for (RouteOperation operation : request.operations()) {
      LongFunction<RouteOutcome> outcome = decision.decide(operation);
      outcomes.add(outcome);
      if (!request.atomic() && decision.areSyncsUnderWay()) {
        noteRejection(request, operation, outcome.apply(newest), decision);
      }
    }
    if (request.atomic() || request.dryRun()) {
      List<RouteOutcome> preview = outcomes(outcomes, newest);
      boolean aborted = request.atomic() && hasRejected(preview);
      if (aborted || request.dryRun()) {
        decision.rollBack();
        List<RouteOutcome> told = aborted ? abortedBeside(preview) : preview;
        noteRejections(request, told, decision);
        return revision -> told;
      }
    }
    boolean catalogChanged = !catalog.equals(decision.catalog());
    catalog = decision.catalog();
    if (catalogChanged) {
      connect(request); // to a source that it put itself
    }
    decision.applyMarks();
    decision.addTo(batch);
    revisions.count(batch);
    return revision -> {
      apply(decision, batch, revision);
      return outcomes(outcomes, revision);
    };
  }

  private RouteDecision decision(RouteRequest request) {
    RouteRequest.Naming naming = request.naming();
    return new RouteDecision(
        request.dryRun() ? state.trial() : state,
        catalog,
        revisions.next(),
        naming == null ? this : naming.writer(),
        naming == null ? "" : naming.owner());
  }

  /// Naming a source connects a call to it, whatever becomes of the operations; only a dry run
  /// leaves nothing at all.
  private void connect(RouteRequest request) {
    RouteRequest.Naming naming = request.naming();
    if (naming != null && !request.dryRun()) {
      for (String source : naming.sources()) {
        if (catalog.source(source) != null) {
          sources.connect(source, naming.writer());
        }
      }
    }
  }

  private static boolean isStale(RouteRequest request, long newest) {
    return request.expectedRevision().isPresent()
        && request.expectedRevision().getAsLong() != newest;
  }

  private boolean isOnOtherTimeline(RouteRequest request) {
    return request.expectedTimeline() != 0 && request.expectedTimeline() != changefeed.timeline();
  }

  private RouteOutcome otherTimeline(RouteRequest request) {
    String expected = Long.toUnsignedString(request.expectedTimeline());
    return new RouteOutcome.Rejected(
        Problem.CONFLICT,
        "timeline.other",
        "expected_timeline",
        expected,
        "expected_timeline \"%s\": the server is on timeline %s (restored from a backup?)"
            .formatted(expected, Long.toUnsignedString(changefeed.timeline())));
  }

  private static RouteOutcome stale(RouteRequest request, long newest) {
    String expected = Long.toUnsignedString(request.expectedRevision().orElseThrow());
    return new RouteOutcome.Rejected(
        Problem.CONFLICT,
        "expected_revision.stale",
        "expected_revision",
        expected,
        "expected_revision %s: the routes are at revision %d".formatted(expected, newest));
  }

  private Decision<List<RouteOutcome>> rejectAll(RouteRequest request, RouteOutcome why) {
    List<RouteOutcome> outcomes = request.operations().stream().map(_ -> why).toList();
    noteRejections(request, outcomes, decision(request));
    return revision -> outcomes;
  }

  /// Rejections may leave a hole in a refresh that the call began; those of a dry run, in its own.
  private static void noteRejections(
      RouteRequest request, List<RouteOutcome> outcomes, RouteDecision decision) {
    for (int i = 0; i < outcomes.size(); i++) {
      noteRejection(request, request.operations().get(i), outcomes.get(i), decision);
    }
  }

  private static void noteRejection(
      RouteRequest request,
      RouteOperation operation,
      RouteOutcome outcome,
      RouteDecision decision) {
    if (request.naming() != null && outcome instanceof RouteOutcome.Rejected rejected) {
      decision.noteRejection(operation, rejected.text());
    }
  }

  private static boolean hasRejected(List<RouteOutcome> outcomes) {
    return outcomes.stream().anyMatch(RouteOutcome.Rejected.class::isInstance);
  }

  private static List<RouteOutcome> outcomes(
      List<LongFunction<RouteOutcome>> outcomes, long revision) {
    return outcomes.stream().map(each -> each.apply(revision)).toList();
  }

  /// The outcomes of an atomic request that is not done: those rejected say why, and the others
  /// that it was not for themselves.
  private static List<RouteOutcome> abortedBeside(List<RouteOutcome> outcomes) {
    int first = 0;
    while (!(outcomes.get(first) instanceof RouteOutcome.Rejected)) {
      first++;
    }
    RouteOutcome aborted =
        new RouteOutcome.Rejected(
            Problem.ABORTED,
            "atomic.aborted",
            "atomic",
            "true",
            "atomic: operation %d of the message was rejected, so none was done".formatted(first));
    return outcomes.stream()
        .map(outcome -> outcome instanceof RouteOutcome.Rejected ? outcome : aborted)
        .toList();
  }

  @Override
  public void apply(long revision, Instant time, Batch batch) {
    revisions.apply(revision);
    List<RouteChange> changes = new ArrayList<>(batch.size());
    batch.forEach((key, value, prior) -> apply(revision, key, value, prior, changes));
    changefeed.add(revision, changes);
  }

  private void apply(
      long revision,
      byte[] key,
      byte @Nullable [] value,
      @Nullable Value prior,
      List<RouteChange> changes) {
    if (CatalogRecord.isCatalog(key)) {
      catalog =
          value == null
              ? CatalogRecord.removed(catalog, key)
              : CatalogRecord.added(catalog, key, value, revision);
      return;
    }
    RouteChange change = RouteChangefeed.change(revision, key, value, prior);
    if (change != null) {
      changes.add(change);
      Route after = change.after();
      nextInstalled = Math.max(nextInstalled, after == null ? 0 : after.installed() + 1);
      apply(change.table(), table(change.table()), change.before(), after);
    }
  }

  /// One that this batch drops is no longer in the catalog, and its routes go with it.
  private RouteTable table(String name) {
    Catalog.Table table = catalog.table(name);
    return table == null ? new RouteTable() : table.routes();
  }

  private void apply(RouteDecision decision, Batch batch, long revision) {
    List<RouteChange> changes = new ArrayList<>(decision.edits().size());
    for (RouteEdits.Edit edit : decision.edits()) {
      apply(edit.tableName(), edit.table(), edit.before(), edit.after());
      changes.add(new RouteChange(edit.tableName(), revision, edit.before(), edit.after()));
    }
    if (!batch.isEmpty()) {
      changefeed.add(revision, changes);
    }
  }

  /// What a change does to the tables, wherever it was decided.
  private void apply(String name, RouteTable table, @Nullable Route before, @Nullable Route after) {
    if (after != null) {
      table.put(after);
      counts.add(after.source(), before == null ? 1 : 0);
    } else if (before != null) {
      table.remove(before);
      counts.add(before.source(), -1);
    }
    touched.put(table, name);
  }

  @Override
  public void publish() {
    clearDecided();
    long revision = revisions.publish();
    touched.forEach((table, name) -> publish(table, name, revision));
    touched.clear();
    publishCatalog(revision);
    syncs.publish();
    changefeed.publish();
  }

  private void clearDecided() {
    decided.clear();
    decidedCounts.clear();
  }

  private void publishCatalog(long revision) {
    boolean changed = !catalog.equals(published.catalog());
    published.publish(catalog, revision);
    if (changed) {
      sources.catalogChanged();
    }
  }

  /// Publishes a table, unless it was dropped: until the catalog shows that, a reader may find it
  /// as it was before, and take the changes after that for its own; an empty one at this revision
  /// would hide what came under its name since.
  private void publish(RouteTable table, String name, long revision) {
    Catalog.Table there = catalog.table(name);
    if (there != null && there.routes() == table) {
      table.publish(revision);
    }
  }

  @Override
  public void abandon() {
    revisions.abandon();
    clearDecided();
    syncs.abandon();
    catalog = published.catalog();
  }

  @Override
  public void follow() {
    syncs.forget();
    sources.follow();
  }

  @Override
  public void lead() {
    sources.lead();
  }
}
