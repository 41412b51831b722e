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

  /// All that was decided is committed.
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
