package guidepost.calls;

import com.google.protobuf.MessageLite;
import guidepost.journal.DomainWriter;
import guidepost.journal.OverloadedException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/// The messages of one Modify call, as [ModifyHandler] needs to know them.
///
/// Threads: the call's.
///
/// @param <I> a request: operations in order
/// @param <O> a response: results in order
/// @param <A> what the writer answers to one operation
public interface ModifyMessages<I, O extends MessageLite, A> {

  /// Number of operations in a request.
  int count(I request);

  /// The caller's number for an operation.
  long id(I request, int index);

  /// Has the domain's writer do what a request asks. One operation that cannot be read is an
  /// operation too: its result says so in its turn.
  ///
  /// @param stands asked when the request's turn has come, as [DomainWriter] does; may be left
  ///   unasked if nothing is done behind a request that was not written
  /// @return an answer for each of the request's operations, in order
  /// @throws OverloadedException if too much waits already: nothing of the request is done
  CompletableFuture<List<A>> write(I request, BooleanSupplier stands) throws OverloadedException;

  /// A response with the results of these operations, in their order.
  O response(List<Answered<A>> answers);

  /// The call is over, however it ended; the last of its requests may be yet to be written.
  default void ended() {}

  /// One operation's answer.
  ///
  /// @param id the caller's number for the operation
  record Answered<A>(long id, A answer) {}
}
