package guidepost.journal.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.OptionalInt;

/// Asks a broker in plaintext, and looks at the first byte of its answer. A broker that speaks TLS
/// answers with an alert, which Kafka's clients take for the length of an answer: they ask for more
/// than 300 MB for it, and a program that does not have them ends without a word of the cause.
///
/// Threads: any.
final class PlaintextProbe {

  private static final int PATIENCE_MILLIS = 2_000;

  /// The first question of all clients: ApiVersions, version 0, without a name.
  private static final byte[] QUESTION = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, -1, -1};

  /// How an alert of TLS begins: RFC 8446, section 5.1.
  private static final int ALERT = 21;

  private PlaintextProbe() {}

  /// True if a first byte is one of TLS.
  static boolean isOfTls(int first) {
    return first == ALERT;
  }

  /// The first byte of the answer; empty if there is no answer.
  ///
  /// @param broker `HOST:PORT`
  static OptionalInt firstByte(String broker) {
    int colon = broker.lastIndexOf(':');
    String host = broker.substring(0, colon).replace("[", "").replace("]", "");
    int port = Integer.parseInt(broker.substring(colon + 1));
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        OptionalInt first = firstByte(new InetSocketAddress(address, port));
        if (first.isPresent()) {
          return first;
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      // who waits for brokers says so
    }
    return OptionalInt.empty();
  }

  private static OptionalInt firstByte(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(QUESTION);
      int first = socket.getInputStream().read();
      return first < 0 ? OptionalInt.empty() : OptionalInt.of(first);
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }
}
