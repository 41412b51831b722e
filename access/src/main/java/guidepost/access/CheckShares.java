package guidepost.access;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How many JWTs may wait for a check, by who sent them: a client that invents JWTs uses up its own
/// share, and those of others are checked.
///
/// Threads: any.
final class CheckShares {

  /// Of all: a fifth of a second's work.
  static final int MAX = 400;

  /// Of one connection. A client has one JWT, and a proxy those of the callers that are new in this
  /// moment.
  static final int CONNECTION_MAX = 8;

  /// Of one address, which may open any number of connections: a quarter.
  static final int HOST_MAX = 100;

  private final Map<Object, Integer> waiting = new HashMap<>();
  private int all;

  /// Takes a place.
  ///
  /// @param connection whose; null if nothing is known of it
  /// @return false if all are taken, of this connection, of its address, or altogether
  synchronized boolean take(@Nullable Connection connection) {
    if (all >= MAX || (connection != null && isUsedUp(connection))) {
      return false;
    }
    all++;
    if (connection != null) {
      connection.sharers().forEach(each -> waiting.merge(each, 1, Integer::sum));
    }
    return true;
  }

  private boolean isUsedUp(Connection connection) {
    return waiting.getOrDefault(connection, 0) >= CONNECTION_MAX
        || connection.sharers().stream()
            .anyMatch(each -> waiting.getOrDefault(each, 0) >= HOST_MAX);
  }

  /// Gives a place back.
  synchronized void give(@Nullable Connection connection) {
    all--;
    if (connection != null) {
      connection
          .sharers()
          .forEach(each -> waiting.computeIfPresent(each, (_, n) -> n == 1 ? null : n - 1));
    }
  }

  /// Who has places now.
  synchronized int size() {
    return waiting.size();
  }
}
