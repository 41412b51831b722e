package guidepost.guide.features;

import guidepost.calls.EncodedMessage;
import guidepost.calls.Streaming;
import guidepost.guide.geo.Wgs84;
import guidepost.guide.index.FeatureView;
import guidepost.guide.index.Near;
import guidepost.guide.index.NearestSearch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The features nearest to a point on the ellipsoid: the index gives those that can be among them,
/// they are measured, and then sent in responses of up to 512, at least one.
final class NearestPages implements Streaming.Search<EncodedMessage> {

  /// Measured in one turn: some tens of microseconds.
  private static final int MEASURED_MAX = 64;

  private record Measured(FeatureView view, double metres) {}

  private static final Comparator<Measured> ORDER =
      Comparator.comparingDouble(Measured::metres).thenComparing(each -> each.view().id());

  private final FeatureQueries.Nearest query;
  private final long revision;
  private final NearestSearch search;
  private final List<Measured> measured = new ArrayList<>();
  private @Nullable List<Near> found;
  private int nextMeasured;
  private int nextTold;
  private boolean sorted;
  private boolean over;

  /// @param search with [Wgs84#SLACK]
  NearestPages(long revision, NearestSearch search, FeatureQueries.Nearest query) {
    this.query = query;
    this.revision = revision;
    this.search = search;
  }

  @Override
  public boolean isOver() {
    return over;
  }

  @Override
  public @Nullable EncodedMessage look() {
    if (found == null) {
      if (!search.look(ListPage.LOOKS_MAX)) {
        return null;
      }
      found = search.found();
    }
    return sorted || isMeasured(found) ? takePage() : null;
  }

  private boolean isMeasured(List<Near> candidates) {
    int end = Math.min(nextMeasured + MEASURED_MAX, candidates.size());
    for (Near near : candidates.subList(nextMeasured, end)) {
      double metres = Wgs84.metres(query.origin(), near.view().point());
      if (metres <= query.withinMetres()) {
        measured.add(new Measured(near.view(), metres));
      }
    }
    nextMeasured = end;
    if (end == candidates.size()) {
      measured.sort(ORDER);
      sorted = true;
    }
    return sorted;
  }

  private EncodedMessage takePage() {
    ListPage page = new ListPage(revision);
    int end = Math.min(query.count(), measured.size());
    while (nextTold < end && !page.isFull()) {
      Measured next = measured.get(nextTold++);
      page.add(next.view(), next.metres());
    }
    over = nextTold == end;
    return page.finish("");
  }
}
