package guidepost.guide.notes;

import guidepost.guide.v1.NoteEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/// What a subscriber is still to be told, in the order in which it happened.
///
/// Threads: one at a time.
final class WaitingLine {

  /// Deliveries in one message: fewer messages cost less, and more would delay the first.
  private static final int MERGED_MAX = 64;

  /// A response is full beyond this.
  private static final int MESSAGE_BYTES = 64 * 1024;

  private final Queue<Waiting> line = new ArrayDeque<>();
  private long bytes;

  boolean isEmpty() {
    return line.isEmpty();
  }

  int size() {
    return line.size();
  }

  /// Bytes that are kept for it.
  long bytes() {
    return bytes;
  }

  void add(Waiting last) {
    line.add(last);
    bytes += last.bytes();
  }

  void clear() {
    line.clear();
    bytes = 0;
  }

  /// The first, if it is a move.
  Optional<MoveWalk> move() {
    return line.peek() instanceof MoveWalk move ? Optional.of(move) : Optional.empty();
  }

  /// Takes the first, if it is this one: the line may have been cleared.
  void remove(MoveWalk move) {
    if (line.peek() == move) {
      remove();
    }
  }

  private void remove() {
    bytes -= line.remove().bytes();
  }

  /// Takes what comes first, and what fits into a response with it; not past a move.
  Optional<Delivery> takeDelivery() {
    if (!(line.peek() instanceof Delivery first)) {
      return Optional.empty();
    }
    remove();
    return Optional.of(line.peek() instanceof Delivery ? withMore(first) : first);
  }

  private Delivery withMore(Delivery first) {
    List<NoteEvent> events = new ArrayList<>(first.events());
    Delivery last = first;
    int merged = first.bytes();
    for (int i = 1; i < MERGED_MAX && merged < MESSAGE_BYTES; i++) {
      if (!(line.peek() instanceof Delivery next)) {
        break;
      }
      remove();
      events.addAll(next.events());
      merged += next.bytes();
      last = next;
    }
    return new Delivery(last.revision(), events);
  }
}
