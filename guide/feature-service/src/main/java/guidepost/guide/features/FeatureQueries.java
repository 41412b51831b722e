package guidepost.guide.features;

import com.google.protobuf.Message;
import guidepost.calls.Fields;
import guidepost.calls.Moment;
import guidepost.calls.PageToken;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.guide.geo.Wgs84;
import guidepost.guide.index.FeatureFilter;
import guidepost.guide.messages.GuideMessages;
import guidepost.guide.v1.AlongPathRequest;
import guidepost.guide.v1.DiffFeaturesRequest;
import guidepost.guide.v1.GeoCircle;
import guidepost.guide.v1.GeoCorridor;
import guidepost.guide.v1.GetTileRequest;
import guidepost.guide.v1.ListChangesRequest;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInRadiusRequest;
import guidepost.guide.v1.NearestRequest;
import guidepost.guide.v1.WatchRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The questions of `guidepost.guide.v1.Features` about places, checked and translated.
final class FeatureQueries {

  /// Features that one asks to be nearest: they are sorted before the first is sent.
  static final int NEAREST_MAX = 10_000;

  /// Points of a path: a message of 4 MiB has about as many.
  static final int PATH_POINTS_MAX = 100_000;

  /// The widest corridor: wider, nothing lies along a path.
  static final double CORRIDOR_METRES_MAX = 100_000;

  /// Each feature that is met is compared with them.
  static final int CATEGORIES_MAX = 64;

  /// Each feature that is met is compared with all.
  static final int FILTER_ATTRIBUTES_MAX = 16;

  /// Longer ones are compared with nothing: what is asked for by value is short.
  static final int FILTER_ATTRIBUTE_BYTES_MAX = 1_024;

  private FeatureQueries() {}

  /// What lies in a box or circle.
  record InArea(AreaPages.Area area, FeatureFilter filter, Page page) {}

  /// What is nearest.
  ///
  /// @param withinMetres infinite for anywhere
  record Nearest(Point origin, int count, double withinMetres, FeatureFilter filter) {}

  /// What lies along a path.
  record Along(
      List<Point> path, double withinMetres, double fromMetres, FeatureFilter filter, Page page) {}

  static InArea inBox(ListInBoxRequest request, long timeline) {
    GeoBox box = request.hasBox() ? GuideMessages.box(request.getBox(), "box") : GeoBox.WORLD;
    return new InArea(
        new AreaPages.Box(box),
        filter(request.getFilter()),
        page(request, request.getPageSize(), request.getPageToken(), timeline, ListPlace::inIndex));
  }

  static InArea inRadius(ListInRadiusRequest request, long timeline) {
    Fields.required("circle", request.hasCircle(), "where to look");
    return new InArea(
        circle(request.getCircle()),
        filter(request.getFilter()),
        page(request, request.getPageSize(), request.getPageToken(), timeline, ListPlace::inIndex));
  }

  static Nearest nearest(NearestRequest request) {
    Point origin = point("origin", request.hasOrigin(), request.getOrigin());
    int count =
        (int) Fields.range("count", Integer.toUnsignedLong(request.getCount()), 1, NEAREST_MAX);
    double metres =
        request.getWithinMetres() == 0
            ? Double.POSITIVE_INFINITY
            : Fields.positive("within_metres", request.getWithinMetres(), Wgs84.METRES_MAX);
    return new Nearest(origin, count, metres, filter(request.getFilter()));
  }

  static Along along(AlongPathRequest request, long timeline) {
    Fields.required("corridor", request.hasCorridor(), "along what to look");
    GeoCorridor corridor = request.getCorridor();
    double metres =
        Fields.positive("corridor.within_metres", corridor.getWithinMetres(), CORRIDOR_METRES_MAX);
    double from = Fields.range("from_metres", request.getFromMetres(), 0, GeodesicPath.METRES_MAX);
    return new Along(
        path(corridor.getPathList()),
        metres,
        from,
        filter(request.getFilter()),
        page(request, request.getPageSize(), request.getPageToken(), timeline, ListPlace::onPath));
  }

