package guidepost.feeds;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The bytes at the beginning of a text that say its encoding.
///
/// Threads: any; immutable.
///
/// @param charset the encoding
/// @param length bytes that the mark has: 0 to 4; 0 where the first letters themselves say it
public record ByteOrderMark(Charset charset, int length) {

  /// Bytes that tell.
  public static final int BYTES_MAX = 4;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Sign(byte[] bytes, Charset charset) {

    static Sign of(Charset charset) {
      return new Sign("\ufeff".getBytes(charset), charset);
    }

    boolean begins(byte[] head) {
      return head.length >= bytes.length
          && Arrays.equals(bytes, 0, bytes.length, head, 0, bytes.length);
    }
  }

  private static final Charset UTF_32BE = Charset.forName("UTF-32BE");
  private static final Charset UTF_32LE = Charset.forName("UTF-32LE");

  /// That of UTF-32LE begins with that of UTF-16LE.
  private static final List<Sign> SIGNS =
      List.of(
          Sign.of(UTF_32BE),
          Sign.of(UTF_32LE),
          Sign.of(StandardCharsets.UTF_8),
          Sign.of(StandardCharsets.UTF_16BE),
          Sign.of(StandardCharsets.UTF_16LE));

  /// What the first bytes say; empty if they say nothing.
  ///
  /// @param head the first 4 bytes, or all if there are fewer
  public static Optional<ByteOrderMark> of(byte[] head) {
    return SIGNS.stream()
        .filter(sign -> sign.begins(head))
        .findFirst()
        .map(sign -> new ByteOrderMark(sign.charset(), sign.bytes().length))
        .or(() -> unmarked(head));
  }

  /// A text that is read here begins with letters of ASCII: UTF-16 and UTF-32 show by the zeros
  /// beside them.
  private static Optional<ByteOrderMark> unmarked(byte[] head) {
    StringBuilder zeros = new StringBuilder();
    for (int i = 0; i < Math.min(BYTES_MAX, head.length); i++) {
      zeros.append(head[i] == 0 ? '0' : 'x');
    }
    return switch (zeros.toString()) {
      case "000x" -> Optional.of(new ByteOrderMark(UTF_32BE, 0));
      case "x000" -> Optional.of(new ByteOrderMark(UTF_32LE, 0));
      case "0x0x" -> Optional.of(new ByteOrderMark(StandardCharsets.UTF_16BE, 0));
      case "x0x0" -> Optional.of(new ByteOrderMark(StandardCharsets.UTF_16LE, 0));
      default -> Optional.empty();
    };
  }
}
