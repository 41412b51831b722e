package guidepost.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import guidepost.server.v1.DomainStatus;
import guidepost.server.v1.GetStatusResponse;
import guidepost.server.v1.JournalStats;
import guidepost.server.v1.MethodStatus;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class TopRatesTest {

  private static final Offset<Double> CLOSE = Offset.offset(1e-9);

  private static GetStatusResponse status(
      long started, long time, long ended, long rejected, List<Long> buckets) {
    return GetStatusResponse.newBuilder()
        .setStarted(Timestamp.newBuilder().setSeconds(started))
        .setTime(Timestamp.newBuilder().setSeconds(time))
        .addAllBucketBounds(List.of(0.001, 0.01))
        .addMethods(
            MethodStatus.newBuilder()
                .setMethod("a.B/C")
                .setEnded(ended)
                .setRejected(rejected)
                .addAllBuckets(buckets))
        .addDomains(
            DomainStatus.newBuilder()
                .setJournal(JournalStats.newBuilder().setDomain("routes").setChanges(10 * ended))
                .addAllAppendBuckets(buckets))
        .putFigures("cpu_seconds", ended / 100.0)
        .build();
  }

  @Test
  void shouldDivideWhatHappenedByTheTimeBetween() {
    TopRates rates =
        TopRates.between(
            status(1, 100, 100, 10, List.of(100L, 0L, 0L)),
            status(1, 104, 300, 14, List.of(200L, 100L, 0L)));
    assertThat(rates.seconds()).isCloseTo(4, CLOSE);
    assertThat(rates.cpu()).isCloseTo(0.5, CLOSE);
    TopRates.Method method = rates.methods().getFirst();
    assertThat(method.ended()).isCloseTo(50, CLOSE);
    assertThat(method.rejected()).isCloseTo(1, CLOSE);
    assertThat(method.p50()).isCloseTo(0.001, CLOSE);
    assertThat(method.p99()).isCloseTo(0.001 + 0.009 * 0.98, CLOSE);
    assertThat(rates.domains().getFirst().changes()).isCloseTo(500, CLOSE);
  }

  @Test
  void shouldCountFromTheStartOfAServerThatWasRestarted() {
    TopRates rates =
        TopRates.between(
            status(1, 100, 1_000, 0, List.of(1_000L, 0L, 0L)),
            status(101, 105, 20, 0, List.of(20L, 0L, 0L)));
    assertThat(rates.methods().getFirst().ended()).isCloseTo(5, CLOSE);
  }

  @Test
  void shouldLeaveOutMethodsThatNobodyCalls() {
    GetStatusResponse same = status(1, 100, 100, 10, List.of(100L, 0L, 0L));
    TopRates rates =
        TopRates.between(
            same, same.toBuilder().setTime(Timestamp.newBuilder().setSeconds(101)).build());
    assertThat(rates.methods()).isEmpty();
    assertThat(rates.domains().getFirst().p50()).isNaN();
  }

  @Test
  void shouldSayTheLastBoundOfWhatIsBeyondIt() {
    assertThat(TopRates.quantile(0.5, List.of(0.001, 0.01), List.of(0L, 0L, 9L)))
        .isCloseTo(0.01, CLOSE);
    assertThat(
            TopRates.quantile(
                0.5, List.of(0.001, 0.01, Double.POSITIVE_INFINITY), List.of(0L, 0L, 9L)))
        .isCloseTo(0.01, CLOSE);
  }
}
