package guidepost.cli.notes;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.Metres;
import guidepost.cli.places.PlaceMessages;
import guidepost.cli.places.PointText;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Point;
import guidepost.guide.v1.ListNotesRequest;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `note list`.
@Command(name = "list", description = "Show the live notes, anywhere or in an area.")
final class NoteList implements Callable<Integer> {

  private static final int PAGE = 500;

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--box",
      arity = "2",
      paramLabel = "LAT,LON",
      converter = PointText.class,
      description = "Only between two corners")
  private List<Point> box = List.of();

  @Option(
      names = "--near",
      paramLabel = "LAT,LON",
      converter = PointText.class,
      description = "Only near a point")
  private @Nullable Point near;

  @Option(
      names = "--within",
      paramLabel = "METRES",
      defaultValue = "1000",
      converter = Metres.class,
      description = "How near: 200 or 1.5km (default: ${DEFAULT-VALUE})")
  private double within = 1_000;

  @Option(names = "--kind", paramLabel = "KIND", description = "Only this kind; repeatable")
  private List<String> kinds = List.of();

  @Option(names = "--count", description = "Show only how many there are")
  private boolean count;

  NoteList(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    NoteOutput output = new NoteOutput(terminal, client.json());
    long[] found = {0};
    ListNotesRequest request = request();
    client.ask(
        server ->
            server
                .notes()
                .list(
                    request,
                    note -> {
                      found[0]++;
                      if (!count) {
                        output.show(note);
                      }
                    }));
    if (count) {
      terminal.line(
          client.json()
              ? Json.object().put("count", found[0]).toString()
              : Long.toString(found[0]));
    } else {
      output.finish(request.equals(everywhere()) ? "no note holds" : "no note that holds matches");
    }
    return ExitCodes.OK;
  }

  private static ListNotesRequest everywhere() {
    return ListNotesRequest.newBuilder().setPageSize(PAGE).build();
  }

  private ListNotesRequest request() {
    ListNotesRequest.Builder request = everywhere().toBuilder();
    if (!kinds.isEmpty()) {
      request.getFilterBuilder().addAllKinds(kinds);
    }
    if (near != null && !box.isEmpty()) {
      throw CommandException.usage("--near: must not be given with --box");
    }
    if (near != null) {
      request.setCircle(PlaceMessages.circle(near, within));
    }
    if (!box.isEmpty()) {
      request.setBox(PlaceMessages.message(GeoBox.ofCorners(box.getFirst(), box.getLast())));
    }
    return request.build();
  }
}
