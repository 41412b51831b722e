package guidepost.calls;

import com.google.protobuf.MessageLite;
import java.util.List;

/// The messages of one Modify call, as [ModifyHandler] needs to know them.
///
/// Threads: the call's.
///
/// @param <I> a request: operations in order
/// @param <O> a response: results in order
/// @param <Q> what a request asks of the writer
/// @param <A> what the writer answers to one operation
public interface ModifyMessages<I, O extends MessageLite, Q, A> {

  /// Number of operations in a request.
  int count(I request);

  /// The caller's number for an operation.
  long id(I request, int index);

  /// What a request asks of the writer: an answer for each of its operations, in order. One that
  /// cannot be read is an operation too: its result says so in its turn.
  Q asked(I request);

  /// A response with the results of these operations, in their order.
  O response(List<Answered<A>> answers);

  /// The call is over, however it ended; the last of its requests may be yet to be written.
  default void ended() {}

  /// One operation's answer.
  ///
  /// @param id the caller's number for the operation
  record Answered<A>(long id, A answer) {}
}
