package guidepost.guide.features;

import guidepost.calls.EncodedMessage;
import guidepost.calls.Streaming;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Haversine;
import guidepost.guide.geo.Point;
import guidepost.guide.geo.Wgs84;
import guidepost.guide.index.FeatureCursor;
import guidepost.guide.index.FeatureFilter;
import guidepost.guide.index.FeatureSnapshot;
import guidepost.guide.index.FeatureView;
import org.jspecify.annotations.Nullable;

/// The features of a box or a circle in responses of up to 512, made when they are asked for; at
/// least one.
final class AreaPages implements Streaming.Search<EncodedMessage> {

  /// Where to look.
  sealed interface Area {

    /// A box that holds it.
    GeoBox box();

    /// True if a point is inside.
    boolean holds(Point point);
  }

  /// All of a box.
  record Box(GeoBox box) implements Area {

    @Override
    public boolean holds(Point point) {
      return box.contains(point);
    }
  }

  /// All of a circle; each feature is told with its distance from the centre.
  record Circle(Point centre, double metres) implements Area {

    @Override
    public GeoBox box() {
      return GeoBox.around(centre, metres / Wgs84.LEAST);
    }

    @Override
    public boolean holds(Point point) {
      return !Double.isNaN(metresTo(point));
    }

    /// The distance of a point; NaN if it is outside.
    double metresTo(Point point) {
      if (Haversine.metres(centre, point) * Wgs84.LEAST > metres) {
        return Double.NaN;
      }
      double distance = Wgs84.metres(centre, point);
      return distance <= metres ? distance : Double.NaN;
    }
  }

  private final Area area;
  private final FeatureFilter filter;
  private final Page part;
  private final FeatureCursor cursor;
  private final long revision;
  private ListPage page;
  private long told;
  private @Nullable FeatureView last;
  private boolean more;
  private boolean over;

  AreaPages(FeatureSnapshot snapshot, Area area, FeatureFilter filter, Page part) {
    this.area = area;
    this.filter = filter;
    this.part = part;
    this.cursor =
        part.after()
            .map(place -> snapshot.inBox(area.box(), place.position()))
            .orElseGet(() -> snapshot.inBox(area.box()));
    if (area instanceof Box) {
      cursor.expectReads();
    }
    this.revision = snapshot.revision();
    this.page = new ListPage(revision);
  }

  @Override
  public boolean isOver() {
    return over;
  }

  @Override
  public @Nullable EncodedMessage look() {
    page = page.isFinished() ? page.next() : page;
    int looks = 0;
    while (!page.isFull() && looks < ListPage.LOOKS_MAX && hasMore()) {
      looks++;
      FeatureView view = cursor.nextView();
      if (filter.test(view)) {
        add(view);
      }
    }
    if (part.left(told) > 0) {
      over = !cursor.hasNext();
      return over || page.isFull() ? takePage() : null;
    }
    return isDecided(looks) ? takePage() : null;
  }

  /// All that the page may have is in it: a next one follows only if there is something for it.
  private boolean isDecided(int looksBefore) {
    for (int looks = looksBefore;
        !more && looks < ListPage.LOOKS_MAX && cursor.hasNext();
        looks++) {
      FeatureView view = cursor.nextView();
      more = filter.test(view) && area.holds(view.point());
    }
    over = more || !cursor.hasNext();
    return over;
  }

  private boolean hasMore() {
    return part.left(told) > 0 && cursor.hasNext();
  }

  private void add(FeatureView view) {
    switch (area) {
      case Box _ -> page.add(view);
      case Circle circle -> {
        double metres = circle.metresTo(view.point());
        if (Double.isNaN(metres)) {
          return;
        }
        page.add(view, metres);
      }
    }
    told++;
    last = view;
  }

  private EncodedMessage takePage() {
    return page.finish(over ? nextPageToken() : "");
  }

  private String nextPageToken() {
    return last != null && more ? part.next(revision, ListPlace.after(last.position())) : "";
  }
}
