package guidepost.journal;

/// The revisions of a domain's batches, known already while they are decided: one writer appends,
/// each batch that is not empty gets the next number, and what fails leaves no hole.
///
/// Threads: the domain's writer.
public final class Revisions {

  private long committed;
  private long decided;

  /// @param last that of the journal
  public Revisions(long last) {
    committed = last;
    decided = last;
  }

  /// What the batch being decided will get.
  public long next() {
    return decided + 1;
  }

  /// Counts a batch that is decided now.
  public void count(Batch batch) {
    decided += batch.isEmpty() ? 0 : 1;
  }

  /// Counts a batch that was decided elsewhere.
  ///
  /// @throws IllegalArgumentException if it is not the next
  public void apply(long revision) {
    if (revision != next()) {
      throw new IllegalArgumentException(
          "revision: must be %d, the one after the last: %d".formatted(next(), revision));
    }
    decided = revision;
  }

  /// All that was decided or applied is committed.
  ///
  /// @return the last revision
  public long publish() {
    committed = decided;
    return committed;
  }

  /// What was decided since the last [#publish] did not become durable.
  public void abandon() {
    decided = committed;
  }
}
