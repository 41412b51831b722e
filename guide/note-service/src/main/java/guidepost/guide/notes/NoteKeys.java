package guidepost.guide.notes;

import guidepost.journal.Undo;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Which notes were posted with which idempotency keys, for as long as a device may try again.
///
/// Threads: the writer of its domain.
final class NoteKeys {

  /// A day: a device that was without a network for longer had better look before it reports.
  static final long TTL_MILLIS = 86_400_000;

  /// A post and its key.
  ///
  /// @param digest of author and key, [NoteStorage#key(String, String)]
  /// @param note its id
  record Used(ByteBuffer digest, long note, long postedMillis) {}

  private final Undo undo;
  private final Map<ByteBuffer, Used> byDigest = new HashMap<>();
  private final TreeMap<Long, Used> byNote = new TreeMap<>();

  NoteKeys(Undo undo) {
    this.undo = undo;
  }

  int size() {
    return byDigest.size();
  }

  Optional<Used> get(ByteBuffer digest) {
    return Optional.ofNullable(byDigest.get(digest));
  }

  /// The key that was used first.
  Optional<Used> oldest() {
    return Optional.ofNullable(byNote.firstEntry()).map(Map.Entry::getValue);
  }

  /// All that are remembered.
  Map<ByteBuffer, Used> all() {
    return Map.copyOf(byDigest);
  }

  void add(Used used) {
    insert(used);
    undo.add(() -> forget(used));
  }

  void remove(Used used) {
    forget(used);
    undo.add(() -> insert(used));
  }

  private void insert(Used used) {
    byDigest.put(used.digest(), used);
    byNote.put(used.note(), used);
  }

  private void forget(Used used) {
    byDigest.remove(used.digest());
    byNote.remove(used.note());
  }
}
