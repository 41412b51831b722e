package guidepost.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// Ports for programs that must be told theirs before they listen there.
///
/// They lie below those that systems give to outgoing connections, of which a test makes many: one
/// of these could be taken between the choice and the start of the program. Tests of other
/// processes choose others: each port is a byte of one file, locked for as long as this process
/// lives.
///
/// Threads: any.
public final class FreePorts {

  private static final int FIRST = 15_000;
  private static final int END = 32_000;
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();
  private static final FileChannel LOCKS = open();

  private FreePorts() {}

  private static FileChannel open() {
    try {
      return FileChannel.open(
          Path.of(
              System.getProperty("java.io.tmpdir"),
              "guidepost-test-ports-" + System.getProperty("user.name")),
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One where nobody listens on this machine, and that no other caller has.
  public static int next() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (GIVEN.add(port) && isOurs(port) && isFree(port)) {
        return port;
      }
    }
  }

  private static boolean isOurs(int port) {
    try {
      return LOCKS.tryLock(port, 1, /* shared= */ false) != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
