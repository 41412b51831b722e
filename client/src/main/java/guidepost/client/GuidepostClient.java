package guidepost.client;

import guidepost.server.v1.GetClusterRequest;
import guidepost.server.v1.GetClusterResponse;
import guidepost.server.v1.GetInfoRequest;
import guidepost.server.v1.GetInfoResponse;
import guidepost.server.v1.GetJournalsRequest;
import guidepost.server.v1.GetJournalsResponse;
import guidepost.server.v1.GetStatusRequest;
import guidepost.server.v1.GetStatusResponse;
import guidepost.server.v1.ServerGrpc;
import guidepost.server.v1.WhoAmIRequest;
import guidepost.server.v1.WhoAmIResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A connection to a server: made on the first call, restored when it breaks, shared by any number
/// of threads.
public final class GuidepostClient implements AutoCloseable {

  /// How long an answer may take unless told otherwise: a server of a cluster waits 35 s for its
  /// brokers before it says that the outcome of a write is unknown, unless it is told otherwise.
  public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(40);

  /// Largest answer taken, bytes: a batch of 512 of the largest features.
  static final int MESSAGE_BYTES_MAX = 16 << 20;

  /// A command that is done must not wait for a server that does not answer.
  private static final long CLOSE_SECONDS_MAX = 2;

  private static final Metadata.Key<String> EXTENDED =
      Metadata.Key.of("guidepost-extended", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel connection;
  private final ClientChannel extended;
  private final Duration patience;
  private final Optional<ClientLoop> loop;

  /// Over a channel of the caller's making, which is closed with the client.
  ///
  /// @param patience how long an answer, and each further one of a stream, may take
  public GuidepostClient(ManagedChannel connection, Duration patience) {
    this(connection, patience, Optional.empty());
  }

  /// @param loop of this client alone, if it has one
  GuidepostClient(ManagedChannel connection, Duration patience, Optional<ClientLoop> loop) {
    this.connection = connection;
    this.patience = patience;
    this.loop = loop;
    Metadata headers = new Metadata();
    headers.put(EXTENDED, "1");
    this.extended =
        new ClientChannel(connection, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /// A plaintext connection with the default patience.
  public static GuidepostClient connect(ServerAddress server) {
    return connect(server, DEFAULT_PATIENCE);
  }

  /// A plaintext connection.
  ///
  /// @param patience how long an answer, and each further one of a stream, may take
  public static GuidepostClient connect(ServerAddress server, Duration patience) {
    return to(server).patience(patience).connect();
  }

  /// A connection with TLS, a token or another patience.
  public static ClientBuilder to(ServerAddress server) {
    return new ClientBuilder(List.of(server));
  }

  /// Connections to several servers of one cluster: each call goes to the next one, a watch that
  /// breaks off resumes on another, and what the client has seen or written on one it sees on all.
  ///
  /// @param servers some of them, at least one
  public static ClientBuilder to(List<ServerAddress> servers) {
    return new ClientBuilder(servers);
  }

  /// The route table.
  public RoutesClient routes() {
    return new RoutesClient(extended, patience, "");
  }

  /// The features.
  public FeaturesClient features() {
    return new FeaturesClient(extended, patience);
  }

  /// Trips and notes.
  public GuideClient guide() {
    return new GuideClient(extended, patience);
  }

  /// Notes with kinds, votes and subscribers.
  public NotesClient notes() {
    return new NotesClient(extended, patience);
  }

  /// Trips that are kept.
  public TripsClient trips() {
    return new TripsClient(extended, patience);
  }

  /// What server this is.
  public GetInfoResponse info() {
    return ServerGrpc.newBlockingStub(connection)
        .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
        .getInfo(GetInfoRequest.getDefaultInstance());
  }

  /// Who the server takes this client for, and what it may do.
  public WhoAmIResponse whoAmI() {
    return ServerGrpc.newBlockingStub(connection)
        .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
        .whoAmI(WhoAmIRequest.getDefaultInstance());
  }

  /// What the server's journals hold, and how writing to them goes.
  public GetJournalsResponse journals() {
    return ServerGrpc.newBlockingStub(connection)
        .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
        .getJournals(GetJournalsRequest.getDefaultInstance());
  }

  /// What the server has done since it started, and what it holds now.
  public GetStatusResponse status() {
    return ServerGrpc.newBlockingStub(connection)
        .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
        .getStatus(GetStatusRequest.getDefaultInstance());
  }

  /// How the server takes part in a cluster, and how far it is.
  public GetClusterResponse cluster() {
    return ServerGrpc.newBlockingStub(connection)
        .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
        .getCluster(GetClusterRequest.getDefaultInstance());
  }

  /// Ends every call that is under way, and every watch, at the latest when it would try again:
  /// within 8 s.
  @Override
  public void close() {
    connection.shutdownNow();
    try {
      connection.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loop.ifPresent(ClientLoop::end);
  }
}
