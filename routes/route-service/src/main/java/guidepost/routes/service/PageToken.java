package guidepost.routes.service;

import guidepost.routes.table.Address;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.v1.GetRoutesRequest;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/// Where a page ended, so that the next one begins there, at the same revision.
///
/// ```
///   question u32, revision u64, installed u64, length u8, address 4 or 16 bytes; in base64url
/// ```
///
/// @param question a checksum of what was asked, so that a token of another question is noticed
/// @param revision that all pages are of
/// @param prefix of the last route
/// @param installed tells the last route among those of its prefix
record PageToken(int question, long revision, Prefix prefix, long installed) {

  private static final int HEAD_BYTES = 4 + 8 + 8 + 1;

  /// One that follows a route.
  static PageToken after(Route last, GetRoutesRequest request, long revision) {
    return new PageToken(question(request), revision, last.prefix(), last.installed());
  }

  private static int question(GetRoutesRequest request) {
    CRC32C checksum = new CRC32C();
    checksum.update(request.toBuilder().clearPageSize().clearPageToken().build().toByteArray());
    return (int) checksum.getValue();
  }

  String text() {
    byte[] address = prefix.address().toBytes();
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + address.length);
    out.putInt(question).putLong(revision).putLong(installed);
    out.put((byte) prefix.length()).put(address);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.array());
  }

  /// The token of a request.
  ///
  /// @throws InvalidRouteException if it is none, or one of another question
  static PageToken of(GetRoutesRequest request) {
    PageToken token = parse(request.getPageToken());
    if (token.question() != question(request)) {
      throw invalid(request.getPageToken(), "is of another question");
    }
    return token;
  }

  private static PageToken parse(String text) {
    try {
      ByteBuffer in = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      int question = in.getInt();
      long revision = in.getLong();
      long installed = in.getLong();
      int length = Byte.toUnsignedInt(in.get());
      byte[] address = new byte[in.remaining()];
      in.get(address);
      return new PageToken(
          question, revision, new Prefix(Address.ofBytes(address), length), installed);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw invalid(text, "is none that this server gave");
    }
  }

  private static InvalidRouteException invalid(String text, String reason) {
    return new InvalidRouteException("page_token", "page_token", text, reason);
  }
}
