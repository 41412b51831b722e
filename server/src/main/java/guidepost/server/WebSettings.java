package guidepost.server;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Where and how the web port listens.
///
/// @param listen where
/// @param required false if the server does without where the address is taken: nobody asked for
///   that one
/// @param hosts names by which browsers call the server, besides those of the gRPC port
/// @param origins sites whose pages may read answers
/// @param requestTimeout how long a request may take to arrive, and a single answer to be worked
///   out
/// @param headerBytesMax of one request's headers
/// @param heartbeat how long an event stream is silent at most
/// @param grpcAddress where clients reach the gRPC port, as the pages tell it; empty if at the host
///   of the page, and the port that it listens on
public record WebSettings(
    ListenAddress listen,
    boolean required,
    List<String> hosts,
    List<String> origins,
    Duration requestTimeout,
    int headerBytesMax,
    Duration heartbeat,
    Optional<ListenAddress> grpcAddress) {

  /// This machine only, at the port that is usual for that.
  public static final ListenAddress LOOPBACK = new ListenAddress("127.0.0.1", 8080);

  /// Longer than a server of a cluster waits until the outcome of a write counts as unknown: a
  /// request that ends before tells its caller nothing.
  static final Duration REQUEST_TIMEOUT = ClusterOptions.WRITE_TIMEOUT.plusSeconds(10);

  /// A token and cookies of others on the same host fit many times over.
  static final int HEADER_BYTES_MAX = 16 << 10;

  /// Shorter than proxies take for silence.
  static final Duration HEARTBEAT = Duration.ofSeconds(15);

  public WebSettings {
    hosts = List.copyOf(hosts);
    origins = List.copyOf(origins);
  }

  /// The defaults, at an address that must be had.
  public static WebSettings at(ListenAddress listen) {
    return new WebSettings(
        listen,
        true,
        List.of(),
        List.of(),
        REQUEST_TIMEOUT,
        HEADER_BYTES_MAX,
        HEARTBEAT,
        Optional.empty());
  }

  /// The same, and without a web port if the address is taken.
  public WebSettings ifFree() {
    return new WebSettings(
        listen, false, hosts, origins, requestTimeout, headerBytesMax, heartbeat, grpcAddress);
  }

  /// The same, for other names and other sites' pages.
  public WebSettings with(List<String> newHosts, List<String> newOrigins) {
    return new WebSettings(
        listen,
        required,
        newHosts,
        newOrigins,
        requestTimeout,
        headerBytesMax,
        heartbeat,
        grpcAddress);
  }

  /// The same, with other times.
  public WebSettings withTimes(Duration newRequestTimeout, Duration newHeartbeat) {
    return new WebSettings(
        listen,
        required,
        hosts,
        origins,
        newRequestTimeout,
        headerBytesMax,
        newHeartbeat,
        grpcAddress);
  }
}
