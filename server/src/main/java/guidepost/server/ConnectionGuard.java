package guidepost.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import guidepost.calls.ConnectionAccount;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Stands at both ends of a connection's handlers, counts what waits in between, and ends what its
/// client takes nothing of.
///
/// ```
///   socket ─▶ head: a turn begins ─▶ (TLS) ─▶ HTTP/2 ─▶ calls
///                                                │
///   socket ◀──────────── flow control ◀──────────┴── tail: bytes wait ◀── answers
///             written, or given up: they no longer do
/// ```
///
/// Whether a client takes something of a stream shows in its window: it shrinks when bytes go out,
/// and grows when the client asks for more. The guard looks four times within the timeout. It
/// resets a stream that has bytes waiting and whose window did not change, unless its client asked
/// for a kilobyte meanwhile, and closes a connection whose socket took nothing all the time.
///
/// Threads: the connection's event loop, except for [#closed], [#account] and [#loop].
final class ConnectionGuard {

  /// Looks per timeout: a stream ends at most a quarter of the timeout too late.
  private static final int LOOKS = 4;

  /// A client that asks for less than that within the timeout takes nothing of the call: otherwise
  /// a byte now and then would keep the call for ever.
  private static final long TAKEN_BYTES_MIN = 1_024;

  private final Channel channel;
  private final ConnectionAccount account;
  private final Set<AsciiString> takeOne;
  private final ConnectionLimits limits;
  private final long stallNanos;
  private final OccasionalLog log;
  private @Nullable Http2ConnectionHandler http2;
  private Http2Connection.@Nullable PropertyKey progress;
  private long waiting;
  private long unread;
  private boolean watched;
  private boolean greeted;
  private @Nullable Future<?> greeting;
  private @Nullable Future<?> nextLook;
  private long taken;
  private long takenAtLook;
  private long takenNanos;

  /// @param takeOne the paths of the methods that take one message
  ConnectionGuard(
      Channel channel,
      ConnectionAccount account,
      Set<AsciiString> takeOne,
      ConnectionLimits limits,
      OccasionalLog log) {
    this.takeOne = takeOne;
    this.channel = channel;
    this.account = account;
    this.limits = limits;
    this.stallNanos = limits.stallTimeout().toNanos();
    this.log = log;
  }

  ConnectionAccount account() {
    return account;
  }

  /// Runs a task on the connection's event loop.
  Executor loop() {
    return channel.eventLoop();
  }

  /// Before anything is read.
  void begin() {
    channel.pipeline().addFirst(new Head());
  }

  private void closeUnlessGreeted() {
    if (!greeted && channel.isActive()) {
      log.warn(
          "%s: closed, because it did not begin HTTP/2 within %d s"
              .formatted(channel.remoteAddress(), limits.greetingTimeout().toSeconds()));
      channel.unsafe().close(channel.newPromise());
    }
  }

  /// The handlers of HTTP/2 are there, and have read the client's first settings: nothing more, as
  /// they are in the middle of that.
  void speaksHttp2() {
    greeted = true;
    cancel(greeting);
    Http2ConnectionHandler handler = channel.pipeline().get(Http2ConnectionHandler.class);
    http2 = handler;
    progress = handler.connection().newKey();
    handler.decoder().frameListener(new Frames(handler));
    refuseNoStream(handler);
    channel.pipeline().addLast(new Tail());
  }

  /// Netty knows a stream that it refused itself no more, and closes the connection when the data
  /// come that the client had sent already. So it refuses none, and [Frames] does.
  private static void refuseNoStream(Http2ConnectionHandler handler) {
    handler.connection().remote().maxActiveStreams(Integer.MAX_VALUE);
  }

  void closed() {
    account.closed();
  }

  private void waits(long bytes) {
    waiting += bytes;
    account.add(bytes);
    if (!watched && channel.isActive()) {
      watched = true;
      takenNanos = System.nanoTime();
      takenAtLook = taken;
      lookLater();
    }
  }

  private void gone(long bytes, boolean sent) {
    waiting -= bytes;
    taken += sent ? bytes : 0;
    account.remove(bytes);
  }

