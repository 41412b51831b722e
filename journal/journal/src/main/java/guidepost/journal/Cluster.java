package guidepost.journal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/// Several servers that share their journals: one leads and writes, all others follow and apply
/// what it wrote.
///
/// Threads: any.
public interface Cluster {

  /// Takes part: from now on what others write is applied, and this server may come to lead. Before
  /// that the journals stand still, so that indexes can be made of them.
  void begin();

  /// Who leads, as far as this server knows.
  Leadership leadership();

  /// Has `told` called whenever that changes, on the thread that finds out: it must be short.
  void onLeadership(Consumer<Leadership> told);

  /// What it has done, and how far it is.
  ClusterStats stats();

  /// The servers that have said something within the last hour, this one among them, by address.
  List<ClusterMember> members();

  /// The number of this process, by which others know it.
  long who();

  /// Has the other servers know this process's public key from now on: they are told by a way that
  /// only servers can write to.
  void introduce(byte[] publicKey);

  /// The public key of a process that is there; empty if it is not known.
  Optional<byte[]> keyOf(long who);

  /// Completes when the journals hold everything that any server had acknowledged at the time of
  /// the call, however isolated this server is; fails with a [JournalException] if that cannot be
  /// found out in time. Many callers share one question.
  CompletionStage<Void> latest();

  /// Has this server lead no longer, so that another one can at once.
  ///
  /// @throws JournalException if it does not lead, or cannot say so
  void handOver() throws JournalException;
}