  static FeatureWatch.Watched watched(WatchRequest request) {
    AreaPages.Area area =
        switch (request.getAreaCase()) {
          case AREA_NOT_SET -> new AreaPages.Box(GeoBox.WORLD);
          case BOX -> new AreaPages.Box(GuideMessages.box(request.getBox(), "box"));
          case CIRCLE -> circle(request.getCircle());
        };
    return new FeatureWatch.Watched(area, filter(request.getFilter()));
  }

  /// Which differences are wanted.
  static FeatureWatch.Watched wanted(DiffFeaturesRequest request) {
    GeoBox box = request.hasBox() ? GuideMessages.box(request.getBox(), "box") : GeoBox.WORLD;
    return new FeatureWatch.Watched(new AreaPages.Box(box), filter(request.getFilter()));
  }

  /// Which changes are wanted.
  static FeatureWatch.Watched wanted(ListChangesRequest request) {
    GeoBox box = request.hasBox() ? GuideMessages.box(request.getBox(), "box") : GeoBox.WORLD;
    return new FeatureWatch.Watched(new AreaPages.Box(box), filter(request.getFilter()));
  }

  /// Which tile is wanted.
  static TileSearch.TileQuery tile(GetTileRequest request) {
    return TileSearch.query(request, filter(request.getFilter()));
  }

  private static AreaPages.Circle circle(GeoCircle circle) {
    return new AreaPages.Circle(
        point("circle.centre", circle.hasCentre(), circle.getCentre()),
        Fields.positive("circle.radius_metres", circle.getRadiusMetres(), Wgs84.METRES_MAX));
  }

  private static List<Point> path(List<guidepost.guide.v1.GeoPoint> messages) {
    Fields.count("corridor.path", messages.size(), 2, PATH_POINTS_MAX);
    List<Point> path = new ArrayList<>(messages.size());
    boolean leads = false;
    for (int i = 0; i < messages.size(); i++) {
      path.add(point("corridor.path[%d]".formatted(i), true, messages.get(i)));
      leads |= !path.get(i).samePlace(path.getFirst());
    }
    if (!leads) {
      throw Rejection.of(
              Reason.PATH_WITHOUT_LENGTH,
              "corridor.path",
              path.getFirst(),
              "must lead somewhere; all its %d points are there".formatted(path.size()))
          .asException();
    }
    return path;
  }

  private static Point point(String field, boolean set, guidepost.guide.v1.GeoPoint point) {
    Fields.required(field, set, "a point");
    return GuideMessages.point(point, field);
  }

  private static FeatureFilter filter(guidepost.guide.v1.FeatureFilter filter) {
    Fields.count("filter.categories", filter.getCategoriesCount(), 0, CATEGORIES_MAX);
    for (String category : filter.getCategoriesList()) {
      Fields.text("filter.categories", category, FeatureMessages.CATEGORY_BYTES_MAX);
    }
    Fields.count("filter.attributes", filter.getAttributesCount(), 0, FILTER_ATTRIBUTES_MAX);
    for (Map.Entry<String, String> attribute : filter.getAttributesMap().entrySet()) {
      Fields.requiredText(
          "filter.attributes",
          attribute.getKey(),
          FILTER_ATTRIBUTE_BYTES_MAX,
          "the name of each attribute");
      requireShort(attribute.getValue());
    }
    return new FeatureFilter(
        new HashSet<>(filter.getCategoriesList()), filter.getAttributesMap(), filter.getNamed());
  }

  private static void requireShort(String text) {
    Fields.text("filter.attributes", text, FILTER_ATTRIBUTE_BYTES_MAX);
  }

  private static Page page(
      Message request,
      int size,
      String token,
      long timeline,
      Function<PageToken, ListPlace> place) {
    int question = PageToken.question(request);
    Optional<PageToken> after =
        token.isEmpty()
            ? Optional.empty()
            : Optional.of(PageToken.parse(token, question, timeline));
    return new Page(
        Math.min(Integer.toUnsignedLong(size), Page.SIZE_MAX),
        after.map(place),
        after.map(Moment::of),
        question,
        timeline);
  }
}
