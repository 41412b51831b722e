package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.Cluster;
import guidepost.journal.ClusterMember;
import guidepost.journal.ClusterStats;
import guidepost.journal.Leadership;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Who may say whose call it is that is handed on: a server of the cluster, and nobody else.
final class VouchingTest {

  private static final String METHOD = "guidepost.routes.v1.Routes/Apply";

  /// What one process of a cluster knows, without brokers: all share the keys.
  ///
  /// @param leads whether it is the server that leads
  /// @param asOf when it last had all that it knew of
  record OneServer(
      long who, Map<Long, byte[]> keys, long epoch, boolean leads, Optional<Instant> asOf)
      implements Cluster {

    /// One that follows.
    OneServer(long who, Map<Long, byte[]> keys, long epoch) {
      this(who, keys, epoch, false, Optional.empty());
    }

    @Override
    public void begin() {}

    @Override
    public Leadership leadership() {
      return new Leadership(leads, epoch, "leader:1");
    }

    @Override
    public void onLeadership(Consumer<Leadership> told) {}

    @Override
    public ClusterStats stats() {
      return new ClusterStats(asOf, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Override
    public List<ClusterMember> members() {
      return List.of();
    }

    @Override
    public void introduce(byte[] publicKey) {
      keys.put(who, publicKey);
    }

    @Override
    public Optional<byte[]> keyOf(long other) {
      return Optional.ofNullable(keys.get(other));
    }

    @Override
    public CompletionStage<Void> latest() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void handOver() {}
  }

  private final Map<Long, byte[]> keys = new HashMap<>();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final Vouching leader = new Vouching(new OneServer(1, keys, 5), now::get);
  private final Vouching follower = introduced(2, keys);

  private Vouching introduced(long who, Map<Long, byte[]> where) {
    Vouching made = new Vouching(new OneServer(who, where, 5), now::get);
    made.introduce();
    return made;
  }

  @Test
  void shouldBelieveAServerOfTheCluster() {
    assertThat(leader.check(METHOD, follower.vouch(METHOD, 5, "r7"))).contains("r7");
  }

  @Test
  void shouldRefuseWhoIsNoServer() {
    Vouching stranger = introduced(3, new HashMap<>());
    assertThat(leader.check(METHOD, stranger.vouch(METHOD, 5, "r7"))).isEmpty();
  }

  @Test
  void shouldRefuseWhoTakesTheNumberOfAServer() {
    Vouching stranger = introduced(2, new HashMap<>());
    assertThat(leader.check(METHOD, stranger.vouch(METHOD, 5, "r7"))).isEmpty();
  }

  @Test
  void shouldRefuseAVoucherOfWhichAnyByteIsAnother() {
    byte[] voucher = follower.vouch(METHOD, 5, "r7");
    for (int i = 0; i < voucher.length; i++) {
      byte[] altered = voucher.clone();
      altered[i] ^= 1;
      assertThat(leader.check(METHOD, altered)).as("byte %d", i).isEmpty();
    }
  }

  @Test
  void shouldRefuseAVoucherThatIsCutOffOrLonger() {
    byte[] voucher = follower.vouch(METHOD, 5, "r7");
    for (int length = 0; length <= voucher.length + 70; length++) {
      if (length != voucher.length) {
        assertThat(leader.check(METHOD, java.util.Arrays.copyOf(voucher, length))).isEmpty();
      }
    }
  }

  @Test
  void shouldRefuseAVoucherForAnotherMethodOrTermOrTime() {
    byte[] voucher = follower.vouch(METHOD, 5, "r7");
    assertThat(leader.check("guidepost.routes.v1.Routes/Flush", voucher)).isEmpty();
    assertThat(new Vouching(new OneServer(1, keys, 6), now::get).check(METHOD, voucher)).isEmpty();
    now.updateAndGet(time -> time.plusSeconds(61));
    assertThat(leader.check(METHOD, voucher)).isEmpty();
    now.updateAndGet(time -> time.minusSeconds(122));
    assertThat(leader.check(METHOD, voucher)).isEmpty();
  }
}
