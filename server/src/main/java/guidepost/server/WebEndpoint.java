package guidepost.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.web.Served;
import guidepost.web.WebOptions;
import guidepost.web.WebPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The web port of a server, which starts beside the calls that the gRPC port answers already: it
/// takes seconds of a processor, which no router should wait for.
///
/// An address that somebody asked for must be had, so it is tried before anything else; without the
/// default one the server does its work too.
///
/// Threads: any.
final class WebEndpoint implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WebEndpoint.class);

  private final WebSettings settings;
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread starting;

  @GuardedBy("lock")
  private @Nullable WebPort port;

  @GuardedBy("lock")
  private boolean closed;

  private WebEndpoint(WebSettings settings, WebOptions options, Served served) {
    this.settings = settings;
    this.starting =
        Thread.ofPlatform()
            .name("guidepost-web-start")
            .daemon()
            .unstarted(() -> startNow(options, served));
  }

  /// Refuses an address that somebody asked for and that cannot be had.
  static void requireFree(WebSettings settings) throws ServerStartException {
    if (!settings.required() || settings.listen().port() == 0) {
      return;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(settings.listen().resolve());
    } catch (UnknownHostException e) {
      throw failed(settings, ServerStartException.Reason.OPTIONS, "no such host", e);
    } catch (IOException e) {
      ServerStartException.Reason reason =
          Endpoint.isInUse(e)
              ? ServerStartException.Reason.BUSY
              : ServerStartException.Reason.OPTIONS;
      throw failed(settings, reason, Endpoint.reason(e, "--web-listen"), e);
    }
  }

  private static ServerStartException failed(
      WebSettings settings, ServerStartException.Reason reason, String text, IOException e) {
    return new ServerStartException(
        reason, "web listen address %s: %s".formatted(settings.listen(), text), e);
  }

  /// Starts it on a thread of its own.
  static WebEndpoint start(
      WebSettings settings, ConnectionLimits limits, int messageBytesMax, Served served)
      throws ServerStartException {
    InetSocketAddress address;
    try {
      address = settings.listen().resolve();
    } catch (UnknownHostException e) {
      throw failed(settings, ServerStartException.Reason.OPTIONS, "no such host", e);
    }
    WebOptions options =
        new WebOptions(
            address,
            settings.origins(),
            messageBytesMax,
            limits.callsMax(),
            limits.resetsMax(),
            limits.resetsWindow(),
            limits.greetingTimeout(),
            settings.requestTimeout(),
            limits.stallTimeout(),
            limits.idleMax(),
            settings.headerBytesMax(),
            settings.heartbeat());
    WebEndpoint endpoint = new WebEndpoint(settings, options, served);
    endpoint.starting.start();
    return endpoint;
  }

  private void startNow(WebOptions options, Served served) {
    try {
      WebPort started = WebPort.start(options, served);
      if (keep(started)) {
        LOG.info(
            "web port on {}://{}",
            served.access().tls().isPresent() ? "https" : "http",
            settings.listen().withPort(started.address().getPort()));
      } else {
        started.close();
      }
    } catch (IOException e) {
      String text = Endpoint.reason(e, "--web-listen");
      if (settings.required()) {
        LOG.error("no web port: {}: {}", settings.listen(), text);
      } else {
        LOG.warn("no web port: {}: {}", settings.listen(), text);
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.error("no web port", e);
    }
  }

  private boolean keep(WebPort started) {
    lock.lock();
    try {
      if (!closed) {
        port = started;
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /// Where it listens, once it does or has failed to; empty if it does not.
  Optional<ListenAddress> address() {
    awaitStart();
    lock.lock();
    try {
      WebPort started = port;
      return started == null
          ? Optional.empty()
          : Optional.of(settings.listen().withPort(started.address().getPort()));
    } finally {
      lock.unlock();
    }
  }

  private void awaitStart() {
    try {
      starting.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Cuts what is under way, after a moment to finish.
  @Override
  public void close() {
    WebPort started;
    lock.lock();
    try {
      closed = true;
      started = port;
      port = null;
    } finally {
      lock.unlock();
    }
    if (started != null) {
      started.close();
    }
    awaitStart();
  }
}
