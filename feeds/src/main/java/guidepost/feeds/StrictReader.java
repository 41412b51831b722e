package guidepost.feeds;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.Objects;

/// Reads a text in a known encoding and never guesses: bytes that are not of the encoding are an
/// error that says where they stand, not U+FFFD.
///
/// What stands before such bytes, or before where the stream fails, is read first.
///
/// Threads: one.
public final class StrictReader extends Reader {

  private static final int BUFFER = 1 << 13;

  private final InputStream in;
  private final Charset charset;
  private final CharsetDecoder decoder;
  private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
  private final CharBuffer chars = CharBuffer.allocate(BUFFER).flip();

  /// Bytes before those in the buffer.
  private long offset;

  private boolean ended;
  private boolean flushed;

  /// @param in at the first byte; closed with the reader
  /// @param offset of that byte in its file, for messages
  public StrictReader(InputStream in, Charset charset, long offset) {
    this.in = in;
    this.charset = charset;
    this.offset = offset;
    this.decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  /// @throws InvalidFeedException if the next bytes are not of the encoding
  @Override
  public int read(char[] target, int from, int length) throws IOException {
    Objects.checkFromIndexSize(from, length, target.length);
    if (length == 0) {
      return 0;
    }
    while (!chars.hasRemaining()) {
      if (flushed) {
        return -1;
      }
      decodeMore();
    }
    int count = Math.min(length, chars.remaining());
    chars.get(target, from, count);
    return count;
  }

  private void decodeMore() throws IOException {
    chars.clear();
    try {
      CoderResult result = decoder.decode(bytes, chars, ended);
      if (chars.position() == 0 && result.isError()) {
        throw invalid();
      }
      if (chars.position() == 0 && result.isUnderflow()) {
        finishOrFill();
      }
    } finally {
      chars.flip();
    }
  }

  private void finishOrFill() throws IOException {
    if (ended) {
      decoder.flush(chars);
      flushed = true;
    } else {
      fill();
    }
  }

  private void fill() throws IOException {
    offset += bytes.position();
    bytes.compact();
    try {
      int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
      ended = count < 0;
      bytes.position(bytes.position() + Math.max(count, 0));
    } finally {
      bytes.flip();
    }
  }

  private InvalidFeedException invalid() {
    return new InvalidFeedException(
        "byte offset %d \"0x%02x\": must be %s; convert the file, or in XML declare its encoding"
            .formatted(
                offset + bytes.position(),
                Byte.toUnsignedInt(bytes.get(bytes.position())),
                charset.name()));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
