package guidepost.server;

import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/// How much of a connection's input an event loop takes in one turn: one read, of about as many
/// bytes as it can serve in [#TURN_NANOS].
///
/// All requests that one read brings are served before the next connection has its turn. How long
/// that takes depends on what they ask, so the size follows what the last turns cost:
///
/// ```
///   turn of 4 KiB took 0.1 ms ─▶ 8 KiB ─▶ 16 KiB ─▶ … 64 KiB: a bulk upload reads at full speed
///   turn of 8 KiB took   9 ms ─▶ 1.8 KiB: few requests a turn for those that ask for much
/// ```
///
/// Threads: a connection's handle is used on its event loop.
final class FairReads extends DefaultMaxMessagesRecvByteBufAllocator {

  /// A request of the usual size.
  private static final int FIRST_BYTES = 1024;

  /// The least that is read in a turn, however long its messages take.
  private static final int BYTES_MIN = 128;

  /// The most that is read in a turn: others of the loop wait for it.
  private static final int BYTES_MAX = 64 * 1024;

  /// With fifty greedy connections on an event loop, a neighbour waits a twentieth of a second.
  private static final long TURN_NANOS = 1_000_000;

  FairReads() {
    super(1);
  }

  @Override
  @SuppressWarnings("deprecation") // the interface of every allocator
  public RecvByteBufAllocator.Handle newHandle() {
    return new Turns();
  }

  private final class Turns extends MaxMessageHandle {

    private int bytesMax = FIRST_BYTES;
    private long began;

    @Override
    public void reset(ChannelConfig config) {
      super.reset(config);
      began = System.nanoTime();
    }

    @Override
    public int guess() {
      return bytesMax;
    }

    /// Called when everything that was read has been served.
    @Override
    public void readComplete() {
      int read = totalBytesRead();
      if (read > 0) {
        bytesMax = next(bytesMax, read, System.nanoTime() - began);
      }
    }
  }

  /// The most to read after a turn that read and took so much.
  static int next(int bytesMax, int read, long nanos) {
    if (nanos > TURN_NANOS) {
      return Math.clamp(read * TURN_NANOS / nanos, BYTES_MIN, BYTES_MAX);
    }
    return read == bytesMax ? Math.min(2 * bytesMax, BYTES_MAX) : bytesMax;
  }
}
