package guidepost.client;

import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.RouteNote;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.atomic.AtomicReference;

/// An open chat: posts notes and, from a note's post on, hears what others say at its point.
public final class Chat implements AutoCloseable {

  private static final Metadata.Key<String> NOTES_DROPPED =
      Metadata.Key.of("guidepost-notes-dropped", Metadata.ASCII_STRING_MARSHALLER);

  private final Pipe<RouteNote, RouteNote> pipe;
  private final AtomicReference<Metadata> trailers;
  private boolean finished;

  /// @param trailers set when the server ends the chat
  Chat(Pipe<RouteNote, RouteNote> pipe, AtomicReference<Metadata> trailers) {
    this.pipe = pipe;
    this.trailers = trailers;
  }

  /// Posts a note.
  ///
  /// @throws StatusRuntimeException if the chat has ended: a bad note ends it
  public void post(Point point, String message) {
    pipe.send(RouteNote.newBuilder().setLocation(point).setMessage(message).build());
  }

  /// Runs `action` when the server ends the chat, at once if it has.
  public void whenEnded(Runnable action) {
    pipe.whenEnded(action);
  }

  /// Says that nothing more will be posted and waits until the replays due have arrived.
  ///
  /// @throws StatusRuntimeException if the chat ended badly
  public void finish() {
    finished = true;
    pipe.finish();
  }

  /// Notes that the server dropped as this client did not take them in time; 0 until the chat has
  /// ended.
  public long notesDropped() {
    Metadata end = trailers.get();
    String dropped = end == null ? null : end.get(NOTES_DROPPED);
    return dropped != null && dropped.matches("\\d{1,18}") ? Long.parseLong(dropped) : 0;
  }

  /// Leaves at once unless finished.
  @Override
  public void close() {
    if (!finished) {
      pipe.cancel();
    }
  }
}
