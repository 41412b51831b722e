package guidepost.routes.feeds;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;

/// Writes the columns prefix, next_hop, interface, metric and kind under a header.
final class CsvRouteWriter implements RouteTextWriter {

  private final CsvWriter out;

  CsvRouteWriter(Writer out) {
    this.out = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out);
    this.out.writeRecord(
        "prefix", "next_hop", "interface", "metric", "kind", "source", "tags", "path_id");
  }

  @Override
  public void write(Route route) {
    NextHop hop = route.nextHop();
    out.writeRecord(
        route.prefix().toString(),
        hop instanceof NextHop.Gateway gateway ? gateway.address().toString() : "",
        hop.interfaceName(),
        Long.toString(route.metric()),
        hop instanceof NextHop.Blackhole ? "blackhole" : "unicast",
        route.source(),
        String.join(" ", route.tags()),
        route.pathId() == 0 ? "" : Long.toString(route.pathId()));
  }

  @Override
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
