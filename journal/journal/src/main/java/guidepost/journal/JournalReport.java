package guidepost.journal;

/// What a [JournalCheck] read.
///
/// Threads: any; immutable.
///
/// @param domain whose journal
/// @param revision the state that was read
/// @param entries keys that have a value
/// @param batches in the log
/// @param changes in those batches
public record JournalReport(
    String domain, long revision, long entries, long batches, long changes) {}
