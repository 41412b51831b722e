package guidepost.cli.places;

import com.google.protobuf.Timestamp;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.guide.v1.GeoCircle;
import java.time.Instant;

/// Points, areas and times as messages and back.
public final class PlaceMessages {

  private PlaceMessages() {}

  /// A point.
  public static guidepost.guide.v1.GeoPoint message(Point point) {
    return guidepost.guide.v1.GeoPoint.newBuilder()
        .setLatitudeE7(point.latitudeE7())
        .setLongitudeE7(point.longitudeE7())
        .build();
  }

  /// The point of a message that a server sent.
  public static Point point(guidepost.guide.v1.GeoPoint point) {
    return new Point(point.getLatitudeE7(), point.getLongitudeE7());
  }

  /// A box.
  public static guidepost.guide.v1.GeoBox message(GeoBox box) {
    return guidepost.guide.v1.GeoBox.newBuilder()
        .setSouthE7(box.southE7())
        .setWestE7(box.westE7())
        .setNorthE7(box.northE7())
        .setEastE7(box.eastE7())
        .build();
  }

  /// What is within so many metres of a point.
  public static GeoCircle circle(Point centre, double metres) {
    return GeoCircle.newBuilder().setCentre(message(centre)).setRadiusMetres(metres).build();
  }

  /// A point of the seed contract.
  public static guidepost.seed.routeguide.Point seedPoint(Point point) {
    return guidepost.seed.routeguide.Point.newBuilder()
        .setLatitude(point.latitudeE7())
        .setLongitude(point.longitudeE7())
        .build();
  }

  /// The time of a message.
  public static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
