package guidepost.guide.feeds;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.Arrays;

/// Looks at the first bytes of a stream and goes back.
final class Head {

  private Head() {}

  /// The first bytes as text. Where the stream fails they end, and it fails again when it is read.
  ///
  /// @throws IOException if it fails at once
  static String of(BufferedInputStream in, int bytesMax, Charset charset) throws IOException {
    return new String(bytes(in, bytesMax), charset);
  }

  /// The first bytes. Where the stream fails they end, and it fails again when it is read.
  ///
  /// @throws IOException if it fails at once
  static byte[] bytes(BufferedInputStream in, int bytesMax) throws IOException {
    byte[] head = new byte[bytesMax];
    int length = 0;
    in.mark(bytesMax);
    try {
      int next = in.read();
      while (next >= 0) {
        head[length++] = (byte) next;
        next = length < bytesMax ? in.read() : -1;
      }
    } catch (IOException e) {
      if (length == 0) {
        throw e;
      }
    }
    in.reset();
    return Arrays.copyOf(head, length);
  }
}
