package guidepost.journal;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletionStage;

/// An append whose outcome is not known yet, as when a remote engine did not answer in time: all of
/// its batches will be there, or none. Nobody is shown any of them, and nothing more may be
/// appended, before that is [#settled].
///
/// For a caller that does not wait for that it is [JournalException.Reason#OUTCOME_UNKNOWN].
///
/// Threads: any; it is settled by one.
public final class UnsettledException extends JournalException {

  private static final long serialVersionUID = 1;

  private final transient CompletionStage<Void> settled;
  private final Duration patience;

  /// Callers wait for as long as it takes.
  ///
  /// @param message for people
  /// @param settled see [#settled]
  public UnsettledException(String message, CompletionStage<Void> settled) {
    this(message, settled, ChronoUnit.FOREVER.getDuration());
  }

  /// @param message for people
  /// @param settled see [#settled]
  /// @param patience after which callers are told that the outcome is unknown
  public UnsettledException(String message, CompletionStage<Void> settled, Duration patience) {
    super(Reason.OUTCOME_UNKNOWN, message, null);
    this.settled = settled;
    this.patience = patience;
  }

  /// How long callers are to wait before they are told that the outcome is unknown. It is settled
  /// all the same.
  public Duration patience() {
    return patience;
  }

  /// Completes when it is known: normally when all batches are durable, and [Journal#revision]
  /// counts them; with a [JournalException] when none of them is there or ever will be, of reason
  /// [JournalException.Reason#SUPERSEDED] if another server writes the journal now.
  public CompletionStage<Void> settled() {
    return settled;
  }
}
