package guidepost.guide.service;

import guidepost.guide.index.Point;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Who hears which place.
///
/// Cost of a note: one hash look-up and one queue append a listener; each chat that got something
/// is then sent to once for the whole group of notes.
///
/// Threads: notes are delivered by the writer of the notes; a chat that ends leaves from any.
final class NoteBoard {

  private final Map<Point, Set<ChatStream>> listeners = new ConcurrentHashMap<>();
  private final Set<ChatStream> touched = new LinkedHashSet<>();

  /// Hands a durable note to those who hear its place, then shows the poster what hung there before
  /// and lets it hear the place from now on.
  void deliver(Note note, Wall earlier, ChatStream poster) {
    for (ChatStream listener : listeners.getOrDefault(note.place(), Set.of())) {
      if (!listener.equals(poster)) {
        hand(note, listener);
      }
    }
    if (poster.posted(note, earlier)) {
      listen(note.place(), poster);
    }
    touched.add(poster);
  }

  /// Hands a durable note that no chat posted to those who hear its place.
  void deliver(Note note) {
    listeners.getOrDefault(note.place(), Set.of()).forEach(listener -> hand(note, listener));
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

  /// Sends what was delivered since the last call.
  void send() {
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
