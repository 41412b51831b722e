package guidepost.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// An HTTP/2 client that sends whatever frames a test wants, in whatever order, and reads what
/// comes only if it is told to: what a hostile or broken peer does.
///
/// Header blocks are literals without a table and without Huffman codes (RFC 7541, 6.2.2).
///
/// Threads: one that sends; a thread of its own reads.
public final class RawHttp2 implements AutoCloseable {

  /// Types of frames (RFC 9113, 6).
  public static final int DATA = 0;

  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;

  /// A flag: no frames follow on this stream.
  public static final int END_STREAM = 1;

  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final int HEADER_BYTES = 9;
  private static final int SETTING_BYTES = 6;

  private final Socket socket;
  private final String[] more;
  private final OutputStream out;
  private final Map<Integer, AtomicInteger> frames = new ConcurrentHashMap<>();
  private final List<Integer> resets = new CopyOnWriteArrayList<>();
  private final AtomicLong dataBytes = new AtomicLong();
  private final Thread reader;
  private volatile boolean closedByPeer;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
  private final Map<String, String> headers = new ConcurrentHashMap<>();

  /// Connects, and announces that window for each stream.
  ///
  /// @param reads false to leave everything unread
  public RawHttp2(InetSocketAddress server, int window, boolean reads) throws IOException {
    this(connected(server), window, reads);
  }

  private static Socket connected(InetSocketAddress server) throws IOException {
    Socket socket = new Socket();
    socket.connect(server);
    return socket;
  }

  /// Over a connection, perhaps an encrypted one.
  ///
  /// @param more headers of each call, as names and values in turn
  public RawHttp2(Socket connection, int window, boolean reads, String... more) throws IOException {
    this.socket = connection;
    this.more = more.clone();
    socket.setTcpNoDelay(true);
    out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    frame(
        SETTINGS,
        0,
        0,
        ByteBuffer.allocate(SETTING_BYTES)
            .putShort((short) INITIAL_WINDOW_SIZE)
            .putInt(window)
            .array());
    flush();
    reader = Thread.ofPlatform().daemon().unstarted(this::read);
    if (reads) {
      reader.start();
    }
  }

  /// Headers of a gRPC call of that method, such as `/Router/ListRoutes`.
  public RawHttp2 call(int stream, String method) throws IOException {
    String[] all = {
      ":method", "POST",
      ":scheme", "http",
      ":path", method,
      ":authority", "localhost",
      "te", "trailers",
      "content-type", "application/grpc"
    };
    return headers(
        stream, 0, Stream.concat(Arrays.stream(all), Arrays.stream(more)).toArray(String[]::new));
  }

  /// Any headers, as names and values in turn.
  public RawHttp2 headers(int stream, int flags, String... namesAndValues) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.write(0);
      literal(block, namesAndValues[i]);
      literal(block, namesAndValues[i + 1]);
    }
    return frame(HEADERS, flags | END_HEADERS, stream, block.toByteArray());
  }

  private static void literal(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    if (bytes.length > 126) {
      throw new IllegalArgumentException("text must be at most 126 bytes: " + text);
    }
    block.write(bytes.length);
    block.writeBytes(bytes);
  }

  /// A gRPC message, and the end of the client's messages.
  public RawHttp2 lastMessage(int stream, byte[] message) throws IOException {
    return frame(DATA, END_STREAM, stream, framed(0, message));
  }

  /// A gRPC message.
  public RawHttp2 message(int stream, byte[] message) throws IOException {
    return frame(DATA, 0, stream, framed(0, message));
  }

  /// The bytes of a message as gRPC frames it.
  public static byte[] framed(int flag, byte[] message) {
    return ByteBuffer.allocate(Byte.BYTES + Integer.BYTES + message.length)
        .put((byte) flag)
        .putInt(message.length)
        .put(message)
        .array();
  }

  /// A reset of a stream, as a client that gives up sends it.
  public RawHttp2 reset(int stream) throws IOException {
    return frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
  }

  /// Room for so many more bytes of a stream, or of the connection: 0.
  public RawHttp2 window(int stream, int more) throws IOException {
    return frame(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(Integer.BYTES).putInt(more).array());
  }

  /// Any frame.
  public synchronized RawHttp2 frame(int type, int flags, int stream, byte[] payload)
      throws IOException {
    out.write(
        ByteBuffer.allocate(HEADER_BYTES)
            .put((byte) (payload.length >> 16))
            .putShort((short) payload.length)
            .put((byte) type)
            .put((byte) flags)
            .putInt(stream)
            .array());
    out.write(payload);
    return this;
  }

  /// Sends what was written.
  public synchronized RawHttp2 flush() throws IOException {
    out.flush();
    return this;
  }

  private void read() {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        if (type == HEADERS) {
          headers.putAll(decoded(payload));
        }
        if (type == RST_STREAM) {
          resets.add(stream);
        }
        dataBytes.addAndGet(type == DATA ? length : 0);
        count(type).incrementAndGet();
        if (type == SETTINGS && (flags & ACK) == 0) {
          frame(SETTINGS, ACK, 0, new byte[0]).flush();
        }
      }
    } catch (IOException e) {
      closedByPeer = true;
    }
  }

  private AtomicInteger count(int type) {
    return frames.computeIfAbsent(type, each -> new AtomicInteger());
  }

  /// Frames of that type that came.
  public int received(int type) {
    return count(type).get();
  }

  /// The streams that the server reset, in order.
  public List<Integer> resets() {
    return resets;
  }

  /// Bytes of data frames that came.
  public long dataBytes() {
    return dataBytes.get();
  }

  /// The value of a header or trailer that came last; empty if none did.
  public String header(String name) {
    return headers.getOrDefault(name, "");
  }

  private Map<String, String> decoded(byte[] block) {
    Map<String, String> decoded = new HashMap<>();
    try {
      decoder
          .decodeHeaders(1, Unpooled.wrappedBuffer(block))
          .forEach(each -> decoded.put(each.getKey().toString(), each.getValue().toString()));
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
    return decoded;
  }

  /// True once the server has closed the connection; only of one that reads.
  public boolean isClosedByPeer() {
    return closedByPeer;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
