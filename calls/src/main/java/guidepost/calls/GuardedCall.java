package guidepost.calls;

import io.grpc.Attributes;
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
/// Threads: any. The lock keeps a [#cut] on the event loop apart from what another thread sends.
final class GuardedCall<Q, A> extends ServerCall<Q, A> {

  private final ServerCall<?, A> call;
  private final MethodDescriptor<Q, A> method;
  private final Object lock = new Object();
  private volatile @Nullable StatusRuntimeException refusal;
  private volatile boolean cut;
  // Guarded by the lock.
  private boolean closed;

  GuardedCall(ServerCall<?, A> call, MethodDescriptor<Q, A> method) {
    this.call = call;
    this.method = method;
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
        call.close(why.getStatus(), new Metadata());
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
        call.close(why == null ? status : why.getStatus(), trailers);
      }
    }
  }

  @Override
  public boolean isReady() {
    return !cut && call.isReady();
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
