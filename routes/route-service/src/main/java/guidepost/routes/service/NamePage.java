package guidepost.routes.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import guidepost.routes.table.InvalidRouteException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/// A page of a list by name: which name it comes behind, and how long it is. What is added or
/// deleted between two pages moves nothing.
///
/// ```
///   token: timeline u64, last name; in base64url
/// ```
///
/// @param size entries
/// @param after the last name of the page before; empty before the first
/// @param timeline the server's
record NamePage(int size, String after, long timeline) {

  /// As many as fit into one message by far.
  static final int SIZE_MAX = 1_000;

  /// The page that a request asks for.
  ///
  /// @param size 0 for the most; more is taken for that
  /// @param token empty for the first page
  /// @throws InvalidRouteException if the token is none
  /// @throws guidepost.calls.RejectedException OUT_OF_RANGE if it is of another timeline
  static NamePage of(int size, String token, long timeline) {
    long asked = size == 0 ? SIZE_MAX : Integer.toUnsignedLong(size);
    return new NamePage((int) Math.min(asked, SIZE_MAX), name(token, timeline), timeline);
  }

  private static String name(String token, long timeline) {
    if (token.isEmpty()) {
      return "";
    }
    ByteBuffer in = decoded(token);
    try {
      if (in.getLong() != timeline) {
        throw RouteRejections.otherTimeline(token);
      }
    } catch (BufferUnderflowException e) {
      throw invalid(token);
    }
    return UTF_8.decode(in).toString();
  }

  private static ByteBuffer decoded(String token) {
    try {
      return ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
    } catch (IllegalArgumentException e) {
      throw invalid(token);
    }
  }

  private static InvalidRouteException invalid(String token) {
    return new InvalidRouteException(
        "page_token.foreign", "page_token", token, "must be one that this server gave");
  }

  /// What is on it.
  ///
  /// @param nextToken where the next page begins; empty if there is none
  record Found<T>(List<T> entries, String nextToken) {}

  /// Takes the page off what comes behind [#after].
  ///
  /// @param following in the order of their names
  <T> Found<T> of(Iterable<T> following, Function<T, String> name) {
    List<T> entries = new ArrayList<>();
    Iterator<T> rest = following.iterator();
    while (rest.hasNext() && entries.size() < size) {
      entries.add(rest.next());
    }
    return new Found<>(entries, rest.hasNext() ? token(name.apply(entries.getLast())) : "");
  }

  private String token(String name) {
    byte[] bytes = name.getBytes(UTF_8);
    ByteBuffer out = ByteBuffer.allocate(Long.BYTES + bytes.length);
    out.putLong(timeline).put(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.array());
  }
}
