package guidepost.calls;

/// What one identity may ask of a server, over all its connections.
///
/// An identity that opens more connections gets more turns, and a share of memory for each: so it
/// is the number of its connections that keeps it from taking the server alone, and the rate of its
/// calls that keeps a client that has gone wild from being noticed by others.
///
/// @param connections connections that its calls come on; calls on one more are refused
/// @param streams streaming calls open at once
/// @param callsPerSecond calls that it may begin per second, on average
/// @param burst calls that it may begin at once after a pause
public record IdentityLimits(int connections, int streams, int callsPerSecond, int burst) {

  /// As many connections as a fleet of collectors behind one name has: each may hold 4 MiB. Half as
  /// many streams as routes may have watches, so that one identity does not take them all. More
  /// calls than two processors answer, so that the limit bounds what one identity takes of a larger
  /// machine; a bulk look-up is one call.
  public static final IdentityLimits DEFAULTS = new IdentityLimits(256, 512, 100_000, 200_000);

  /// @throws IllegalArgumentException if one is not positive
  public IdentityLimits {
    if (connections < 1 || streams < 1 || callsPerSecond < 1 || burst < 1) {
      throw new IllegalArgumentException(
          "limits of an identity must be at least 1: %d, %d, %d, %d"
              .formatted(connections, streams, callsPerSecond, burst));
    }
  }
}
