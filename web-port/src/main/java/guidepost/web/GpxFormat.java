package guidepost.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.MediaType;
import guidepost.feeds.XmlEscapes;
import guidepost.guide.v1.GetTripFixesResponse;
import guidepost.guide.v1.TripFix;
import org.jspecify.annotations.Nullable;

/// The fixes of a trip as GPX 1.1: a track with the trip's segments, altitudes as the device has
/// them.
final class GpxFormat implements Answer.Format {

  static final MediaType TYPE = MediaType.create("application", "gpx+xml");

  private static final byte[] OPENING =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <gpx version="1.1" creator="Guidepost" xmlns="http://www.topografix.com/GPX/1/1"><trk>
      """
          .getBytes(UTF_8);

  private boolean open;

  @Override
  public MediaType type() {
    return TYPE;
  }

  @Override
  public byte[] opening() {
    return OPENING;
  }

  @Override
  public byte[] message(byte[] encoded) {
    JsonBytes out = new JsonBytes(4 * encoded.length + 64);
    GetTripFixesResponse chunk = DrawnFixes.chunk(encoded);
    if (!chunk.getName().isEmpty()) {
      out.raw("<name>%s</name>\n".formatted(XmlEscapes.escaped(chunk.getName())).getBytes(UTF_8));
    }
    for (TripFix fix : DrawnFixes.fixes(chunk)) {
      if (!open || fix.getBeginsSegment()) {
        out.ascii(open ? "</trkseg><trkseg>\n" : "<trkseg>\n");
        open = true;
      }
      point(fix, out);
    }
    return out.toByteArray();
  }

  private static void point(TripFix fix, JsonBytes out) {
    out.ascii("<trkpt lat=\"").ascii(GeoJson.degrees(fix.getPoint().getLatitudeE7()));
    out.ascii("\" lon=\"").ascii(GeoJson.degrees(fix.getPoint().getLongitudeE7())).ascii("\">");
    if (fix.hasAltitudeMetres()) {
      out.ascii("<ele>").ascii(Float.toString(fix.getAltitudeMetres())).ascii("</ele>");
    }
    out.ascii("<time>").ascii(DrawnFixes.time(fix)).ascii("</time></trkpt>\n");
  }

  @Override
  public byte[] end(@Nullable WebError error) {
    return ((open ? "</trkseg>" : "") + "</trk></gpx>\n").getBytes(UTF_8);
  }

  @Override
  public boolean tellsErrors() {
    return false;
  }
}
