package guidepost.client;

import guidepost.common.v1.Progress;
import guidepost.common.v1.WatchStart;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import java.util.Optional;

/// What the watches of one domain have of their own: how they are asked for, and what their
/// messages say. When a call is made, and where it begins, is for [Watch] to say.
///
/// Threads: one at a time.
///
/// @param <Q> requests
/// @param <M> messages
/// @param <E> entries of a snapshot
/// @param <C> changes
interface WatchCalls<Q, M, E, C> {

  /// What is called.
  MethodDescriptor<Q, M> method();

  /// Sends what a call begins with.
  ///
  /// @param start where it begins; empty for a snapshot
  void begin(Optional<WatchStart> start, ClientCall<Q, M> call);

  /// The call is over.
  default void broken() {}

  /// How far the watch is after a message.
  Optional<Progress> progress(M message);

  /// Tells what a message says.
  void read(M message, Watch.Listener<E, C> listener);

  /// Sends the one request of a call without client streaming.
  static <Q> void ask(ClientCall<Q, ?> call, Q request) {
    call.sendMessage(request);
    call.halfClose();
  }
}
