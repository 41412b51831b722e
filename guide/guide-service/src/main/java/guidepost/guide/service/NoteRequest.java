package guidepost.guide.service;

import guidepost.guide.index.Point;
import guidepost.seed.routeguide.RouteNote;
import java.util.concurrent.CompletableFuture;

/// What is asked of the notes.
sealed interface NoteRequest {

  /// Hangs a note and shows the poster what hung there before.
  ///
  /// @param message checked
  record Post(ChatStream poster, Point place, RouteNote message) implements NoteRequest {}

  /// Hands out all notes that are kept, as of one revision.
  ///
  /// @param kept completed by the writer, soon after what was asked before is durable
  record Copy(CompletableFuture<NoteCheck.Kept> kept) implements NoteRequest {}

  /// Takes down what has hung for too long, or is more than is kept.
  record Sweep() implements NoteRequest {}
}
