package guidepost.access;

import guidepost.calls.Denial;
import guidepost.calls.EndableCall;
import guidepost.calls.IdentityMeters;
import guidepost.calls.Rejection;
import io.grpc.ServerCall;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The streams that known callers have open: a stream may outlive the token that opened it, and
/// ends then.
///
/// Threads: any.
final class OpenStreams {

  private final Set<Open> open = ConcurrentHashMap.newKeySet();

  /// A stream of a known caller.
  static final class Open {

    private final Access.Known known;
    private final Connection connection;
    private volatile @Nullable EndableCall<?, ?> call;
    private volatile @Nullable Knowledge by;

    private Open(Access.Known known, Connection connection) {
      this.known = known;
      this.connection = connection;
    }

    Access.Known known() {
      return known;
    }

    Connection connection() {
      return connection;
    }

    /// The knowledge that its caller was judged by last; null before the first time.
    @Nullable Knowledge by() {
      return by;
    }

    void judgedBy(Knowledge newer) {
      by = newer;
    }

    private void end(Rejection why) {
      EndableCall<?, ?> ended = call;
      if (ended != null) {
        Denial.log(
            known.caller(), "its open calls end: what proved its name, or its grants, changed");
        ended.end(why);
      }
    }
  }

  /// Takes in a call that is about to begin, until it ends.
  ///
  /// @param meter counts it as a stream already
  <Q, A> EndableCall<Q, A> add(
      ServerCall<Q, A> call,
      Access.Known known,
      Connection connection,
      IdentityMeters.Meter meter) {
    Open opened = new Open(known, connection);
    EndableCall<Q, A> endable =
        new EndableCall<>(
            call,
            () -> {
              if (open.remove(opened)) {
                meter.end();
              }
            });
    opened.call = endable;
    open.add(opened);
    return endable;
  }

  /// Ends the calls that there is a reason to end.
  ///
  /// @param verdict why; empty to go on
  void end(Function<Open, Optional<Rejection>> verdict) {
    List.copyOf(open).forEach(each -> verdict.apply(each).ifPresent(each::end));
  }
}
