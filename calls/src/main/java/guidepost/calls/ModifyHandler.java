package guidepost.calls;

import com.google.protobuf.MessageLite;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.util.function.Supplier;

/// Serves the Modify streams of one domain: operations in, in batches; their results out, in order.
///
/// A batch goes to the writer as one request. At most [#BATCHES_MAX] of a call are in hand, and
/// fewer once they have [#OPERATIONS_IN_HAND_MAX] operations together: the next is asked for when
/// the results of one are on their way to the client. So a client that does not read its results is
/// not read either, and one that sends large batches leaves room in the queue for others.
///
/// | what | how it ends |
/// |---|---|
/// | a bad operation | refused in its result; the call goes on |
/// | a message of more than [#OPERATIONS_PER_MESSAGE_MAX] | INVALID_ARGUMENT |
/// | overload, storage failure, shutdown | the status of [Failures] |
///
/// However a call ends, the results of what is in hand are sent before.
///
/// @param <I> a request
/// @param <O> a response
/// @param <A> the answer to one operation
public final class ModifyHandler<I, O extends MessageLite, A> implements ServerCallHandler<I, O> {

  /// Enough to keep the writer busy while results travel.
  public static final int BATCHES_MAX = 4;

  /// As many as four batches of a size that works well; a small share of what may wait for a
  /// writer.
  public static final int OPERATIONS_IN_HAND_MAX = 4_096;

  /// Far more than works well, and few enough that the writer is soon free for others.
  public static final int OPERATIONS_PER_MESSAGE_MAX = 16_384;

  private final OpenCalls open;
  private final Supplier<? extends ModifyMessages<I, O, A>> messages;

  /// A handler for one method.
  ///
  /// @param open where its calls are listed until they end
  /// @param messages makes what reads, has written and answers the messages of a call
  public ModifyHandler(OpenCalls open, Supplier<? extends ModifyMessages<I, O, A>> messages) {
    this.open = open;
    this.messages = messages;
  }

  @Override
  public ServerCall.Listener<I> startCall(ServerCall<I, O> call, Metadata headers) {
    ModifyCall<I, O, A> modify = new ModifyCall<>(call, open, messages.get());
    call.request(1);
    open.add(modify, modify::fail);
    return modify;
  }
}
