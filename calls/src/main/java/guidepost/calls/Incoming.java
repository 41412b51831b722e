package guidepost.calls;

import io.grpc.StatusRuntimeException;

/// A request as it came off the wire.
///
/// @param <Q> what it should be
sealed interface Incoming<Q> {

  /// It is what it should be.
  record Whole<Q>(Q message) implements Incoming<Q> {}

  /// It is too large, or not what it should be.
  record Refused<Q>(StatusRuntimeException why) implements Incoming<Q> {}
}
