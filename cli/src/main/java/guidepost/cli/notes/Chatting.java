package guidepost.cli.notes;

import guidepost.cli.options.ClientOptions;
import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Printable;
import guidepost.cli.output.Terminal;
import guidepost.cli.places.PlaceMessages;
import guidepost.cli.places.PointText;
import guidepost.client.Chat;
import guidepost.guide.geo.Point;
import guidepost.seed.routeguide.RouteNote;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `chat`.
@Command(
    name = "chat",
    description = {
      "Post notes at a point and see those of others, live.",
      "Every line is a note; the end of the input ends the chat."
    })
final class Chatting implements Callable<Integer> {

  /// Lines that may wait while one is posted.
  private static final int WAITING_MAX = 16;

  private final Terminal terminal;
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(
      paramLabel = "LAT,LON",
      converter = PointText.class,
      description = "The point, in degrees")
  private Point point = new Point(0, 0);

  private final BlockingQueue<Happening> happenings = new ArrayBlockingQueue<>(WAITING_MAX);

  /// What the chat waits for.
  private sealed interface Happening {
    record Line(String text) implements Happening {}

    record EndOfInput() implements Happening {}

    record EndOfChat() implements Happening {}
  }

  private long notesDropped;

  Chatting(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try {
      return chat();
    } finally {
      tellDropped(notesDropped);
    }
  }

  private int chat() {
    try (ChatScreen screen = ChatScreen.open(terminal)) {
      return client.ask(
          server -> {
            try (Chat chat = server.guide().chat(note -> screen.show(text(note)))) {
              chat.whenEnded(() -> tell(new Happening.EndOfChat()));
              Thread.ofPlatform().daemon().name("chat-input").start(() -> readAll(screen));
              return talk(chat);
            }
          });
    }
  }

  private String text(RouteNote note) {
    return client.json()
        ? Json.object()
            .put("latitude_e7", note.getLocation().getLatitude())
            .put("longitude_e7", note.getLocation().getLongitude())
            .put("message", note.getMessage())
            .toString()
        : Printable.of(note.getMessage());
  }

  private void readAll(ChatScreen screen) {
    Optional<String> line = screen.read();
    while (line.isPresent()) {
      if (!line.get().isBlank()) {
        tell(new Happening.Line(line.get()));
      }
      line = screen.read();
    }
    tell(new Happening.EndOfInput());
  }

  private void tell(Happening happening) {
    try {
      happenings.put(happening);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tellDropped(long notes) {
    if (notes == 0) {
      return;
    }
    String text =
        "%s %s dropped, as the output was not read in time"
            .formatted(Plural.of(notes, "note"), Plural.choose(notes, "was", "were"));
    if (client.json()) {
      terminal.complain(Json.object().put("warning", text).put("notes_dropped", notes));
    } else {
      terminal.complain("guidepost: " + text);
    }
  }

  /// Posts until the input or the chat ends.
  ///
  /// @throws StatusRuntimeException if the chat ended badly
  private int talk(Chat chat) {
    try {
      postAll(chat);
      chat.finish();
      return ExitCodes.OK;
    } finally {
      notesDropped = chat.notesDropped();
    }
  }

  private void postAll(Chat chat) {
    try {
      while (happenings.take() instanceof Happening.Line line) {
        chat.post(PlaceMessages.seedPoint(point), line.text());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
