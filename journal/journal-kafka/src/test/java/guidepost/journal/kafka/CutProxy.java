package guidepost.journal.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands between clients and a broker, or a server, and keeps from the one what the other says.
///
/// Threads: two for each connection; any may cut.
public final class CutProxy implements AutoCloseable {

  /// Where an answer of a broker says which request it is to, behind the four bytes of its length:
  /// the last byte of the number.
  private static final int REQUEST_NUMBER = 7;

  private final ServerSocket listening;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private volatile int target;
  private volatile boolean answersLost;
  private volatile boolean requestsLost;
  private volatile boolean answersMixedUp;
  private final AtomicInteger mixedUp = new AtomicInteger();

  /// On a port that is free.
  public CutProxy() throws IOException {
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("proxy").start(this::accept);
  }

  /// Where clients connect.
  public int port() {
    return listening.getLocalPort();
  }

  /// Where connections lead.
  public void to(int port) {
    target = port;
  }

  /// From now on requests arrive, or do not, and no answers do.
  public void lose(boolean requests) {
    requestsLost = requests;
    answersLost = true;
  }

  /// From now on each answer is one to another request.
  void mixUp() {
    answersMixedUp = true;
  }

  /// How many were.
  int mixedUp() {
    return mixedUp.get();
  }

  /// From now on all is well, over new connections.
  public void mend() {
    answersLost = false;
    requestsLost = false;
    answersMixedUp = false;
    open.forEach(CutProxy::close);
    open.clear();
  }

  private void accept() {
    while (!listening.isClosed()) {
      Socket client;
      try {
        client = listening.accept();
      } catch (IOException e) {
        continue;
      }
      try {
        Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
        open.addAll(List.of(client, broker));
        Thread.ofVirtual().start(() -> pipe(client, broker, true));
        Thread.ofVirtual().start(() -> pipe(broker, client, false));
      } catch (IOException e) {
        close(client); // The other side is down.
      }
    }
  }

  private void pipe(Socket from, Socket to, boolean requests) {
    byte[] buffer = new byte[64 << 10];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!requests && answersMixedUp) {
          buffer[REQUEST_NUMBER]++;
          mixedUp.incrementAndGet();
        }
        if (!(requests ? requestsLost : answersLost)) {
          out.write(buffer, 0, read);
        }
      }
    } catch (IOException e) {
      // Cut.
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    mend();
  }
}
