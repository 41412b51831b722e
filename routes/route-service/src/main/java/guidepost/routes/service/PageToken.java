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
///   question u32, timeline u64, revision u64, installed u64, length u8, address 4 or 16 bytes; in base64url
/// ```
///
/// @param question a checksum of what was asked, so that a token of another question is noticed
/// @param timeline that the revision belongs to
/// @param revision that all pages are of
/// @param prefix of the last route
/// @param installed tells the last route among those of its prefix
record PageToken(int question, long timeline, long revision, Prefix prefix, long installed) {

  private static final int HEAD_BYTES = 4 + 8 + 8 + 8 + 1;

  /// One that follows a route.
  static PageToken after(Route last, GetRoutesRequest request, long timeline, long revision) {
    return new PageToken(question(request), timeline, revision, last.prefix(), last.installed());
  }

  private static int question(GetRoutesRequest request) {
    CRC32C checksum = new CRC32C();
    checksum.update(request.toBuilder().clearPageSize().clearPageToken().build().toByteArray());
    return (int) checksum.getValue();
  }

  String text() {
    byte[] address = prefix.address().toBytes();
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + address.length);
    out.putInt(question).putLong(timeline).putLong(revision).putLong(installed);
    out.put((byte) prefix.length()).put(address);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.array());
  }

  /// The token of a request.
  ///
  /// @param timeline the server's
  /// @throws InvalidRouteException if it is none, or one of another question
  /// @throws guidepost.calls.RejectedException OUT_OF_RANGE if it is of another timeline
  static PageToken of(GetRoutesRequest request, long timeline) {
    PageToken token = parse(request.getPageToken());
    if (token.question() != question(request)) {
      throw invalid(request.getPageToken(), "must be of the same question");
    }
    if (token.timeline() != timeline) {
      throw RouteRejections.otherTimeline(request.getPageToken());
    }
    return token;
  }

  private static PageToken parse(String text) {
    try {
      ByteBuffer in = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      int question = in.getInt();
      long timeline = in.getLong();
      long revision = in.getLong();
      long installed = in.getLong();
      int length = Byte.toUnsignedInt(in.get());
      byte[] address = new byte[in.remaining()];
      in.get(address);
      return new PageToken(
          question, timeline, revision, new Prefix(Address.ofBytes(address), length), installed);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw invalid(text, "must be one that this server gave");
    }
  }

  private static InvalidRouteException invalid(String text, String reason) {
    return new InvalidRouteException("page_token.foreign", "page_token", text, reason);
  }
}
