package guidepost.routes.table;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/// Tells a writer when nobody has in hand any more what it took out of use: the grace period.
///
/// Time is counted in publications. A reader notes the time **before** it looks at what is
/// published, and takes the note back when it has done. What a publication took out, and with it
/// ended time 7, may be in the hands of a reader that noted 7 or less, and of no other:
///
/// ```
///   writer   publish without x ─▶ time 8 ─▶ any note of 7 or less? ─▶ if not, x may be used again
///   reader   note the time ─▶ read what is published ─▶ … ─▶ take the note back
/// ```
///
/// The order of volatile operations proves it. If the writer does not see a reader's note, the note
/// was made after the publication without x, and the reader reads that one or a later one. If it
/// does see it, it waits.
///
/// Cost: a reader two volatile writes; the writer a look at every reader.
///
/// Threads: any; [#advance] and [#isOver] belong to the writer.
final class ReaderEpochs {

  /// Each is looked at by every publication.
  static final int READERS_MAX = 1_024;

  private static final long NONE = Long.MAX_VALUE;

  private final AtomicLong time = new AtomicLong();
  private final List<Reader> readers = new CopyOnWriteArrayList<>();

  /// The note of a reader.
  final class Reader {
    private volatile long noted = NONE;

    void begin() {
      noted = time.get();
    }

    void end() {
      noted = NONE;
    }

    /// Ends it for good.
    void leave() {
      end();
      readers.remove(this);
    }
  }

  /// A reader that has not begun.
  ///
  /// @throws IllegalStateException if there are too many
  Reader join() {
    if (readers.size() >= READERS_MAX) {
      throw new IllegalStateException(
          "readers: %d are open, the most there may be; close one".formatted(readers.size()));
    }
    Reader reader = new Reader();
    readers.add(reader);
    return reader;
  }

  /// Ends a time; what is out of use must not be published any more.
  ///
  /// @return the time that ended
  long advance() {
    return time.getAndIncrement();
  }

  /// True if no reader began at a time or before it.
  boolean isOver(long ended) {
    for (Reader reader : readers) {
      if (reader.noted <= ended) {
        return false;
      }
    }
    return true;
  }
}
