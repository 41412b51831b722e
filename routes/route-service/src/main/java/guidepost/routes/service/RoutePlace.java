package guidepost.routes.service;

import com.google.protobuf.ByteString;
import guidepost.calls.PageToken;
import guidepost.routes.table.Address;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.v1.GetRoutesRequest;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/// Where a list of routes goes on: behind one of them. The position of a [PageToken]:
///
/// ```
///   installed   8 bytes        tells the route among those of its prefix
///   length      1 byte         of the prefix
///   address     4 or 16 bytes  of the prefix
/// ```
///
/// @param prefix of the last route
/// @param installed place of the last route in the order of installation
record RoutePlace(Prefix prefix, long installed) {

  private static final int HEAD_BYTES = Long.BYTES + 1;

  /// Behind a route.
  static RoutePlace after(Route last) {
    return new RoutePlace(last.prefix(), last.installed());
  }

  /// The token that a request brings.
  ///
  /// @param timeline the server's
  /// @throws guidepost.calls.RejectedException if it is none of this question or timeline
  static PageToken token(GetRoutesRequest request, long timeline) {
    return PageToken.parse(request.getPageToken(), PageToken.question(request), timeline);
  }

  /// That of a token.
  ///
  /// @throws guidepost.calls.RejectedException if it is none
  static RoutePlace of(PageToken token) {
    ByteBuffer in = token.position().asReadOnlyByteBuffer();
    try {
      long installed = in.getLong();
      int length = Byte.toUnsignedInt(in.get());
      byte[] address = new byte[in.remaining()];
      in.get(address);
      return new RoutePlace(new Prefix(Address.ofBytes(address), length), installed);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw PageToken.foreign(token.text());
    }
  }

  /// The token of the next page of a request.
  ///
  /// @param timeline the server's
  /// @param revision of the first page
  String token(GetRoutesRequest request, long timeline, long revision) {
    return new PageToken(PageToken.question(request), timeline, revision, bytes()).text();
  }

  private ByteString bytes() {
    byte[] address = prefix.address().toBytes();
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + address.length);
    out.putLong(installed).put((byte) prefix.length()).put(address);
    return ByteString.copyFrom(out.flip());
  }
}
