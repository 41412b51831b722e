package guidepost.web;

import com.linecorp.armeria.common.MediaType;
import guidepost.guide.v1.GetTripFixesResponse;
import guidepost.guide.v1.TripFix;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The fixes of a trip as a FeatureCollection of RFC 7946: a LineString for each segment, a Point
/// for one of a single fix; altitudes are third coordinates, as the device has them.
///
/// ```
///   {"type":"FeatureCollection","features":[
///     {"type":"Feature","geometry":{"coordinates":[[8.1,47.2,420],…],"type":"LineString"},
///      "properties":{"name":"…","startTime":"…","endTime":"…"}}, …]}
/// ```
final class TrackGeoJsonFormat implements Answer.Format {

  private static final byte[] OPENING =
      "{\"type\":\"FeatureCollection\",\"features\":[".getBytes(StandardCharsets.UTF_8);

  private @Nullable TripFix first;
  private @Nullable TripFix last;
  private String name = "";
  private long written;
  private boolean any;

  @Override
  public MediaType type() {
    return GeoJsonFormat.TYPE;
  }

  @Override
  public byte[] opening() {
    return OPENING;
  }

  @Override
  public byte[] message(byte[] encoded) {
    JsonBytes out = new JsonBytes(2 * encoded.length + 64);
    GetTripFixesResponse chunk = DrawnFixes.chunk(encoded);
    if (!chunk.getName().isEmpty()) {
      name = chunk.getName();
    }
    for (TripFix fix : DrawnFixes.fixes(chunk)) {
      if (first == null || fix.getBeginsSegment()) {
        endSegment(out);
        first = fix;
      } else {
        if (written == 0) {
          begin(out, true);
          position(first, out);
          written++;
        }
        position(fix, out.raw(','));
        written++;
      }
      last = fix;
    }
    return out.toByteArray();
  }

  private void begin(JsonBytes out, boolean line) {
    if (any) {
      out.raw(',');
    }
    any = true;
    out.ascii("{\"type\":\"Feature\",\"geometry\":{\"coordinates\":").ascii(line ? "[" : "");
  }

  private static void position(TripFix fix, JsonBytes out) {
    out.raw('[');
    GeoJson.degrees(fix.getPoint().getLongitudeE7(), out);
    out.raw(',');
    GeoJson.degrees(fix.getPoint().getLatitudeE7(), out);
    if (fix.hasAltitudeMetres()) {
      out.raw(',').ascii(Float.toString(fix.getAltitudeMetres()));
    }
    out.raw(']');
  }

  private void endSegment(JsonBytes out) {
    TripFix from = first;
    TripFix to = last;
    if (from == null || to == null) {
      return;
    }
    if (written == 0) {
      begin(out, false);
      position(from, out);
    }
    out.ascii(written == 0 ? ",\"type\":\"Point\"}" : "],\"type\":\"LineString\"}");
    out.ascii(",\"properties\":{\"name\":").string(name);
    out.ascii(",\"startTime\":").string(DrawnFixes.time(from));
    out.ascii(",\"endTime\":").string(DrawnFixes.time(to)).ascii("}}");
    written = 0;
    first = null;
  }

  @Override
  public byte[] end(@Nullable WebError error) {
    JsonBytes out = new JsonBytes(128);
    endSegment(out);
    return out.ascii("]}").toByteArray();
  }

  @Override
  public boolean tellsErrors() {
    return false;
  }
}
