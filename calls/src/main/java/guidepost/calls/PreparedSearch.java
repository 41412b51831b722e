package guidepost.calls;

import guidepost.journal.JournalException;
import org.jspecify.annotations.Nullable;

/// A search whose messages are made where reading the disk keeps no other call waiting: each is
/// prepared before it is looked for.
///
/// Threads: one at a time.
///
/// @param <M> message
public final class PreparedSearch<M> implements Streaming.Search<M> {

  private final Streaming.Search<M> messages;
  private @Nullable M prepared;

  /// @param messages made only when they are prepared
  public PreparedSearch(Streaming.Search<M> messages) {
    this.messages = messages;
  }

  @Override
  public void prepare() throws JournalException {
    if (prepared == null && !messages.isOver()) {
      messages.prepare();
      prepared = messages.look();
    }
  }

  @Override
  public @Nullable M look() {
    M next = prepared;
    prepared = null;
    return next;
  }

  @Override
  public boolean isOver() {
    return prepared == null && messages.isOver();
  }

  @Override
  public long bytesInHand() {
    return messages.bytesInHand();
  }
}
