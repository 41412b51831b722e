package guidepost.cli;

import guidepost.guide.feeds.LeftOut;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// Says what of a file nobody keeps.
final class LeftOutReport {

  private LeftOutReport() {}

  /// One line, and one for the first value that is not what it must be; none if all is kept.
  static void show(Terminal terminal, boolean json, LeftOut leftOut) {
    if (json) {
      showJson(terminal, leftOut);
      return;
    }
    leftOut
        .firstFault()
        .ifPresent(fault -> terminal.complain(fault + "; the row is taken without"));
    if (!leftOut.counts().isEmpty()) {
      terminal.complain("left out: " + text(leftOut));
    }
  }

  private static String text(LeftOut leftOut) {
    return leftOut.counts().entrySet().stream()
        .map(entry -> "%d %s".formatted(entry.getValue(), Printable.of(entry.getKey())))
        .collect(Collectors.joining(", "));
  }

  private static void showJson(Terminal terminal, LeftOut leftOut) {
    if (leftOut.counts().isEmpty()) {
      return;
    }
    ObjectNode object = Json.object();
    ObjectNode counts = object.putObject("left_out");
    leftOut.counts().forEach(counts::put);
    leftOut.firstFault().ifPresent(fault -> object.put("first_fault", fault));
    terminal.complain(object);
  }
}
