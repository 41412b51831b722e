package guidepost.calls;

import guidepost.common.v1.AsOf;
import java.time.Instant;

/// The state that a question is about, and the field of the request that says so.
///
/// Threads: any; immutable.
public sealed interface Moment {

  /// The newest state, for which nothing must be undone.
  record Newest() implements Moment {}

  /// The state after a revision.
  ///
  /// @param field the path of what names it, as the client knows it
  /// @param value what stands there
  record After(String field, String value, long revision) implements Moment {}

  /// The state at a time.
  ///
  /// @param field its path, as the client knows it
  record At(String field, Instant time) implements Moment {}

  /// What a request asks for.
  ///
  /// @param field the path of the message: `as_of`
  /// @throws RejectedException if it is a time outside the years 1 to 9999
  static Moment of(String field, AsOf asOf) {
    return switch (asOf.getStateCase()) {
      case STATE_NOT_SET -> new Newest();
      case REVISION ->
          new After(
              field + ".revision", Long.toUnsignedString(asOf.getRevision()), asOf.getRevision());
      case TIME -> new At(field + ".time", Fields.time(field + ".time", asOf.getTime()));
    };
  }

  /// The state that the page before was of.
  static Moment of(PageToken token) {
    return new After("page_token", token.text(), token.revision());
  }

  /// True of the newest state.
  default boolean isNewest() {
    return this instanceof Newest;
  }

  /// True if it can only mean a revision.
  default boolean isAfter(long revision) {
    return this instanceof After after && after.revision() == revision;
  }
}
