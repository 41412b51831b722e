package guidepost.guide.messages;

import com.google.protobuf.Timestamp;
import guidepost.calls.Fields;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;

/// Points, boxes and times of `guidepost.guide.v1`, checked and translated. What breaks a rule is
/// rejected by the path of its field.
///
/// Threads: any.
public final class GuideMessages {

  private static final int MILLIS = 1_000;
  private static final int NANOS_PER_MILLI = 1_000_000;

  private GuideMessages() {}

  static Point point(int latitudeE7, int longitudeE7, String latitudeField, String longitudeField) {
    Fields.range(latitudeField, latitudeE7, -Point.LATITUDE_E7_MAX, Point.LATITUDE_E7_MAX);
    Fields.range(longitudeField, longitudeE7, -Point.LONGITUDE_E7_MAX, Point.LONGITUDE_E7_MAX);
    return new Point(latitudeE7, longitudeE7);
  }

  /// A point; one that is not set is 0 N 0 E.
  ///
  /// @param field its path in the request
  public static Point point(guidepost.guide.v1.GeoPoint point, String field) {
    return point(
        point.getLatitudeE7(),
        point.getLongitudeE7(),
        field + ".latitude_e7",
        field + ".longitude_e7");
  }

  /// A box.
  ///
  /// @param field its path in the request
  public static GeoBox box(guidepost.guide.v1.GeoBox box, String field) {
    Point southWest =
        point(box.getSouthE7(), box.getWestE7(), field + ".south_e7", field + ".west_e7");
    Point northEast =
        point(box.getNorthE7(), box.getEastE7(), field + ".north_e7", field + ".east_e7");
    if (southWest.latitudeE7() > northEast.latitudeE7()) {
      throw Rejection.of(
              Reason.BOX_UPSIDE_DOWN,
              field + ".north_e7",
              northEast.latitudeE7(),
              "must not be less than %s.south_e7, %d".formatted(field, southWest.latitudeE7()))
          .asException();
    }
    return new GeoBox(
        southWest.latitudeE7(),
        southWest.longitudeE7(),
        northEast.latitudeE7(),
        northEast.longitudeE7());
  }

  /// A point as it is sent.
  public static guidepost.guide.v1.GeoPoint message(Point point) {
    return guidepost.guide.v1.GeoPoint.newBuilder()
        .setLatitudeE7(point.latitudeE7())
        .setLongitudeE7(point.longitudeE7())
        .build();
  }

  /// A time as it is sent.
  ///
  /// @param unixMillis since 1970
  public static Timestamp timestamp(long unixMillis) {
    return Timestamp.newBuilder()
        .setSeconds(Math.floorDiv(unixMillis, MILLIS))
        .setNanos(Math.floorMod(unixMillis, MILLIS) * NANOS_PER_MILLI)
        .build();
  }
}
