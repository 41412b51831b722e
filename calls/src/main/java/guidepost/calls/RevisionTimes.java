package guidepost.calls;

import com.google.protobuf.Timestamp;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// When revisions were written, as far as the journal knows, for the entries of one answer.
///
/// Cost: a read of the journal for each revision that was not asked for just before, which may wait
/// for the disk.
///
/// Threads: one at a time.
public final class RevisionTimes {

  /// Far more than an answer has of revisions beside each other.
  private static final int KEPT_MAX = 4_096;

  private final Journal journal;
  private final Map<Long, Optional<Timestamp>> times = new HashMap<>();

  /// The times that a journal knows.
  public RevisionTimes(Journal journal) {
    this.journal = journal;
  }

  /// When a revision was written, to the millisecond; empty if the log does not go back that far.
  ///
  /// @throws io.grpc.StatusRuntimeException if the journal cannot be read
  public Optional<Timestamp> of(long revision) {
    Optional<Timestamp> known = times.get(revision);
    if (known == null) {
      known = read(revision);
      if (times.size() >= KEPT_MAX) {
        times.clear();
      }
      times.put(revision, known);
    }
    return known;
  }

  private Optional<Timestamp> read(long revision) {
    try {
      return journal.timeOf(revision).map(RevisionTimes::timestamp);
    } catch (JournalException e) {
      throw Failures.notRead(e);
    }
  }

  /// As messages have it.
  public static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
