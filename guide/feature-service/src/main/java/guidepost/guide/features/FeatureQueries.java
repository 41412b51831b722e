package guidepost.guide.features;

import com.google.protobuf.MessageLite;
import guidepost.calls.Fields;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.guide.geo.Wgs84;
import guidepost.guide.index.FeatureFilter;
import guidepost.guide.messages.GuideMessages;
import guidepost.guide.v1.AlongPathRequest;
import guidepost.guide.v1.DiffFeaturesRequest;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInRadiusRequest;
import guidepost.guide.v1.Moment;
import guidepost.guide.v1.NearestRequest;
import guidepost.guide.v1.WatchRequest;
import guidepost.guide.v1.WatchedCircle;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The questions of `guidepost.guide.v1.Features` about places, checked and translated.
final class FeatureQueries {

  /// Features that one asks to be nearest: they are sorted before the first is sent.
  static final int NEAREST_MAX = 10_000;

  /// Points of a path: a message of 4 MiB has about as many.
  static final int PATH_POINTS_MAX = 100_000;

  /// The widest corridor: wider, nothing lies along a path.
  static final double CORRIDOR_METRES_MAX = 100_000;

  static final int CATEGORIES_MAX = 64;
  static final int FILTER_ATTRIBUTES_MAX = 16;
  static final int FILTER_ATTRIBUTE_BYTES_MAX = 1_024;

  private FeatureQueries() {}

  /// What lies in a box or circle.
  record InArea(AreaPages.Area area, FeatureFilter filter, Page page) {}

  /// What is nearest.
  ///
  /// @param withinMetres infinite for anywhere
  record Nearest(Point from, int count, double withinMetres, FeatureFilter filter) {}

  /// What lies along a path.
  record Along(
      List<Point> path, double withinMetres, double fromMetres, FeatureFilter filter, Page page) {}

  static InArea inBox(ListInBoxRequest request) {
    GeoBox box = request.hasBox() ? GuideMessages.box(request.getBox(), "box") : GeoBox.WORLD;
    Fields.text("category", request.getCategory(), FeatureMessages.CATEGORY_BYTES_MAX);
    var question = request.toBuilder().clearLimit().clearPageToken().build();
    return new InArea(
        new AreaPages.Box(box),
        filter(narrowed(request.getFilter(), request.getCategory())),
        page(request.getLimit(), request.getPageToken(), question));
  }

  /// Both must hold: a category that the filter does not want leaves none.
  private static guidepost.guide.v1.FeatureFilter narrowed(
      guidepost.guide.v1.FeatureFilter filter, String category) {
    if (category.isEmpty()) {
      return filter;
    }
    if (filter.getCategoriesCount() > 0 && !filter.getCategoriesList().contains(category)) {
      throw Rejection.of(
              Reason.VALUE_OUT_OF_RANGE,
              "category",
              category,
              "must be one of filter.categories if both are set")
          .asException();
    }
    return filter.toBuilder().clearCategories().addCategories(category).build();
  }

  static InArea inRadius(ListInRadiusRequest request) {
    Point centre = point("centre", request.hasCentre(), request.getCentre());
    double metres = metres("within_metres", request.getWithinMetres(), Wgs84.METRES_MAX);
    var question = request.toBuilder().clearLimit().clearPageToken().build();
    return new InArea(
        new AreaPages.Circle(centre, metres),
        filter(request.getFilter()),
        page(request.getLimit(), request.getPageToken(), question));
  }

  static Nearest nearest(NearestRequest request) {
    Point from = point("from", request.hasFrom(), request.getFrom());
    int count =
        (int) Fields.range("count", Integer.toUnsignedLong(request.getCount()), 1, NEAREST_MAX);
    double metres =
        request.getWithinMetres() == 0
            ? Double.POSITIVE_INFINITY
            : metres("within_metres", request.getWithinMetres(), Wgs84.METRES_MAX);
    return new Nearest(from, count, metres, filter(request.getFilter()));
  }

  static Along along(AlongPathRequest request) {
    double metres = metres("within_metres", request.getWithinMetres(), CORRIDOR_METRES_MAX);
    double from = Fields.range("from_metres", request.getFromMetres(), 0, GeodesicPath.METRES_MAX);
    var question = request.toBuilder().clearLimit().clearPageToken().build();
    return new Along(
        path(request.getPathList()),
        metres,
        from,
        filter(request.getFilter()),
        page(request.getLimit(), request.getPageToken(), question));
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

  /// What a request's moment means.
  ///
  /// @param field for messages
  static FeatureHistory.Moment moment(String field, Moment moment) {
    return switch (moment.getMomentCase()) {
      case MOMENT_NOT_SET -> new FeatureHistory.Moment.Now();
      case REVISION -> new FeatureHistory.Moment.After(moment.getRevision());
      case TIME -> new FeatureHistory.Moment.At(Fields.time(field + ".time", moment.getTime()));
    };
  }

  /// Where differences are wanted.
  static GeoBox box(DiffFeaturesRequest request) {
    return request.hasBox() ? GuideMessages.box(request.getBox(), "box") : GeoBox.WORLD;
  }

  private static AreaPages.Circle circle(WatchedCircle circle) {
    return new AreaPages.Circle(
        point("circle.centre", circle.hasCentre(), circle.getCentre()),
        metres("circle.within_metres", circle.getWithinMetres(), Wgs84.METRES_MAX));
  }

  private static List<Point> path(List<guidepost.guide.v1.Point> messages) {
    Fields.count("path", messages.size(), 2, PATH_POINTS_MAX);
    List<Point> path = new ArrayList<>(messages.size());
    boolean leads = false;
    for (int i = 0; i < messages.size(); i++) {
      path.add(point("path[%d]".formatted(i), true, messages.get(i)));
      leads |= !path.get(i).samePlace(path.getFirst());
    }
    if (!leads) {
      throw Rejection.of(
              Reason.PATH_WITHOUT_LENGTH,
              "path",
              path.getFirst(),
              "must lead somewhere; all its %d points are there".formatted(path.size()))
          .asException();
    }
    return path;
  }

  private static double metres(String field, double metres, double max) {
    return Fields.positive(field, metres, max);
  }

  private static Point point(String field, boolean set, guidepost.guide.v1.Point point) {
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
      requireShort(attribute.getKey());
      requireShort(attribute.getValue());
    }
    return new FeatureFilter(
        new HashSet<>(filter.getCategoriesList()), filter.getAttributesMap(), filter.getNamed());
  }

  private static void requireShort(String text) {
    Fields.text("filter.attributes", text, FILTER_ATTRIBUTE_BYTES_MAX);
  }

  private static Page page(int limit, String token, MessageLite asked) {
    int question = PageToken.question(asked);
    Optional<PageToken> after =
        token.isEmpty() ? Optional.empty() : Optional.of(PageToken.parse(token, question));
    return new Page(Integer.toUnsignedLong(limit), after, question);
  }
}
