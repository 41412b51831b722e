package guidepost.guide.features;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import guidepost.calls.PageToken;
import guidepost.guide.index.ListPosition;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/// Where a list of features goes on: behind one of them. The position of a [PageToken]:
///
/// ```
///   first    8 bytes   key of the place, or metres along the path
///   second   8 bytes   order at the place, or 0
///   id       the rest  of the feature, where metres do not tell features apart
/// ```
record ListPlace(long first, long second, String id) {

  private static final int FIXED_BYTES = 2 * Long.BYTES;

  /// Behind a position in the order of the index.
  static ListPlace after(ListPosition position) {
    return new ListPlace(position.key(), position.order(), "");
  }

  /// Behind a feature on a path.
  static ListPlace after(double metres, String id) {
    return new ListPlace(Double.doubleToRawLongBits(metres), 0, id);
  }

  /// That of a token of a list in the order of the index.
  ///
  /// @throws guidepost.calls.RejectedException if it is none
  static ListPlace inIndex(PageToken token) {
    ListPlace place = read(token);
    return required(place.id.isEmpty(), place, token);
  }

  /// That of a token of a list along a path.
  ///
  /// @throws guidepost.calls.RejectedException if it is none
  static ListPlace onPath(PageToken token) {
    ListPlace place = read(token);
    boolean isOnPath = Double.isFinite(place.metres()) && place.metres() >= 0 && place.second == 0;
    return required(isOnPath && !place.id.isEmpty(), place, token);
  }

  private static ListPlace read(PageToken token) {
    try {
      ByteBuffer in = token.position().asReadOnlyByteBuffer();
      return new ListPlace(in.getLong(), in.getLong(), UTF_8.decode(in).toString());
    } catch (BufferUnderflowException e) {
      throw PageToken.foreign(token.text());
    }
  }

  private static ListPlace required(boolean isPlace, ListPlace place, PageToken token) {
    if (!isPlace || !place.bytes().equals(token.position())) {
      throw PageToken.foreign(token.text());
    }
    return place;
  }

  ListPosition position() {
    return new ListPosition(first, second);
  }

  double metres() {
    return Double.longBitsToDouble(first);
  }

  ByteString bytes() {
    byte[] itsId = id.getBytes(UTF_8);
    ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + itsId.length);
    out.putLong(first).putLong(second).put(itsId);
    return ByteString.copyFrom(out.flip());
  }
}
