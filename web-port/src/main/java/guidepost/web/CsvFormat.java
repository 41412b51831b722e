package guidepost.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import com.google.protobuf.Timestamp;
import com.linecorp.armeria.common.MediaType;
import guidepost.guide.v1.DistantFeature;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.PathFeature;
import guidepost.routes.v1.Route;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Routes and features as RFC 4180 has it, for spreadsheets. A cell that a spreadsheet would take
/// for a formula has an apostrophe before it: names and tags are words of strangers. A list that
/// breaks off ends in the middle.
final class CsvFormat implements Answer.Format {

  static final MediaType TYPE = MediaType.CSV_UTF_8;

  private static final List<String> ROUTE =
      List.of(
          "prefix",
          "next_hop",
          "interface_name",
          "metric",
          "distance",
          "source",
          "kind",
          "tags",
          "revision",
          "update_time");

  private static final List<String> FEATURE =
      List.of("id", "latitude", "longitude", "name", "category", "attributes", "revision");

  private final Entries entries;
  private final Descriptor entry;

  CsvFormat(Descriptor list) {
    this.entries = new Entries(list);
    this.entry = Entries.field(list).getMessageType();
  }

  /// True if messages of that type are rows.
  static boolean knows(Descriptor type) {
    return switch (type.getFullName()) {
      case "guidepost.routes.v1.Route",
          "guidepost.guide.v1.Feature",
          "guidepost.guide.v1.DistantFeature",
          "guidepost.guide.v1.PathFeature" ->
          true;
      default -> false;
    };
  }

  @Override
  public MediaType type() {
    return TYPE;
  }

  @Override
  public byte[] opening() {
    List<String> head =
        switch (entry.getName()) {
          case "Route" -> ROUTE;
          case "DistantFeature" -> with("metres");
          case "PathFeature" -> with("ahead_metres", "off_path_metres", "side");
          default -> FEATURE;
        };
    return (String.join(",", head) + "\r\n").getBytes(UTF_8);
  }

  private static List<String> with(String... more) {
    List<String> head = new ArrayList<>(FEATURE);
    head.addAll(List.of(more));
    return head;
  }

  @Override
  public byte[] message(byte[] encoded) {
    StringBuilder rows = new StringBuilder(4 * encoded.length);
    entries.split(encoded, (bytes, from, to) -> row(bytes, from, to - from, rows));
    return rows.toString().getBytes(UTF_8);
  }

  private void row(byte[] bytes, int from, int length, StringBuilder out) {
    switch (entry.getName()) {
      case "Route" -> route(parsed(Route.parser(), bytes, from, length), out);
      case "DistantFeature" -> {
        DistantFeature found = parsed(DistantFeature.parser(), bytes, from, length);
        feature(found.getFeature(), out);
        out.append(',').append(found.getMetres());
      }
      case "PathFeature" -> {
        PathFeature found = parsed(PathFeature.parser(), bytes, from, length);
        feature(found.getFeature(), out);
        out.append(',').append(found.getAheadMetres());
        out.append(',').append(found.getOffPathMetres());
        out.append(',').append(word(found.getSide().name(), "PATH_SIDE_"));
      }
      default -> feature(parsed(Feature.parser(), bytes, from, length), out);
    }
    out.append("\r\n");
  }

  private static <M> M parsed(Parser<M> parser, byte[] bytes, int from, int length) {
    try {
      return parser.parseFrom(bytes, from, length);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the server made it", e);
    }
  }

  private static String word(String name, String prefix) {
    return name.substring(prefix.length()).toLowerCase(Locale.ROOT);
  }

  private static void route(Route route, StringBuilder out) {
    text(route.getPrefix(), out);
    text(route.getNextHop(), out.append(','));
    text(route.getInterfaceName(), out.append(','));
    out.append(',').append(Integer.toUnsignedString(route.getMetric()));
    out.append(',').append(Integer.toUnsignedString(route.getDistance()));
    text(route.getSource(), out.append(','));
    out.append(',').append(word(route.getKind().name(), "ROUTE_KIND_"));
    text(String.join(" ", route.getTagsList()), out.append(','));
    out.append(',').append(Long.toUnsignedString(route.getRevision()));
    out.append(',').append(route.hasUpdateTime() ? time(route.getUpdateTime()) : "");
  }

  private static String time(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).toString();
  }

  private static void feature(Feature feature, StringBuilder out) {
    text(feature.getId(), out);
    out.append(',').append(GeoJson.degrees(feature.getPoint().getLatitudeE7()));
    out.append(',').append(GeoJson.degrees(feature.getPoint().getLongitudeE7()));
    text(feature.getName(), out.append(','));
    text(feature.getCategory(), out.append(','));
    text(attributes(feature.getAttributesMap()), out.append(','));
    out.append(',').append(Long.toUnsignedString(feature.getRevision()));
  }

  private static String attributes(Map<String, String> attributes) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(attributes)
        .forEach(
            (name, value) ->
                text.append(text.isEmpty() ? "" : "; ").append(name).append('=').append(value));
    return text.toString();
  }

  /// Adds a cell with a stranger's words.
  static void text(String text, StringBuilder out) {
    boolean formula = !text.isEmpty() && "=+-@\t\r\n".indexOf(text.charAt(0)) >= 0;
    String cell = formula ? "'" + text : text;
    boolean quoted = cell.chars().anyMatch(each -> each == ',' || each == '"' || each < ' ');
    if (quoted) {
      out.append('"').append(cell.replace("\"", "\"\"")).append('"');
    } else {
      out.append(cell);
    }
  }

  @Override
  public byte[] end(@Nullable WebError error) {
    return new byte[0];
  }

  @Override
  public boolean tellsErrors() {
    return false;
  }
}
