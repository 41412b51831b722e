package guidepost.journal;

import java.time.Instant;
import java.util.Optional;

/// What a server of a [Cluster] has done since it started, and how far it is.
///
/// Threads: any; immutable.
///
/// @param asOf when it last held all that it knew the log to hold; empty if it never has
/// @param lag records of the log that it has not read, as far as it knows
/// @param offset of the next record that it reads
/// @param claims claims that it made to lead
/// @param epochsLed claims of its own that counted
/// @param voidRecords records that did not count
/// @param gapReads times that it led and found records of others before its own
/// @param unknownOutcomes appends of which the end was unknown at first
/// @param settled appends of those that turned out to be written
/// @param snapshots of the state that it made for others to begin with
/// @param snapshotFailures times that it could not
/// @param rejudged times that another server knew another log, and this one judged all of it again
public record ClusterStats(
    Optional<Instant> asOf,
    long lag,
    long offset,
    long claims,
    long epochsLed,
    long voidRecords,
    long gapReads,
    long unknownOutcomes,
    long settled,
    long snapshots,
    long snapshotFailures,
    long rejudged) {}
