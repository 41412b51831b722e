package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import guidepost.feeds.Shortened;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The coordinate reference system that a GeoJSON file names. RFC 7946 knows only WGS 84, older
/// files may name any: positions of another would be taken for degrees.
final class GeoJsonCrs {

  private static final Set<String> WGS84 =
      Set.of(
          "CRS84",
          "OGC:CRS84",
          "EPSG:4326",
          "WGS84",
          "WGS 84",
          "URN:OGC:DEF:CRS:OGC::CRS84",
          "URN:OGC:DEF:CRS:OGC:1.3:CRS84",
          "URN:OGC:DEF:CRS:EPSG::4326",
          "HTTP://WWW.OPENGIS.NET/DEF/CRS/OGC/1.3/CRS84",
          "HTTP://WWW.OPENGIS.NET/DEF/CRS/EPSG/0/4326",
          "HTTP://WWW.OPENGIS.NET/GML/SRS/EPSG.XML#4326");

  private GeoJsonCrs() {}

  /// @param crs missing or null: WGS 84
  /// @throws InvalidFeedException if it is another, or none that is named
  static void require(JsonNode crs) throws InvalidFeedException {
    if (crs.isMissingNode() || crs.isNull()) {
      return;
    }
    JsonNode named = crs.path("properties").path("name");
    String name = crs.isString() ? crs.asString() : JsonFields.text(named);
    if (!WGS84.contains(name.toUpperCase(Locale.ROOT))) {
      throw new InvalidFeedException(
          "crs \"%s\": must be WGS84 (EPSG:4326); transform the file first"
              .formatted(Shortened.of(name.isEmpty() ? crs.toString() : name)));
    }
  }
}
