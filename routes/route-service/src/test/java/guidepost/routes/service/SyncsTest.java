package guidepost.routes.service;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.routes.table.Family;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteTable;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SyncsTest {

  private static final Set<Family> IPV4 = Set.of(Family.IPV4);

  private final RouteTable table = new RouteTable();
  private final Object call = new Object();
  private final Syncs syncs = new Syncs();

  private static Route installed(long place) {
    Prefix prefix = Prefix.parse("10.0.0.0/8");
    return new Route(prefix, "bgp", new NextHop.Connected("eth0"), 20, 0, place, 0, List.of());
  }

  private Syncs.UnderWay underWay(Syncs among) {
    return Objects.requireNonNull(among.of(table, "bgp", IPV4, call));
  }

  @Test
  void shouldKnowInATrialWhatWasDecidedButNotPublished() {
    syncs.begin(table, "bgp", IPV4, call, "");
    syncs.publish();
    syncs.written(table, "bgp", Family.IPV4, 7);
    syncs.rejected(table, "bgp", IPV4, call, "is bad");
    Syncs trial = syncs.trial();
    assertThat(underWay(trial).isStale().test(installed(7))).isFalse();
    assertThat(underWay(trial).isStale().test(installed(8))).isTrue();
    assertThat(underWay(trial).rejections()).isOne();
    assertThat(underWay(trial).firstRejection()).isEqualTo("is bad");
  }

  @Test
  void shouldNeverLearnWhatATrialDecides() {
    syncs.begin(table, "bgp", IPV4, call, "");
    Syncs trial = syncs.trial();
    trial.written(table, "bgp", Family.IPV4, 7);
    trial.rejected(table, "bgp", IPV4, call, "is bad");
    trial.end(table, "bgp", IPV4);
    assertThat(underWay(syncs).isStale().test(installed(7))).isTrue();
    assertThat(underWay(syncs).rejections()).isZero();
  }
}
