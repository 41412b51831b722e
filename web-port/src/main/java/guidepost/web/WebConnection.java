package guidepost.web;

import guidepost.access.Access;
import guidepost.calls.ConnectionAccount;
import guidepost.calls.ServerBudget;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A connection of the web port: its account, what its client's certificate proves, and the end of
/// one that sends its headers byte by byte or takes nothing of what waits in its socket.
///
/// Threads: the connection's event loop.
final class WebConnection extends ChannelDuplexHandler {

  private static final AttributeKey<WebConnection> KEY =
      AttributeKey.valueOf(WebConnection.class, "guidepost-web-connection");

  /// Looks per timeout.
  private static final int LOOKS = 4;

  private final Channel channel;
  private final Access access;
  private final ConnectionAccount account;
  private final Executor loop;
  private final Duration headersTimeout;
  private final Duration stallTimeout;
  private @Nullable Attributes attributes;
  private int requests;
  private long silentSince = System.nanoTime();
  private boolean awaited = true;
  private long written;
  private long writtenAtLook;
  private long movedNanos = System.nanoTime();

  private WebConnection(Channel channel, Access access, ServerBudget budget, WebOptions options) {
    this.channel = channel;
    this.access = access;
    this.headersTimeout = options.headersTimeout();
    this.stallTimeout = options.stallTimeout();
    // A task with a delay, however short, runs after the other connections' turns.
    this.loop =
        task -> {
          var _ = channel.eventLoop().schedule(task, 1, TimeUnit.NANOSECONDS);
        };
    this.account =
        new ConnectionAccount(
            budget, loop, () -> channel.eventLoop().execute(() -> close(channel)));
  }

  private static void close(Channel channel) {
    channel.unsafe().close(channel.newPromise());
  }

  /// Stands at the head of a new connection's handlers.
  static void begin(Channel channel, Access access, ServerBudget budget, WebOptions options) {
    WebConnection connection = new WebConnection(channel, access, budget, options);
    channel.attr(KEY).set(connection);
    channel.pipeline().addFirst(connection);
    var _ = channel.closeFuture().addListener(_ -> connection.closed());
    connection.lookLater();
  }

  static WebConnection of(Channel channel) {
    WebConnection known = channel.attr(KEY).get();
    if (known == null) {
      throw new IllegalStateException("every connection begins");
    }
    return known;
  }

  ConnectionAccount account() {
    return account;
  }

  /// For its calls.
  Attributes attributes() {
    Attributes known = attributes;
    if (known == null) {
      SslHandler tls = channel.pipeline().get(SslHandler.class);
      Attributes.Builder transport =
          Attributes.newBuilder()
              .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, channel.remoteAddress())
              .set(Grpc.TRANSPORT_ATTR_LOCAL_ADDR, channel.localAddress())
              .set(ConnectionAccount.KEY, account);
      if (tls != null) {
        transport.set(Grpc.TRANSPORT_ATTR_SSL_SESSION, tls.engine().getSession());
      }
      known = access.connected(transport.build(), loop);
      attributes = known;
    }
    return known;
  }

  /// The headers of a request are there.
  void requestBegins() {
    requests++;
    awaited = false;
  }

  /// It is answered.
  ///
  /// @param isWhole false if its body is not all there: the rest, which nobody reads, has as long
  ///   as headers have
  void requestEnds(boolean isWhole) {
    requests--;
    if (!isWhole && requests == 0 && !isHttp2()) {
      awaitRequest();
    }
  }

  private boolean isHttp2() {
    return channel.pipeline().get(Http2ConnectionHandler.class) != null;
  }

  /// From now on the next request, or the rest of this one, has as long as headers have.
  private void awaitRequest() {
    awaited = true;
    silentSince = System.nanoTime();
  }

  private void closed() {
    if (attributes != null) {
      access.disconnected(attributes);
    }
    account.closed();
  }

  private void lookLater() {
    long nanos = Math.min(headersTimeout.toNanos(), stallTimeout.toNanos()) / LOOKS;
    var _ = channel.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
  }

  private void look() {
    if (!channel.isOpen()) {
      return;
    }
    long now = System.nanoTime();
    if (written != writtenAtLook || !isSocketFull()) {
      writtenAtLook = written;
      movedNanos = now;
    }
    boolean silent = awaited && requests == 0 && now - silentSince > headersTimeout.toNanos();
    if (silent || now - movedNanos > stallTimeout.toNanos()) {
      close(channel);
    } else {
      lookLater();
    }
  }

  private boolean isSocketFull() {
    var outbound = channel.unsafe().outboundBuffer();
    return outbound != null && outbound.totalPendingWriteBytes() > 0;
  }

  /// On HTTP/1.1 what comes between requests must be one; on HTTP/2 it may be a ping.
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!awaited && requests == 0 && !isHttp2()) {
      awaitRequest();
    }
    account.arrives();
    context.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    ChannelPromise told = promise.unvoid();
    var _ = told.addListener(_ -> written++);
    var _ = context.write(message, told);
  }
}
