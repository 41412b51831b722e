package guidepost.journal;

import java.time.Duration;

/// How much of the log is kept. The oldest batches go first, as soon as any of the three bounds is
/// passed; the latest value of every key stays, whatever its age.
///
/// Age alone never leaves fewer than [#BATCHES_MIN] batches: a clock that jumps ahead must not cost
/// the whole history.
///
/// Threads: any; immutable.
///
/// @param age batches older than this go
/// @param batches most batches
/// @param bytes most bytes of log
public record Retention(Duration age, long batches, long bytes) {

  /// What age alone leaves.
  public static final long BATCHES_MIN = 1_000;

  /// A week, ten million batches, 256 MiB: a day of a full Internet table's updates is some 100 MB.
  public static final Retention DEFAULT = new Retention(Duration.ofDays(7), 10_000_000, 256L << 20);

  public Retention {
    require(!age.isNegative() && !age.isZero(), "age: must be positive: " + age);
    require(batches > 0, "batches: must be positive: " + batches);
    require(bytes > 0, "bytes: must be positive: " + bytes);
  }

  private static void require(boolean condition, String rule) {
    if (!condition) {
      throw new IllegalArgumentException(rule);
    }
  }

  /// The same with another bound on the age.
  public Retention withAge(Duration other) {
    return new Retention(other, batches, bytes);
  }

  /// The same with another bound on the number of batches.
  public Retention withBatches(long other) {
    return new Retention(age, other, bytes);
  }

  /// The same with another bound on the bytes.
  public Retention withBytes(long other) {
    return new Retention(age, batches, other);
  }
}