  private void lookLater() {
    nextLook = channel.eventLoop().schedule(this::look, stallNanos / LOOKS, TimeUnit.NANOSECONDS);
  }

  /// What is planned for later would keep the connection, its headers and so its tokens in memory
  /// until then.
  private void planNothing() {
    cancel(greeting);
    cancel(nextLook);
  }

  private static void cancel(@Nullable Future<?> planned) {
    if (planned != null) {
      planned.cancel(false);
    }
  }

  private void look() {
    watched = waiting > 0 && channel.isActive();
    if (!watched) {
      return;
    }
    long now = System.nanoTime();
    if (taken != takenAtLook || !isSocketFull()) {
      takenAtLook = taken;
      takenNanos = now;
    } else if (now - takenNanos >= stallNanos) {
      log.warn(
          "%s: closed, because its client took nothing for %d s while %d bytes waited"
              .formatted(
                  channel.remoteAddress(), TimeUnit.NANOSECONDS.toSeconds(stallNanos), waiting));
      channel.unsafe().close(channel.newPromise());
      return;
    }
    endStalled(now);
    lookLater();
  }

  private boolean isSocketFull() {
    var outbound = channel.unsafe().outboundBuffer();
    return outbound != null && outbound.totalPendingWriteBytes() > 0;
  }

  /// Streams are reset after all were looked at: a reset takes one out of what is looked at.
  private void endStalled(long now) {
    Http2ConnectionHandler handler = http2;
    if (handler == null) {
      return;
    }
    List<Http2Stream> stalled = new ArrayList<>();
    try {
      handler
          .connection()
          .forEachActiveStream(
              stream -> {
                if (isStalled(handler.encoder().flowController(), stream, now)) {
                  stalled.add(stream);
                }
                return true;
              });
    } catch (Http2Exception e) {
      throw new IllegalStateException("no visitor fails", e);
    }
    ChannelHandlerContext context = channel.pipeline().context(handler);
    for (Http2Stream stream : stalled) {
      var _ =
          handler.resetStream(
              context, stream.id(), Http2Error.ENHANCE_YOUR_CALM.code(), channel.newPromise());
    }
    if (!stalled.isEmpty()) {
      log.warn(
          "%s: %d calls ended, because their client took nothing of them for %d s"
              .formatted(
                  channel.remoteAddress(),
                  stalled.size(),
                  TimeUnit.NANOSECONDS.toSeconds(stallNanos)));
      handler.flush(context);
    }
  }

  private boolean isStalled(Http2RemoteFlowController flow, Http2Stream stream, long now) {
    if (!flow.hasFlowControlled(stream)) {
      stream.removeProperty(progress);
      return false;
    }
    int window = flow.windowSize(stream);
    Progress last = stream.getProperty(progress);
    if (last == null || last.window != window || last.asked >= TAKEN_BYTES_MIN) {
      stream.setProperty(progress, new Progress(window, now));
      return false;
    }
    return now - last.sinceNanos >= stallNanos;
  }

  /// How a stream stood when it last moved.
  private static final class Progress {
    private final int window;
    private final long sinceNanos;

    /// Bytes that its client asked for since.
    private long asked;

    Progress(int window, long sinceNanos) {
      this.window = window;
      this.sinceNanos = sinceNanos;
    }
  }

  /// What arrived and no call has taken yet is held for the client too.
  private void countUnread(Http2ConnectionHandler handler) {
    long now =
        handler.decoder().flowController().unconsumedBytes(handler.connection().connectionStream());
    account.hold(now - unread);
    unread = now;
  }

