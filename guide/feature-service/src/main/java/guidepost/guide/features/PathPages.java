package guidepost.guide.features;

import guidepost.calls.EncodedMessage;
import guidepost.calls.Failures;
import guidepost.calls.Reason;
import guidepost.calls.Streaming;
import guidepost.guide.index.AlongPath;
import guidepost.guide.index.FeatureSnapshot;
import guidepost.guide.index.FeatureView;
import guidepost.guide.index.PathSearch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The features along a path, in its order. The path is measured, the index searched, what it found
/// measured, and then sent in responses of up to 512, at least one; each step a little in a turn.
final class PathPages implements Streaming.Search<EncodedMessage> {

  /// Features in a corridor, which are sorted before the first is sent: some 50 MB of them.
  static final int FEATURES_MAX = 100_000;

  /// What a turn does: some hundreds of microseconds.
  private static final int SEGMENTS_A_TURN = 128;

  /// Geodesics of some 2 us each: a turn stays below 0.1 ms.
  private static final int MEASURED_A_TURN = 32;

  private record Placed(FeatureView view, GeodesicPath.Place place) {

    boolean isAfter(ListPlace other) {
      double ahead = place.aheadMetres();
      return ahead > other.metres()
          || (ahead == other.metres() && view.id().compareTo(other.id()) > 0);
    }
  }

  private static final Comparator<Placed> ORDER =
      Comparator.comparingDouble((Placed each) -> each.place().aheadMetres())
          .thenComparing(each -> each.view().id());

  private final FeatureSnapshot snapshot;
  private final FeatureQueries.Along query;
  private final GeodesicPath path;
  private final List<Placed> placed = new ArrayList<>();
  private @Nullable PathSearch search;
  private @Nullable List<AlongPath> found;
  private int nextPlaced;
  private int nextTold;
  private long told;
  private boolean sorted;
  private boolean over;

  PathPages(FeatureSnapshot snapshot, FeatureQueries.Along query) {
    this.snapshot = snapshot;
    this.query = query;
    this.path = new GeodesicPath(query.path(), query.fromMetres());
  }

  @Override
  public boolean isOver() {
    return over;
  }

  @Override
  public @Nullable EncodedMessage look() {
    if (search == null) {
      search = path.measure(SEGMENTS_A_TURN) ? newSearch() : null;
      return null;
    }
    if (found == null) {
      found = search.look(ListPage.LOOKS_MAX) ? search.found() : null;
      requireFew(search.size());
      return null;
    }
    return sorted || isPlaced(found) ? takePage() : null;
  }

  private PathSearch newSearch() {
    return snapshot.along(path.corridor(query.withinMetres()), path.slack(), query.filter());
  }

  private void requireFew(long approaches) {
    if (approaches > FEATURES_MAX) {
      throw Failures.rejected(
          Reason.TOO_MANY_RESULTS,
          "path: more than %d features lie within %s m of it; ask for less"
              .formatted(FEATURES_MAX, query.withinMetres()));
    }
  }

  private boolean isPlaced(List<AlongPath> candidates) {
    int end = Math.min(nextPlaced + MEASURED_A_TURN, candidates.size());
    for (AlongPath candidate : candidates.subList(nextPlaced, end)) {
      GeodesicPath.Place place = path.place(candidate, query.withinMetres());
      if (place.offMetres() <= query.withinMetres()) {
        placed.add(new Placed(candidate.view(), place));
      }
    }
    nextPlaced = end;
    if (end == candidates.size()) {
      placed.sort(ORDER);
      query.page().after().ifPresent(this::skipTo);
      sorted = true;
    }
    return sorted;
  }

  private void skipTo(ListPlace last) {
    while (nextTold < placed.size() && !placed.get(nextTold).isAfter(last)) {
      nextTold++;
    }
  }

  private EncodedMessage takePage() {
    ListPage page = new ListPage(snapshot.revision());
    while (hasMore() && !page.isFull()) {
      Placed next = placed.get(nextTold++);
      told++;
      page.add(
          next.view(), next.place().aheadMetres(), next.place().offMetres(), next.place().side());
    }
    over = !hasMore();
    page.pathMetres(path.metres());
    return page.finish(over ? nextPageToken() : "");
  }

  private boolean hasMore() {
    return nextTold < placed.size() && query.page().left(told) > 0;
  }

  private String nextPageToken() {
    if (nextTold == placed.size() || told == 0) {
      return "";
    }
    Placed last = placed.get(nextTold - 1);
    return query
        .page()
        .next(snapshot.revision(), ListPlace.after(last.place().aheadMetres(), last.view().id()));
  }
}
