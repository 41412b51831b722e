package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// A UTF-8 text whose beginning can be looked at before it is read.
///
/// @param reader at the first character after a byte order mark
/// @param head the first characters, at most 8,192
record TextInput(BufferedReader reader, String head) {

  private static final int HEAD_LENGTH_MAX = 8192;

  /// Looks at the beginning and steps over a byte order mark.
  ///
  /// @throws InvalidFeedException if the beginning is not UTF-8
  static TextInput open(InputStream in) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()), 1 << 16);
    try {
      reader.mark(HEAD_LENGTH_MAX);
      String head = fill(reader);
      reader.reset();
      boolean marked = head.startsWith("\ufeff");
      if (marked) {
        reader.skip(1);
      }
      return new TextInput(reader, head.substring(marked ? 1 : 0));
    } catch (CharacterCodingException e) {
      throw notText(e);
    }
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
      if (length == 0 || e instanceof CharacterCodingException) {
        throw e;
      }
    }
    return new String(head, 0, length);
  }

  static InvalidFeedException notText(CharacterCodingException e) {
    return new InvalidFeedException("must be UTF-8 text: it has bytes that are not", e);
  }
}
