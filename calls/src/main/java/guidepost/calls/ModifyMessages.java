package guidepost.calls;

import com.google.protobuf.MessageLite;
import java.util.List;

/// The messages of one Modify call, as [ModifyHandler] needs to know them.
///
/// Threads: any.
///
/// @param <I> a request: operations in order
/// @param <O> a response: results in order
/// @param <Q> an operation, read
/// @param <A> what the writer answers to one
public interface ModifyMessages<I, O extends MessageLite, Q, A> {

  /// Number of operations in a request.
  int count(I request);

  /// The caller's number for an operation.
  long id(I request, int index);

  /// An operation of a request. One that cannot be read is an operation too: its result says so in
  /// its turn.
  Q operation(I request, int index);

  /// A response with the results of these operations, in their order.
  O response(List<Answered<A>> answers);

  /// One operation's answer.
  ///
  /// @param id the caller's number for the operation
  record Answered<A>(long id, A answer) {}
}
