package guidepost.routes.feeds;

import guidepost.routes.table.NextHop;
import guidepost.routes.table.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/// Writes an object a line with the fields of the v1 contract.
final class JsonRouteWriter implements RouteTextWriter {

  private static final JsonFactory JSON = JsonFactory.builder().rootValueSeparator("").build();

  private final JsonGenerator out;

  JsonRouteWriter(Writer out) {
    this.out = JSON.createGenerator(ObjectWriteContext.empty(), out);
  }

  @Override
  public void write(Route route) {
    try {
      writeObject(route);
    } catch (JacksonException e) {
      throw unchecked(e);
    }
  }

  private void writeObject(Route route) {
    NextHop hop = route.nextHop();
    out.writeStartObject();
    out.writeStringProperty("prefix", route.prefix().toString());
    if (hop instanceof NextHop.Gateway gateway) {
      out.writeStringProperty("next_hop", gateway.address().toString());
    }
    if (!hop.interfaceName().isEmpty()) {
      out.writeStringProperty("interface", hop.interfaceName());
    }
    out.writeNumberProperty("metric", route.metric());
    out.writeStringProperty("kind", hop instanceof NextHop.Blackhole ? "blackhole" : "unicast");
    out.writeStringProperty("source", route.source());
    out.writeNumberProperty("distance", route.distance());
    out.writeNumberProperty("revision", route.revision());
    if (!route.tags().isEmpty()) {
      out.writeArrayPropertyStart("tags");
      route.tags().forEach(out::writeString);
      out.writeEndArray();
    }
    if (route.pathId() != 0) {
      out.writeNumberProperty("path_id", route.pathId());
    }
    out.writeEndObject();
    out.writeRaw('\n');
  }

  private static UncheckedIOException unchecked(JacksonException e) {
    return new UncheckedIOException(
        e instanceof JacksonIOException io ? io.getCause() : new IOException(e));
  }

  @Override
  public void flush() {
    try {
      out.flush();
    } catch (JacksonException e) {
      throw unchecked(e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (JacksonException e) {
      throw unchecked(e);
    }
  }
}
