package guidepost.journal.kafka;

import guidepost.journal.Cluster;
import guidepost.journal.ClusterMember;
import guidepost.journal.ClusterStats;
import guidepost.journal.JournalException;
import guidepost.journal.Leadership;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// The servers that share a log, as one of them sees them.
///
/// Threads: any.
final class KafkaCluster implements Cluster, AutoCloseable {

  private final ClusterLog log;
  private final Members members;
  private final Snapshotting snapshots;
  private final AtomicBoolean closed = new AtomicBoolean();

  /// @param log what they share
  /// @param members what they say of themselves
  /// @param snapshots what a new one begins with
  KafkaCluster(ClusterLog log, Members members, Snapshotting snapshots) {
    this.log = log;
    this.members = members;
    this.snapshots = snapshots;
  }

  ClusterLog log() {
    return log;
  }

  @Override
  public void begin() {
    log.begin();
    members.begin();
    snapshots.begin();
  }

  @Override
  public Leadership leadership() {
    return log.leadership();
  }

  @Override
  public void onLeadership(Consumer<Leadership> told) {
    log.onLeadership(told);
  }

  @Override
  public ClusterStats stats() {
    return log.stats();
  }

  @Override
  public List<ClusterMember> members() {
    return members.all();
  }

  @Override
  public long who() {
    return log.who();
  }

  @Override
  public void introduce(byte[] publicKey) {
    members.introduce(publicKey);
  }

  @Override
  public Optional<byte[]> keyOf(long who) {
    return members.key(who);
  }

  @Override
  public CompletionStage<Void> latest() {
    return log.latest();
  }

  @Override
  public void handOver() throws JournalException {
    log.handOver();
  }

  @Override
  public void close() throws JournalException {
    if (closed.getAndSet(true)) {
      return;
    }
    snapshots.close();
    members.close();
    log.close();
  }
}
