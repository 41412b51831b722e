package guidepost.web;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.stream.AbortedStreamException;
import guidepost.calls.ConnectionAccount;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The bytes of one answer on their way to the client: no more than [#WAITING_MAX] wait, what waits
/// is on the connection's account, and an answer that its client takes nothing of ends.
///
/// Threads: any write, one at a time; the rest is told on the event loop.
final class Outgoing {

  /// A list goes on as soon as less waits.
  private static final long WAITING_MAX = 64 * 1024;

  /// A larger answer is sent in such pieces, so that it shows whether its client takes some.
  private static final int PIECE_BYTES = 64 * 1024;

  /// Looks per timeout.
  private static final int LOOKS = 4;

  private final HttpResponseWriter writer = HttpResponse.streaming();
  private final EventLoop loop;
  private final ConnectionAccount account;
  private final Duration stallTimeout;
  private final Runnable onReady;
  private final Object lock = new Object();
  private final AtomicLong taken = new AtomicLong();
  private final AtomicBoolean asked = new AtomicBoolean();
  private final AtomicBoolean watched = new AtomicBoolean();
  private long takenAtLook;
  private int looksWithoutAny;
  private volatile @Nullable ScheduledFuture<?> look;

  // Written under the lock.
  private volatile long waiting;

  @GuardedBy("lock")
  private boolean over;

  /// @param onReady told when it takes more again
  Outgoing(EventLoop loop, ConnectionAccount account, Duration stallTimeout, Runnable onReady) {
    this.loop = loop;
    this.account = account;
    this.stallTimeout = stallTimeout;
    this.onReady = onReady;
    var _ = writer.whenComplete().handle((_, _) -> over());
  }

  HttpResponse response() {
    return writer;
  }

  boolean isReady() {
    return writer.isOpen() && waiting < WAITING_MAX;
  }

  void headers(ResponseHeaders headers) {
    var _ = writer.tryWrite(headers);
  }

  void write(byte[] bytes) {
    for (int from = 0; from < bytes.length; from += PIECE_BYTES) {
      int length = Math.min(PIECE_BYTES, bytes.length - from);
      long held = (long) length + ConnectionAccount.MESSAGE_BYTES;
      if (!waits(held) || !writer.tryWrite(HttpData.wrap(bytes, from, length))) {
        return;
      }
    }
    askWhenTaken();
    if (watched.compareAndSet(false, true)) {
      lookLater();
    }
  }

  private void askWhenTaken() {
    if (asked.compareAndSet(false, true)) {
      long before = waiting;
      var _ = writer.whenConsumed().handle((_, _) -> taken(before));
    }
  }

  private @Nullable Void taken(long bytes) {
    taken.addAndGet(bytes);
    gone(bytes);
    asked.set(false);
    if (waiting > 0) {
      askWhenTaken();
    }
    if (isReady()) {
      onReady.run();
    }
    return null;
  }

  private boolean waits(long bytes) {
    synchronized (lock) {
      if (!over) {
        waiting += bytes;
        account.add(bytes);
      }
      return !over;
    }
  }

  private void gone(long bytes) {
    synchronized (lock) {
      long left = Math.min(bytes, waiting);
      waiting -= left;
      account.remove(left);
    }
  }

  private void lookLater() {
    look = loop.schedule(this::look, stallTimeout.toNanos() / LOOKS, TimeUnit.NANOSECONDS);
  }

  private void look() {
    if (writer.whenComplete().isDone()) {
      return;
    }
    long now = taken.get();
    boolean stands = waiting > 0 && now == takenAtLook;
    takenAtLook = now;
    looksWithoutAny = stands ? looksWithoutAny + 1 : 0;
    if (looksWithoutAny > LOOKS) {
      writer.abort(AbortedStreamException.get());
    } else {
      lookLater();
    }
  }

  /// All was written.
  void close() {
    writer.close();
  }

  /// It breaks off, and the client sees that.
  void cut() {
    writer.close(AbortedStreamException.get());
  }

  private @Nullable Void over() {
    synchronized (lock) {
      over = true;
      gone(waiting);
    }
    ScheduledFuture<?> waits = look;
    if (waits != null) {
      waits.cancel(false);
    }
    return null;
  }
}
