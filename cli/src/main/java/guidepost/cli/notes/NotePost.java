package guidepost.cli.notes;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.CommandException;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.PlaceMessages;
import guidepost.cli.places.PointText;
import guidepost.guide.geo.Point;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NoteSeverity;
import guidepost.guide.v1.PostNoteRequest;
import guidepost.guide.v1.PostNoteResponse;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `note post`.
@Command(name = "post", description = "Report something at a point.")
final class NotePost implements Callable<Integer> {

  private static final int MINUTE_SECONDS = 60;

  private static final int HEADING_MAX = 359;

  /// 30 days, as the server has it.
  private static final int TTL_MINUTES_MAX = 43_200;

  /// How much a note matters.
  enum Severity {
    LOW,
    MEDIUM,
    HIGH
  }

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();
  @Mixin private AuthorOption author = new AuthorOption();

  @Parameters(
      index = "0",
      paramLabel = "LAT,LON",
      converter = PointText.class,
      description = "Where it is, or begins, in degrees")
  private Point point = new Point(0, 0);

  @Parameters(index = "1", arity = "0..1", paramLabel = "TEXT", description = "What it says")
  private String text = "";

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      defaultValue = "text",
      description = "traffic, hazard, closure, text, or one of the server's own")
  private String kind = "text";

  @Option(
      names = "--severity",
      paramLabel = "LEVEL",
      defaultValue = "medium",
      description = "low, medium or high (default: ${DEFAULT-VALUE})")
  private Severity severity = Severity.MEDIUM;

  @Option(
      names = "--via",
      paramLabel = "LAT,LON",
      converter = PointText.class,
      description = "Where it leads along; repeatable")
  private List<Point> via = List.of();

  @Option(
      names = "--to",
      paramLabel = "LAT,LON",
      converter = PointText.class,
      description = "Where it ends")
  private @Nullable Point to;

  @Option(
      names = "--heading",
      paramLabel = "DEGREES",
      description = "Only for travellers in this direction, clockwise from north")
  private @Nullable Integer heading;

  @Option(
      names = "--ttl",
      paramLabel = "MINUTES",
      defaultValue = "0",
      description = "How long it is kept (default: the TTL of its kind)")
  private int ttlMinutes;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "An author's second post with it changes nothing (default: a new one)")
  private String key = UUID.randomUUID().toString();

  NotePost(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (ttlMinutes < 0 || ttlMinutes > TTL_MINUTES_MAX) {
      throw CommandException.usage(
          "ttl \"%d\": must be 0..%d minutes".formatted(ttlMinutes, TTL_MINUTES_MAX));
    }
    if (heading != null && (heading < 0 || heading > HEADING_MAX)) {
      throw CommandException.usage("heading \"%d\": must be 0..%d".formatted(heading, HEADING_MAX));
    }
    PostNoteRequest request =
        PostNoteRequest.newBuilder()
            .setNote(note())
            .setIdempotencyKey(key)
            .setTtlSeconds(ttlMinutes * MINUTE_SECONDS)
            .build();
    show(client.ask(server -> server.notes().post(request)));
    return ExitCodes.OK;
  }

  private Note note() {
    Note.Builder note =
        Note.newBuilder()
            .setAuthor(author.name())
            .setKind(kind)
            .setSeverity(NoteSeverity.valueOf("NOTE_SEVERITY_" + severity))
            .setText(text)
            .setPoint(PlaceMessages.message(point));
    via.forEach(each -> note.addVia(PlaceMessages.message(each)));
    if (to != null) {
      note.setTo(PlaceMessages.message(to));
    }
    if (heading != null) {
      note.setHeadingDegrees(heading);
    }
    return note.build();
  }

  private void show(PostNoteResponse response) {
    Note note = response.getNote();
    terminal.line(
        client.json()
            ? NoteShapes.json(note).put("posted_before", response.getPostedBefore()).toString()
            : "%s note %d: %s at %s"
                .formatted(
                    response.getPostedBefore() ? "posted before:" : "posted",
                    note.getId(),
                    note.getKind().toLowerCase(Locale.ROOT),
                    PointText.text(PlaceMessages.point(note.getPoint()))));
  }
}
