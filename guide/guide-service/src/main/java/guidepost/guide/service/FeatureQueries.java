package guidepost.guide.service;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Timestamp;
import guidepost.guide.index.FeatureFilter;
import guidepost.guide.index.GeoBox;
import guidepost.guide.index.Point;
import guidepost.guide.v1.AlongPathRequest;
import guidepost.guide.v1.DiffFeaturesRequest;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInRadiusRequest;
import guidepost.guide.v1.Moment;
import guidepost.guide.v1.NearestRequest;
import guidepost.guide.v1.WatchRequest;
import guidepost.guide.v1.WatchedCircle;
import java.time.DateTimeException;
import java.time.Instant;
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

  private static final int NANOS_MAX = 999_999_999;

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

  static InArea inBox(ListInBoxRequest request) throws InvalidFieldException {
    GeoBox box = request.hasBox() ? box(request.getBox()) : GeoBox.WORLD;
    FeatureMessages.requireAtMost(
        "category", request.getCategory(), FeatureMessages.CATEGORY_BYTES_MAX);
    var question = request.toBuilder().clearLimit().clearPageToken().build();
    return new InArea(
        new AreaPages.Box(box),
        filter(narrowed(request.getFilter(), request.getCategory())),
        page(request.getLimit(), request.getPageToken(), question));
  }

  /// Both must hold: a category that the filter does not want leaves none.
  private static guidepost.guide.v1.FeatureFilter narrowed(
      guidepost.guide.v1.FeatureFilter filter, String category) throws InvalidFieldException {
    if (category.isEmpty()) {
      return filter;
    }
    if (filter.getCategoriesCount() > 0 && !filter.getCategoriesList().contains(category)) {
      throw new InvalidFieldException(
          "category.contradiction",
          "category must be one of filter.categories if both are set: \"%s\"".formatted(category));
    }
    return filter.toBuilder().clearCategories().addCategories(category).build();
  }

  static InArea inRadius(ListInRadiusRequest request) throws InvalidFieldException {
    Point centre = point("centre", request.hasCentre(), request.getCentre());
    double metres = metres("within_metres", request.getWithinMetres(), Wgs84.METRES_MAX);
    var question = request.toBuilder().clearLimit().clearPageToken().build();
    return new InArea(
        new AreaPages.Circle(centre, metres),
        filter(request.getFilter()),
        page(request.getLimit(), request.getPageToken(), question));
  }

  static Nearest nearest(NearestRequest request) throws InvalidFieldException {
    Point from = point("from", request.hasFrom(), request.getFrom());
    if (request.getCount() < 1 || request.getCount() > NEAREST_MAX) {
      throw new InvalidFieldException(
          "count.range",
          "count must be 1..%d: %s"
              .formatted(NEAREST_MAX, Integer.toUnsignedString(request.getCount())));
    }
    double metres =
        request.getWithinMetres() == 0
            ? Double.POSITIVE_INFINITY
            : metres("within_metres", request.getWithinMetres(), Wgs84.METRES_MAX);
    return new Nearest(from, request.getCount(), metres, filter(request.getFilter()));
  }

  static Along along(AlongPathRequest request) throws InvalidFieldException {
    double metres = metres("within_metres", request.getWithinMetres(), CORRIDOR_METRES_MAX);
    double from = request.getFromMetres();
    if (!(from >= 0 && from <= GeodesicPath.METRES_MAX)) {
      throw new InvalidFieldException(
          "from_metres.range",
          "from_metres must be 0..%.0f: %s".formatted(GeodesicPath.METRES_MAX, from));
    }
    var question = request.toBuilder().clearLimit().clearPageToken().build();
    return new Along(
        path(request.getPathList()),
        metres,
        from,
        filter(request.getFilter()),
        page(request.getLimit(), request.getPageToken(), question));
  }

  static FeatureWatch.Watched watched(WatchRequest request) throws InvalidFieldException {
    AreaPages.Area area =
        switch (request.getAreaCase()) {
          case AREA_NOT_SET -> new AreaPages.Box(GeoBox.WORLD);
          case BOX -> new AreaPages.Box(box(request.getBox()));
          case CIRCLE -> circle(request.getCircle());
        };
    return new FeatureWatch.Watched(area, filter(request.getFilter()));
  }

  /// What a request's moment means.
  ///
  /// @param field for messages
  static FeatureHistory.Moment moment(String field, Moment moment) throws InvalidFieldException {
    return switch (moment.getMomentCase()) {
      case MOMENT_NOT_SET -> new FeatureHistory.Moment.Now();
      case REVISION -> new FeatureHistory.Moment.After(moment.getRevision());
      case TIME -> new FeatureHistory.Moment.At(instant(field + ".time", moment.getTime()));
    };
  }

  private static Instant instant(String field, Timestamp time) throws InvalidFieldException {
    long seconds = time.getSeconds();
    int nanos = time.getNanos();
    if (nanos < 0 || nanos > NANOS_MAX) {
      throw new InvalidFieldException(
          field + ".nanos", "%s.nanos must be 0..%d: %d".formatted(field, NANOS_MAX, nanos));
    }
    try {
      return Instant.ofEpochSecond(seconds, nanos);
    } catch (DateTimeException | ArithmeticException e) {
      throw new InvalidFieldException(
          field + ".range", "%s must be a time: %d s".formatted(field, seconds));
    }
  }

  /// Where differences are wanted.
  static GeoBox box(DiffFeaturesRequest request) throws InvalidFieldException {
    return request.hasBox() ? box(request.getBox()) : GeoBox.WORLD;
  }

  private static AreaPages.Circle circle(WatchedCircle circle) throws InvalidFieldException {
    return new AreaPages.Circle(
        point("circle.centre", circle.hasCentre(), circle.getCentre()),
        metres("circle.within_metres", circle.getWithinMetres(), Wgs84.METRES_MAX));
  }

  private static List<Point> path(List<guidepost.guide.v1.Point> messages)
      throws InvalidFieldException {
    if (messages.size() < 2 || messages.size() > PATH_POINTS_MAX) {
      throw new InvalidFieldException(
          "path.count",
          "path must have 2..%d points: %d".formatted(PATH_POINTS_MAX, messages.size()));
    }
    List<Point> path = new ArrayList<>(messages.size());
    boolean leads = false;
    for (int i = 0; i < messages.size(); i++) {
      path.add(point("path[%d]".formatted(i), true, messages.get(i)));
      leads |= !path.get(i).samePlace(path.getFirst());
    }
    if (!leads) {
      throw new InvalidFieldException(
          "path.length",
          "path must lead somewhere: all its %d points are %s"
              .formatted(path.size(), path.getFirst()));
    }
    return path;
  }

  private static double metres(String field, double metres, double max)
      throws InvalidFieldException {
    if (!(metres > 0 && metres <= max)) {
      throw new InvalidFieldException(
          field + ".range",
          "%s must be above 0 and at most %.0f: %s".formatted(field, max, metres));
    }
    return metres;
  }

  private static Point point(String field, boolean set, guidepost.guide.v1.Point point)
      throws InvalidFieldException {
    if (!set) {
      throw new InvalidFieldException(
          field + ".required", "%s must be set: a point".formatted(field));
    }
    return Coordinates.point(
        point.getLatitudeE7(),
        point.getLongitudeE7(),
        field + ".latitude_e7",
        field + ".longitude_e7");
  }

  private static GeoBox box(guidepost.guide.v1.GeoBox box) throws InvalidFieldException {
    int south = box.getSouthE7();
    int north = box.getNorthE7();
    Coordinates.requireInRange("box.south_e7", south, Point.LATITUDE_E7_MAX);
    Coordinates.requireInRange("box.west_e7", box.getWestE7(), Point.LONGITUDE_E7_MAX);
    Coordinates.requireInRange("box.north_e7", north, Point.LATITUDE_E7_MAX);
    Coordinates.requireInRange("box.east_e7", box.getEastE7(), Point.LONGITUDE_E7_MAX);
    if (south > north) {
      throw new InvalidFieldException(
          "box.order",
          "box.north_e7 must not be less than box.south_e7 %d: %d".formatted(south, north));
    }
    return new GeoBox(south, box.getWestE7(), north, box.getEastE7());
  }

  private static FeatureFilter filter(guidepost.guide.v1.FeatureFilter filter)
      throws InvalidFieldException {
    requireFew("filter.categories", filter.getCategoriesCount(), CATEGORIES_MAX);
    for (String category : filter.getCategoriesList()) {
      FeatureMessages.requireAtMost(
          "filter.categories", category, FeatureMessages.CATEGORY_BYTES_MAX);
    }
    requireFew("filter.attributes", filter.getAttributesCount(), FILTER_ATTRIBUTES_MAX);
    for (Map.Entry<String, String> attribute : filter.getAttributesMap().entrySet()) {
      requireShort(attribute.getKey());
      requireShort(attribute.getValue());
    }
    return new FeatureFilter(
        new HashSet<>(filter.getCategoriesList()), filter.getAttributesMap(), filter.getNamed());
  }

  private static void requireFew(String field, int count, int max) throws InvalidFieldException {
    if (count > max) {
      throw new InvalidFieldException(
          field + ".count", "%s must be at most %d: %d".formatted(field, max, count));
    }
  }

  private static void requireShort(String text) throws InvalidFieldException {
    FeatureMessages.requireAtMost("filter.attributes", text, FILTER_ATTRIBUTE_BYTES_MAX);
  }

  private static Page page(int limit, String token, MessageLite asked)
      throws InvalidFieldException {
    int question = PageToken.question(asked);
    Optional<PageToken> after =
        token.isEmpty() ? Optional.empty() : Optional.of(PageToken.parse(token, question));
    return new Page(Integer.toUnsignedLong(limit), after, question);
  }
}
