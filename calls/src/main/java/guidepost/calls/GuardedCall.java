package guidepost.calls;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.MessageLite;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/// A call whose end can be decided without the service that serves it.
///
/// | told | the service's messages | the service's ending |
/// |---|---|---|
/// | nothing | sent | sent |
/// | [#refuse] | sent if there may be several | replaced by the refusal |
/// | [#cut] | dropped | dropped: the call has ended |
///
/// A call is ready for the next message when the transport is and its connection may go on (see
/// [ConnectionAccount]). The one answer of a call, which does not ask, becomes a refusal where the
/// connection has no room for it; a unary call begins to work it out when its connection has its
/// turn.
///
/// Threads: any. The lock keeps a [#cut] on the event loop apart from what another thread sends.
final class GuardedCall<Q, A> extends ServerCall<Q, A> {

  /// For a message of a kind that does not say its size: none of ours.
  private static final long SMALL_BYTES = 1_024;

  private final ServerCall<?, A> call;
  private final MethodDescriptor<Q, A> method;
  private final @Nullable ConnectionAccount account;
  private final ConnectionAccount.Waiter waiter = new ConnectionAccount.Waiter(this::goOn);
  private final ConnectionAccount.Waiter turn = new ConnectionAccount.Waiter(this::work);
  private final Object lock = new Object();
  private volatile @Nullable Runnable onReady;
  private volatile @Nullable StatusRuntimeException refusal;
  private volatile boolean cut;

  @GuardedBy("lock")
  private boolean closed;

  // Of the call's event loop.
  private @Nullable Runnable work;
  private long held;

  GuardedCall(ServerCall<?, A> call, MethodDescriptor<Q, A> method) {
    this.call = call;
    this.method = method;
    this.account = ConnectionAccount.of(call);
  }

  /// What to tell when a call that had to wait for its connection may go on.
  void onReady(Runnable told) {
    onReady = told;
  }

  private void goOn() {
    Runnable told = onReady;
    if (told != null && !isCancelled()) {
      told.run();
    }
  }

  /// The request is complete: has a unary call's answer worked out, now or in a later turn.
  ///
  /// @param bytes of the request, which is held until then
  void inTurn(Runnable answer, long bytes) {
    if (account == null || method.getType() != MethodDescriptor.MethodType.UNARY) {
      answer.run();
      return;
    }
    if (account.mayWork(turn, bytes)) {
      answer.run();
    } else {
      work = Context.current().wrap(answer);
      held = bytes;
    }
  }

  private void work() {
    Runnable answer = work;
    forgetWork();
    if (answer == null || isCancelled()) {
      return;
    }
    try {
      answer.run();
    } catch (RuntimeException e) { // gRPC does so for what it calls itself
      cut(Failures.internal(e));
    }
  }

  /// The call has ended.
  void forgetWork() {
    work = null;
    if (account != null) {
      account.postpone(-held);
    }
    held = 0;
  }

  /// The call will end this way, whatever its service says.
  void refuse(StatusRuntimeException why) {
    refusal = why;
  }

  boolean isRefused() {
    return refusal != null;
  }

  /// Ends the call now, if it has not ended.
  void cut(StatusRuntimeException why) {
    synchronized (lock) {
      if (!closed) {
        closed = true;
        cut = true;
        close(CallSender.Ending.of(why));
      }
    }
  }

  boolean isCut() {
    return cut;
  }

  @Override
  public void sendHeaders(Metadata headers) {
    synchronized (lock) {
      if (!cut) {
        call.sendHeaders(headers);
      }
    }
  }

  @Override
  public void sendMessage(A message) {
    if (account != null) {
      long bytes = sizeOf(message);
      if (method.getType().serverSendsOneMessage()) {
        if (!account.mayAnswer()) {
          cut(account.full());
          return;
        }
        account.answered(bytes);
      }
      account.produced(bytes);
    }
    send(message);
  }

  static long sizeOf(Object message) {
    return switch (message) {
      case EncodedMessage encoded -> encoded.length();
      case MessageLite typed -> typed.getSerializedSize();
      default -> SMALL_BYTES;
    };
  }

  private void send(A message) {
    synchronized (lock) {
      boolean unwanted = refusal != null && method.getType().serverSendsOneMessage();
      if (!cut && !unwanted) {
        call.sendMessage(message);
      }
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    StatusRuntimeException why = refusal;
    synchronized (lock) {
      if (!cut) {
        closed = true;
        close(why == null ? new CallSender.Ending(status, trailers) : CallSender.Ending.of(why));
      }
    }
  }

  private void close(CallSender.Ending ending) {
    call.close(ending.status(), ending.trailers());
  }

  @Override
  public boolean isReady() {
    return !cut && call.isReady() && (account == null || account.mayProduce(waiter));
  }

  @Override
  public boolean isCancelled() {
    return cut || call.isCancelled();
  }

  @Override
  public void request(int messages) {
    call.request(messages);
  }

  @Override
  public MethodDescriptor<Q, A> getMethodDescriptor() {
    return method;
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    call.setMessageCompression(enabled);
  }

  @Override
  public void setCompression(String compressor) {
    call.setCompression(compressor);
  }

  @Override
  public void setOnReadyThreshold(int bytes) {
    call.setOnReadyThreshold(bytes);
  }

  @Override
  public SecurityLevel getSecurityLevel() {
    return call.getSecurityLevel();
  }

  @Override
  public Attributes getAttributes() {
    return call.getAttributes();
  }

  @Override
  public @Nullable String getAuthority() {
    return call.getAuthority();
  }
}
