package guidepost.web;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// Where and how the web port listens.
///
/// @param listen where
/// @param origins pages of which other sites may read answers; none by default
/// @param messageBytesMax the largest body taken
/// @param streamsMax requests open at once on one connection of HTTP/2
/// @param resetsMax streams of a connection that may be reset within the window
/// @param resetsWindow at least a second
/// @param headersTimeout a connection whose next request does not have its headers after so long is
///   closed
/// @param requestTimeout a request that has not arrived, or a single answer that has not begun,
///   after so long ends
/// @param stallTimeout an answer whose client takes nothing of it ends after so long
/// @param idleMax a connection without a request is closed after so long
/// @param headerBytesMax of one request's headers
/// @param heartbeat between two events
public record WebOptions(
    InetSocketAddress listen,
    List<String> origins,
    int messageBytesMax,
    int streamsMax,
    int resetsMax,
    Duration resetsWindow,
    Duration headersTimeout,
    Duration requestTimeout,
    Duration stallTimeout,
    Duration idleMax,
    int headerBytesMax,
    Duration heartbeat) {

  public WebOptions {
    origins = List.copyOf(origins);
  }
}
