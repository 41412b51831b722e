package guidepost.client;

import guidepost.journal.Journal;
import guidepost.journal.MemoryJournalStore;
import guidepost.routes.service.RouteLimits;
import guidepost.routes.service.RouteService;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.testing.Patience;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.util.concurrent.atomic.AtomicInteger;

/// A real route service whose Watch calls are cut after so many messages.
final class CuttingRoutes implements AutoCloseable {

  private final MemoryJournalStore store = new MemoryJournalStore();
  private final RouteService service;
  private final Server server;
  private final GuidepostClient client;
  private final AtomicInteger cuts = new AtomicInteger();
  private volatile int messagesPerCall = Integer.MAX_VALUE;

  CuttingRoutes() throws Exception {
    service = RouteService.open(store.journal("routes"), RouteLimits.DEFAULT);
    String name = InProcessServerBuilder.generateName();
    InProcessServerBuilder builder = InProcessServerBuilder.forName(name);
    service
        .services()
        .forEach(each -> builder.addService(ServerInterceptors.intercept(each, new Cutter())));
    server = builder.build().start();
    client = new GuidepostClient(InProcessChannelBuilder.forName(name).build(), Patience.LIMIT);
  }

  GuidepostClient client() {
    return client;
  }

  Journal journal() {
    return store.journal("routes");
  }

  /// From now on.
  void cutAfter(int messages) {
    messagesPerCall = messages;
  }

  int cuts() {
    return cuts.get();
  }

  private final class Cutter implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      boolean isWatch = call.getMethodDescriptor().equals(RoutesGrpc.getWatchMethod());
      return next.startCall(isWatch ? new Cut<>(call) : call, headers);
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
        cuts.incrementAndGet();
        close(Status.UNAVAILABLE.withDescription("cut"), new Metadata());
      }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      if (!closed) {
        closed = true;
        super.close(status, trailers);
      }
    }
  }

  @Override
  public void close() {
    client.close();
    server.shutdownNow();
    service.close();
  }
}
