package guidepost.guide.notes;

import guidepost.guide.geo.Point;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which chats hear which place. No chat hears of a note before every client can ask for it.
///
/// Cost of a note: one hash look-up and one queue append a listener; each chat that got something
/// is then sent to once for the whole group of notes.
///
/// Threads: notes are delivered by the writer of the notes; a chat that ends leaves from any.
final class NoteBoard {

  private final Map<Point, Set<ChatStream>> listeners = new ConcurrentHashMap<>();

  /// What is durable and not yet visible: [#deliver] as it is to be done.
  private final List<Runnable> waiting = new ArrayList<>();

  private final Set<ChatStream> touched = new LinkedHashSet<>();

  /// Takes a durable note that a chat has posted.
  ///
  /// @param earlier what hung at its place before
  void add(Note note, Wall earlier, ChatStream poster) {
    waiting.add(() -> deliver(note, earlier, poster));
  }

  /// Takes a durable note that no chat posted.
  void add(Note note) {
    waiting.add(() -> hear(note, listener -> true));
  }

  /// Hands a note to the chats that hear its place, then shows the poster what hung there before
  /// and lets it hear the place from now on.
  private void deliver(Note note, Wall earlier, ChatStream poster) {
    hear(note, listener -> !listener.equals(poster));
    if (poster.posted(note, earlier)) {
      listen(note.place(), poster);
    }
  }

  private void hear(Note note, Predicate<ChatStream> wanted) {
    for (ChatStream listener : listeners.getOrDefault(note.place(), Set.of())) {
      if (wanted.test(listener)) {
        hand(note, listener);
      }
    }
  }

  private void hand(Note note, ChatStream listener) {
    if (listener.hear(note)) {
      touched.add(listener);
    }
  }

  private void listen(Point place, ChatStream chat) {
    listeners.compute(place, (_, chats) -> with(chats, chat));
    if (chat.isOver()) {
      leave(place, chat);
    }
  }

  private static Set<ChatStream> with(@Nullable Set<ChatStream> chats, ChatStream chat) {
    Set<ChatStream> wider = chats == null ? ConcurrentHashMap.newKeySet() : chats;
    wider.add(chat);
    return wider;
  }

  private static @Nullable Set<ChatStream> without(Set<ChatStream> chats, ChatStream chat) {
    chats.remove(chat);
    return chats.isEmpty() ? null : chats;
  }

  /// Delivers what was added since the last call: it is visible now.
  void deliver() {
    waiting.forEach(Runnable::run);
    waiting.clear();
    touched.forEach(ChatStream::send);
    touched.clear();
  }

  /// The chat hears none of these places any more.
  void leave(Set<Point> places, ChatStream chat) {
    places.forEach(place -> leave(place, chat));
  }

  private void leave(Point place, ChatStream chat) {
    listeners.computeIfPresent(place, (_, chats) -> without(chats, chat));
  }
}
