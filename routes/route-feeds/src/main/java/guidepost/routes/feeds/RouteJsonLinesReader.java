package guidepost.routes.feeds;

import guidepost.feeds.JsonFault;
import guidepost.feeds.LineReader;
import guidepost.routes.table.InvalidRouteException;
import java.io.IOException;
import java.io.Reader;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A JSON object a line; a broken line is refused alone.
///
/// @param defaults what a row gets that does not say it
record RouteJsonLinesReader(RouteDefaults defaults) implements RouteRowReader {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Override
  public void read(Reader in, Consumer<? super RouteRow> rows) throws IOException {
    LineReader lines = new LineReader(in);
    for (String line = lines.next(); line != null; line = lines.next()) {
      if (!line.isBlank()) {
        rows.accept(row(lines.number(), line));
      }
    }
  }

  private RouteRow row(long number, String line) {
    try {
      return new RouteRow.Parsed(number, fields(JSON.readTree(line)).toRoute(defaults));
    } catch (InvalidRouteException e) {
      return new RouteRow.Rejected(number, e);
    } catch (JacksonException e) {
      return new RouteRow.Rejected(
          number, "row.json", "must be a JSON object: " + JsonFault.inLine(e));
    }
  }

  private static RouteFields fields(JsonNode object) {
    if (!object.isObject()) {
      throw new InvalidRouteException("row.object", "row", object.toString(), "must be an object");
    }
    RouteFields fields = new RouteFields();
    for (Map.Entry<String, JsonNode> property : object.properties()) {
      fields.put(column(property.getKey()), text(property.getKey(), property.getValue()));
    }
    return fields;
  }

  private static RouteColumn column(String name) {
    return RouteColumn.named(name)
        .orElseThrow(
            () ->
                new InvalidRouteException(
                    "field.unknown",
                    "field",
                    name,
                    "is not known; known are " + RouteColumn.NAMES));
  }

  private static String text(String field, JsonNode value) {
    if (value.isArray() && value.valueStream().allMatch(JsonNode::isString)) {
      return value.valueStream().map(JsonNode::asString).collect(Collectors.joining(" "));
    }
    if (value.isContainer()) {
      throw new InvalidRouteException(
          "field.scalar", field, value.toString(), "must be a text, a number or a list of texts");
    }
    return value.isNull() ? "" : value.asString();
  }
}
