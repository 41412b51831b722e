package guidepost.guide.features;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import guidepost.calls.Reason;
import guidepost.calls.RejectedException;
import guidepost.calls.Rejection;
import guidepost.guide.index.ListPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32;

/// Where a list goes on: behind a feature, in answer to the same question.
///
/// To callers it is a word; what it says is this, in base 64:
///
/// ```
///   question   4 bytes   checksum of the request without page and limit
///   first      8 bytes   key of the place, or metres along the path
///   second     8 bytes   order at the place, or 0
///   id         the rest  of the feature, where metres do not tell features apart
/// ```
record PageToken(int question, long first, long second, String id) {

  private static final int FIXED_BYTES = Integer.BYTES + 2 * Long.BYTES;

  /// Behind a position in the order of the index.
  static PageToken after(int question, ListPosition position) {
    return new PageToken(question, position.key(), position.order(), "");
  }

  /// Behind a feature on a path.
  static PageToken after(int question, double metres, String id) {
    return new PageToken(question, Double.doubleToRawLongBits(metres), 0, id);
  }

  ListPosition position() {
    return new ListPosition(first, second);
  }

  double metres() {
    return Double.longBitsToDouble(first);
  }

  /// What tells one question from another.
  ///
  /// @param request with neither page nor limit
  static int question(MessageLite request) {
    byte[] bytes = new byte[request.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      request.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CRC32 sum = new CRC32();
    sum.update(bytes);
    return (int) sum.getValue();
  }

  /// @throws RejectedException if it is not a token of this question
  static PageToken parse(String text, int question) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (bytes.length >= FIXED_BYTES && ByteBuffer.wrap(bytes).getInt() == question) {
        return read(bytes);
      }
    } catch (IllegalArgumentException e) {
      throw foreign(text);
    }
    throw foreign(text);
  }

  private static PageToken read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new PageToken(
        in.getInt(),
        in.getLong(),
        in.getLong(),
        new String(bytes, FIXED_BYTES, bytes.length - FIXED_BYTES, UTF_8));
  }

  /// It is not a token of this question.
  static RejectedException foreign(String text) {
    return Rejection.of(
            Reason.PAGE_TOKEN_FOREIGN,
            "page_token",
            text,
            "must be the next_page_token of the same request")
        .asException();
  }

  /// The word for callers.
  String text() {
    byte[] itsId = id.getBytes(UTF_8);
    ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + itsId.length);
    out.putInt(question).putLong(first).putLong(second).put(itsId);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.array());
  }
}
