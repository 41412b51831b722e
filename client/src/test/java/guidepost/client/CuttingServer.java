package guidepost.client;

import guidepost.calls.ServedFront;
import guidepost.guide.service.GuideLimits;
import guidepost.guide.service.GuideService;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.NotesGrpc;
import guidepost.journal.Journal;
import guidepost.journal.MemoryJournalStore;
import guidepost.routes.service.RouteLimits;
import guidepost.routes.service.RouteService;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.testing.Patience;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Real services of routes and of the guide whose watches are cut after so many messages; they can
/// be restarted, and exchanged for those of other data.
final class CuttingServer implements AutoCloseable {

  private static final Set<MethodDescriptor<?, ?>> WATCHES =
      Set.of(
          RoutesGrpc.getWatchMethod(),
          FeaturesGrpc.getWatchMethod(),
          NotesGrpc.getSubscribeMethod());

  private final String name = InProcessServerBuilder.generateName();
  private final GuidepostClient client = connect();
  private final AtomicInteger cuts = new AtomicInteger();
  private final Set<Cut<?, ?>> open = ConcurrentHashMap.newKeySet();
  private MemoryJournalStore store = new MemoryJournalStore();
  private List<ServedFront> fronts;
  private Server server;
  private GuidepostClient writer;
  private volatile int messagesPerCall = Integer.MAX_VALUE;
  private volatile boolean cutsOnce;

  CuttingServer() throws Exception {
    fronts = open();
    server = serve();
    writer = connect();
  }

  private GuidepostClient connect() {
    return new GuidepostClient(InProcessChannelBuilder.forName(name).build(), Patience.LIMIT);
  }

  private List<ServedFront> open() throws Exception {
    List<ServedFront> opened = new ArrayList<>();
    opened.add(RouteService.open(store.journal("routes"), RouteLimits.DEFAULT));
    opened.addAll(GuideService.open(store, GuideLimits.DEFAULTS).fronts());
    return opened;
  }

  private Server serve() throws Exception {
    InProcessServerBuilder builder = InProcessServerBuilder.forName(name);
    fronts.stream()
        .flatMap(front -> front.services().stream())
        .forEach(each -> builder.addService(ServerInterceptors.intercept(each, new Cutter())));
    return builder.build().start();
  }

  GuidepostClient client() {
    return client;
  }

  /// One that has never seen the server away, and is not waiting for it to come back.
  GuidepostClient writer() {
    return writer;
  }

  Journal journal() throws Exception {
    return journal("routes");
  }

  Journal journal(String domain) throws Exception {
    return store.journal(domain);
  }

  /// From now on every watch.
  void cutAfter(int messages) {
    messagesPerCall = messages;
  }

  /// The next watch that is sent so many messages, and no other after it.
  void cutOnceAfter(int messages) {
    cutsOnce = true;
    messagesPerCall = messages;
  }

  int cuts() {
    return cuts.get();
  }

  /// Cuts all watches, and every further one before its first message.
  void breakOff() {
    messagesPerCall = 0;
    open.forEach(Cut::cut);
  }

  /// Cuts no more.
  void mend() {
    messagesPerCall = Integer.MAX_VALUE;
  }

  /// Ends, and begins again with the same data.
  void restart() throws Exception {
    restartWith(store.reopen());
  }

  /// Ends, and begins again with no data, and other revisions.
  void restartEmpty() throws Exception {
    restartWith(new MemoryJournalStore());
  }

  private void restartWith(MemoryJournalStore next) throws Exception {
    stop();
    store = next;
    fronts = open();
    server = serve();
    writer = connect();
  }

  private void stop() throws InterruptedException {
    writer.close();
    server.shutdownNow();
    server.awaitTermination();
    fronts.forEach(ServedFront::close);
  }

  private final class Cutter implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      if (!WATCHES.contains(call.getMethodDescriptor())) {
        return next.startCall(call, headers);
      }
      Cut<Q, A> cut = new Cut<>(call);
      if (messagesPerCall == 0) {
        cut.cut();
        return new ServerCall.Listener<>() {};
      }
      open.add(cut);
      return next.startCall(cut, headers);
    }
  }

  private final class Cut<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private int messages;
    private boolean closed;

    Cut(ServerCall<Q, A> call) {
      super(call);
    }

    @Override
    public synchronized void sendMessage(A message) {
      if (closed) {
        return;
      }
      messages++;
      if (messages <= messagesPerCall) {
        super.sendMessage(message);
      }
      if (messages >= messagesPerCall) {
        if (cutsOnce) {
          mend();
        }
        cut();
      }
    }

    synchronized void cut() {
      cuts.incrementAndGet();
      close(Status.UNAVAILABLE.withDescription("cut"), new Metadata());
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      open.remove(this);
      if (!closed) {
        closed = true;
        super.close(status, trailers);
      }
    }
  }

  @Override
  public void close() {
    client.close();
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
