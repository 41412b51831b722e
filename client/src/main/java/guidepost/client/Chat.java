package guidepost.client;

import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.RouteNote;
import io.grpc.StatusRuntimeException;

/// An open chat: posts notes and, from a note's post on, hears what others say at its point.
public final class Chat implements AutoCloseable {

  private final Pipe<RouteNote, RouteNote> pipe;
  private boolean finished;

  Chat(Pipe<RouteNote, RouteNote> pipe) {
    this.pipe = pipe;
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

  /// Leaves at once unless finished.
  @Override
  public void close() {
    if (!finished) {
      pipe.cancel();
    }
  }
}
