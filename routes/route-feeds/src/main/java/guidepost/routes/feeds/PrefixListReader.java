package guidepost.routes.feeds;

import guidepost.feeds.LineReader;
import guidepost.routes.table.InvalidRouteException;
import java.io.IOException;
import java.io.Reader;
import java.util.function.Consumer;

/// One prefix a line, comments from `#` on.
///
/// @param defaults what every row gets
record PrefixListReader(RouteDefaults defaults) implements RouteRowReader {

  @Override
  public void read(Reader in, Consumer<? super RouteRow> rows) throws IOException {
    LineReader lines = new LineReader(in);
    for (String line = lines.next(); line != null; line = lines.next()) {
      String prefix = withoutComment(line);
      if (!prefix.isEmpty()) {
        rows.accept(row(lines.number(), prefix));
      }
    }
  }

  private static String withoutComment(String line) {
    int comment = line.indexOf('#');
    return (comment < 0 ? line : line.substring(0, comment)).strip();
  }

  private RouteRow row(long number, String prefix) {
    try {
      RouteFields fields = new RouteFields().put(RouteColumn.DEST, prefix);
      return new RouteRow.Parsed(number, fields.toRoute(defaults));
    } catch (InvalidRouteException e) {
      return new RouteRow.Rejected(number, e);
    }
  }
}
