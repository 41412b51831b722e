package guidepost.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

/// The buffers of connections, as gRPC makes them by itself.
///
/// A server whose memory for them is used up would stay up and answer nobody. The virtual machine's
/// `-XX:+ExitOnOutOfMemoryError` does not see that: Netty and the Java library throw these errors
/// themselves, and event loops catch them. So here, where every buffer comes from, the process
/// ends, and a service manager starts another.
///
/// The budget (see [ConnectionLimits#defaults]) is there to prevent that.
///
/// Threads: any.
final class ConnectionBuffers extends PooledByteBufAllocator {

  /// Chunks of 2 MiB, as in gRPC: less is lost in each than in those of Netty's default.
  private static final int CHUNK_ORDER = 8;

  ConnectionBuffers() {
    super(
        true,
        defaultNumHeapArena(),
        defaultNumDirectArena(),
        defaultPageSize(),
        CHUNK_ORDER,
        defaultSmallCacheSize(),
        defaultNormalCacheSize(),
        defaultUseCacheForAllThreads());
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    try {
      return super.newDirectBuffer(initialCapacity, maxCapacity);
    } catch (OutOfMemoryError e) {
      throw OutOfMemory.end(e);
    }
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    try {
      return super.newHeapBuffer(initialCapacity, maxCapacity);
    } catch (OutOfMemoryError e) {
      throw OutOfMemory.end(e);
    }
  }
}
