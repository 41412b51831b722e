package guidepost.journal.kafka;

import guidepost.journal.ClusterStats;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// What a server has done at the log.
///
/// Threads: any.
final class Counts {

  final LongAdder claims = new LongAdder();
  final LongAdder epochsLed = new LongAdder();
  final LongAdder voidRecords = new LongAdder();
  final LongAdder gapReads = new LongAdder();
  final LongAdder unknownOutcomes = new LongAdder();
  final LongAdder settled = new LongAdder();
  final LongAdder snapshots = new LongAdder();
  final LongAdder snapshotFailures = new LongAdder();
  final LongAdder rejudged = new LongAdder();

  ClusterStats stats(Optional<Instant> asOf, long lag, long offset) {
    return new ClusterStats(
        asOf,
        lag,
        offset,
        claims.sum(),
        epochsLed.sum(),
        voidRecords.sum(),
        gapReads.sum(),
        unknownOutcomes.sum(),
        settled.sum(),
        snapshots.sum(),
        snapshotFailures.sum(),
        rejudged.sum());
  }
}
