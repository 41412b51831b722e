package guidepost.cli.files;

import guidepost.cli.output.Json;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Terminal;
import guidepost.guide.feeds.LeftOut;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// Says what of a file nobody keeps.
public final class LeftOutReport {

  private LeftOutReport() {}

  /// The first value that is not what it must be.
  public static void complain(Terminal terminal, boolean json, LeftOut leftOut) {
    leftOut
        .firstFault()
        .ifPresent(
            fault -> {
              String text = fault + "; taken without it";
              if (json) {
                terminal.complain(Json.object().put("warning", text));
              } else {
                terminal.complain(text);
              }
            });
  }

  /// How many of each, for people; empty if there is nothing.
  public static String text(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> "%d %s".formatted(entry.getValue(), Printable.of(entry.getKey())))
        .collect(Collectors.joining(", "));
  }

  /// The same for programs, if there is any.
  public static void put(ObjectNode object, Map<String, Long> counts) {
    if (!counts.isEmpty()) {
      ObjectNode leftOut = object.putObject("left_out");
      counts.forEach(leftOut::put);
    }
  }
}
