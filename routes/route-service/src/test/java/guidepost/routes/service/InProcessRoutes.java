package guidepost.routes.service;

import com.google.protobuf.Empty;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.MemoryJournalStore;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.Route;
import guidepost.seed.routetable.RouterGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;

/// The route service over an in-memory journal and gRPC's in-process transport.
final class InProcessRoutes implements AutoCloseable {

  private static final Metadata.Key<String> EXTENDED =
      Metadata.Key.of("guidepost-extended", Metadata.ASCII_STRING_MARSHALLER);

  private final MemoryJournalStore store;
  private final RouteService service;
  private final Server server;
  private final ManagedChannel channel;

  private InProcessRoutes(MemoryJournalStore store, RouteService service) throws IOException {
    this.store = store;
    this.service = service;
    String name = UUID.randomUUID().toString();
    InProcessServerBuilder builder = InProcessServerBuilder.forName(name).directExecutor();
    service.services().forEach(builder::addService);
    service.aliases().forEach(builder::addService);
    this.server = builder.build().start();
    this.channel = InProcessChannelBuilder.forName(name).build();
  }

  static InProcessRoutes start() throws JournalException, IOException {
    return start(RouteLimits.DEFAULT);
  }

  static InProcessRoutes start(RouteLimits limits) throws JournalException, IOException {
    return start(limits, UnaryOperator.identity());
  }

  /// @param around the journal that the service is to have instead
  static InProcessRoutes start(RouteLimits limits, UnaryOperator<Journal> around)
      throws JournalException, IOException {
    return start(limits, around, SourceCalls.timer());
  }

  /// @param graceTimer measures how long sources have been gone
  static InProcessRoutes start(ScheduledExecutorService graceTimer)
      throws JournalException, IOException {
    return start(RouteLimits.DEFAULT, UnaryOperator.identity(), graceTimer);
  }

  static InProcessRoutes start(
      RouteLimits limits, UnaryOperator<Journal> around, ScheduledExecutorService graceTimer)
      throws JournalException, IOException {
    MemoryJournalStore store = new MemoryJournalStore();
    Journal journal = around.apply(store.journal("routes"));
    return new InProcessRoutes(store, RouteService.open(journal, limits, graceTimer));
  }

  /// Ends this service and begins another over what it wrote.
  InProcessRoutes restart() throws JournalException, IOException {
    close();
    MemoryJournalStore reopened = store.reopen();
    return new InProcessRoutes(
        reopened, RouteService.open(reopened.journal("routes"), RouteLimits.DEFAULT));
  }

  void shutdown() {
    service.shutdown();
  }

  int queuedChanges() {
    return service.stats().queuedChanges();
  }

  /// What readers see.
  PublishedRoutes published() {
    return service.published();
  }

  Journal journal() {
    return store.journal("routes");
  }

  MemoryJournalStore store() {
    return store;
  }

  ManagedChannel channel() {
    return channel;
  }

  RouterGrpc.RouterBlockingStub router() {
    return RouterGrpc.newBlockingStub(channel);
  }

  RouterGrpc.RouterStub routerAsync() {
    return RouterGrpc.newStub(channel);
  }

  RoutesGrpc.RoutesBlockingStub routes() {
    return RoutesGrpc.newBlockingStub(channel);
  }

  RoutesGrpc.RoutesStub routesAsync() {
    return RoutesGrpc.newStub(channel);
  }

  /// A stub that asks for the fields from 10 on.
  static <S extends AbstractStub<S>> S extended(S stub) {
    return asking("1", stub);
  }

  /// A stub that says so for `guidepost-extended`.
  static <S extends AbstractStub<S>> S asking(String extended, S stub) {
    Metadata headers = new Metadata();
    headers.put(EXTENDED, extended);
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  Route get(String network, String mask) {
    return router().getRoute(Destination.newBuilder().setNetwork(network).setMask(mask).build());
  }

  List<Route> list() {
    List<Route> routes = new ArrayList<>();
    router().listRoutes(Empty.getDefaultInstance()).forEachRemaining(routes::add);
    return routes;
  }

  /// Ends the service under the server, which goes on.
  void closeService() {
    service.close();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
    service.close();
  }
}
