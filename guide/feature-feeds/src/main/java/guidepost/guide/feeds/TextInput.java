package guidepost.guide.feeds;

import guidepost.feeds.ByteOrderMark;
import guidepost.feeds.InvalidFeedException;
import guidepost.feeds.StrictReader;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A text whose beginning can be looked at before it is read: in UTF-16 or UTF-32 if its first
/// bytes say so, else in UTF-8.
///
/// @param reader at the first character after a byte order mark
/// @param head the first characters, at most 8,192
record TextInput(BufferedReader reader, String head) {

  /// A format shows in its first lines.
  private static final int HEAD_LENGTH_MAX = 8192;

  /// Looks at the beginning and steps over a byte order mark.
  ///
  /// @throws InvalidFeedException if the beginning is not in its encoding
  static TextInput open(InputStream in) throws IOException {
    BufferedInputStream bytes =
        in instanceof BufferedInputStream buffered ? buffered : new BufferedInputStream(in);
    Optional<ByteOrderMark> mark = ByteOrderMark.of(Head.bytes(bytes, ByteOrderMark.BYTES_MAX));
    return open(
        bytes,
        mark.map(ByteOrderMark::charset).orElse(StandardCharsets.UTF_8),
        mark.map(ByteOrderMark::length).orElse(0));
  }

  /// @param skipped bytes of a byte order mark
  static TextInput open(BufferedInputStream in, Charset charset, int skipped) throws IOException {
    in.skipNBytes(skipped);
    BufferedReader reader = new BufferedReader(new StrictReader(in, charset, skipped), 1 << 16);
    reader.mark(HEAD_LENGTH_MAX);
    String head = fill(reader);
    reader.reset();
    return new TextInput(reader, head);
  }

  /// Reads on to where the stream fails: what stands before that is read as if it did not, and then
  /// it fails again.
  private static String fill(BufferedReader reader) throws IOException {
    char[] head = new char[HEAD_LENGTH_MAX];
    int length = 0;
    try {
      for (int n = 0; n >= 0 && length < head.length; length += Math.max(n, 0)) {
        n = reader.read(head, length, head.length - length);
      }
    } catch (IOException e) {
      if (length == 0 || e instanceof InvalidFeedException) {
        throw e;
      }
    }
    return new String(head, 0, length);
  }
}