  private final class Head extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      greeting =
          context
              .executor()
              .schedule(
                  ConnectionGuard.this::closeUnlessGreeted,
                  limits.greetingTimeout().toNanos(),
                  TimeUnit.NANOSECONDS);
      context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      account.arrives();
      context.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.fireChannelReadComplete();
      if (http2 != null) {
        countUnread(http2);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      context.fireChannelInactive();
      account.hold(-unread);
      unread = 0;
      planNothing();
    }
  }

  private final class Tail extends ChannelDuplexHandler {
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (message instanceof ByteBufHolder data) {
        long bytes = (long) data.content().capacity() + ConnectionAccount.MESSAGE_BYTES;
        waits(bytes);
        var _ = promise.addListener(written -> gone(bytes, written.isSuccess()));
      }
      var _ = context.write(message, promise);
    }
  }

  /// Ends a request before gRPC sees what is wrong with it.
  private void refuse(
      Http2ConnectionHandler handler,
      ChannelHandlerContext context,
      int streamId,
      RequestCheck.Refusal refusal) {
    Http2Stream stream = handler.connection().stream(streamId);
    Http2Headers headers = new DefaultHttp2Headers(false);
    if (stream == null || !stream.isHeadersSent()) {
      headers.status(refusal.http().codeAsText()).set("content-type", "application/grpc");
    }
    headers.set("grpc-status", RequestCheck.Refusal.CODE);
    headers.set("grpc-message", encoded(refusal.text()));
    headers.set("grpc-status-details-bin", refusal.details());
    var _ =
        handler.encoder().writeHeaders(context, streamId, headers, 0, true, context.newPromise());
    if (stream != null && stream.state().remoteSideOpen()) {
      var _ =
          handler.resetStream(context, streamId, Http2Error.NO_ERROR.code(), context.newPromise());
    }
    handler.flush(context);
  }

  /// As gRPC has it: what is not printable ASCII, and the percent sign, in hexadecimal.
  private static String encoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte each : text.getBytes(UTF_8)) {
      if (each >= ' ' && each <= '~' && each != '%') {
        encoded.append((char) each);
      } else {
        encoded.append("%%%02X".formatted(each));
      }
    }
    return encoded.toString();
  }

  private final class Frames extends Http2FrameListenerDecorator {
    private final Http2ConnectionHandler handler;
    private final Http2Connection.PropertyKey checks;

    Frames(Http2ConnectionHandler handler) {
      super(handler.decoder().frameListener());
      this.handler = handler;
      this.checks = handler.connection().newKey();
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context,
        int streamId,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean end)
        throws Http2Exception {
      Optional<RequestCheck.Refusal> refusal = RequestCheck.of(headers);
      Http2Stream stream = handler.connection().stream(streamId);
      if (stream.getProperty(checks) == null && isOneTooMany()) {
        var _ =
            handler.resetStream(
                context, streamId, Http2Error.REFUSED_STREAM.code(), context.newPromise());
      } else if (refusal.isPresent()) {
        refuse(handler, context, streamId, refusal.get());
      } else {
        RequestCheck check =
            RequestCheck.begin(headers, takeOne.contains(AsciiString.of(headers.path())));
        refusal = end ? check.atEnd() : Optional.empty();
        if (refusal.isPresent()) {
          refuse(handler, context, streamId, refusal.get());
          return;
        }
        stream.setProperty(checks, check);
        super.onHeadersRead(
            context, streamId, headers, dependency, weight, exclusive, padding, end);
      }
    }

    /// gRPC has told the client how many calls may be open.
    private boolean isOneTooMany() {
      return handler.connection().remote().numActiveStreams() > limits.callsMax();
    }

    /// Netty has just set the number that gRPC told the client.
    @Override
    public void onSettingsAckRead(ChannelHandlerContext context) throws Http2Exception {
      super.onSettingsAckRead(context);
      refuseNoStream(handler);
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean end)
        throws Http2Exception {
      Http2Stream stream = handler.connection().stream(streamId);
      RequestCheck check = stream == null ? null : stream.getProperty(checks);
      if (check == null) {
        return data.readableBytes() + padding;
      }
      Optional<RequestCheck.Refusal> refusal = check.next(data, end);
      if (refusal.isPresent()) {
        stream.removeProperty(checks);
        refuse(handler, context, streamId, refusal.get());
        return data.readableBytes() + padding;
      }
      return super.onDataRead(context, streamId, data, padding, end);
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext context, int streamId, int more)
        throws Http2Exception {
      Http2Stream stream = handler.connection().stream(streamId);
      if (stream != null && stream.getProperty(progress) instanceof Progress last) {
        last.asked += more;
      }
      super.onWindowUpdateRead(context, streamId, more);
    }
  }
}
