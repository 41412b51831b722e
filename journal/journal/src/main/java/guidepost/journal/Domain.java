package guidepost.journal;

import java.time.Instant;

/// The rules and the index of one domain, driven by its [DomainWriter].
///
/// ```
///   decide ─▶ append ─▶ commit ─┐            the server that decides
///                               ├▶ index ─▶ publish ─▶ readers, watchers
///   journal ─▶ batch ─▶ apply ──┘            one that has the journal only
/// ```
///
/// Both ways lead to the same index: what the batches say is all that there is to know.
///
/// The writer gathers requests into a group and calls, always from its one thread: [#decide] for
/// each, one append for all, [Decision#commit] for each in the same order, and [#publish] once. If
/// the append fails it calls [#abandon] instead of the last two. If [#decide] throws, it calls
/// [#abandon] and decides what came before once more.
///
/// Threads: the writer's, one call at a time.
///
/// @param <Q> what is asked of the domain: usually a list of operations
/// @param <A> what is answered
public interface Domain<Q, A> {

  /// Decides a request in view of everything that was decided before it, committed or not, and adds
  /// the changes it makes to `batch`. Changes nothing that a reader can see.
  ///
  /// An empty batch stays out of the journal; its decision is committed all the same, with the
  /// revision that came before it.
  Decision<A> decide(Q request, Batch batch);

  /// Applies a durable batch that this domain did not decide: one out of the journal's log, or one
  /// that another server decided. The index is then as that of the domain that decided it, and
  /// watchers are told the same. Visible after [#publish]; not while something is decided and
  /// neither committed nor abandoned.
  ///
  /// @param revision of the batch: the one after the last
  /// @param time of its append
  /// @throws IllegalArgumentException if it is not the next revision, or holds what this domain
  ///   does not write; the index is then of no use any more
  void apply(long revision, Instant time, Batch batch);

  /// Makes everything committed or applied since the last call visible to readers.
  void publish();

  /// Forgets everything decided and not committed: it did not become durable.
  void abandon();

  /// Another server decides from now on: what only the one that decides knows, such as refreshes
  /// under way, is forgotten.
  default void follow() {}

  /// This server decides from now on, and its index holds all that was decided before, as after a
  /// restart.
  default void lead() {}

  /// A decided request whose batch is about to become durable.
  ///
  /// @param <A> what is answered
  @FunctionalInterface
  interface Decision<A> {

    /// Applies the decision to the index; its batch is durable.
    ///
    /// @param revision that of its batch
    /// @return the answer, sent after the next [Domain#publish]
    A commit(long revision);
  }
}
