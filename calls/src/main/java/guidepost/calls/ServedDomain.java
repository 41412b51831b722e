package guidepost.calls;

import guidepost.journal.DomainWriter;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.OverloadedException;
import guidepost.journal.WriterObserver;
import guidepost.journal.WriterStats;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// One domain of data as a server serves it: a journal, the index made of it, the one writer, and
/// the services in front.
///
/// A server has a list of these and knows nothing else of them: what it reports, checks, copies,
/// writes as text and ends, it does for each in turn. A new domain implements this and
/// [StoredDomain], and is added to the server's list.
///
/// ```
///   services ──▶ writer ──▶ journal ──▶ index      ServedDomain   while a server runs
///                             │
///                             └──▶ check, lines    StoredDomain   any program that has the journal open
/// ```
///
/// Threads: any.
public interface ServedDomain extends ServedFront {

  /// What is known of the domain without a server.
  StoredDomain stored();

  /// The journal that it is served from.
  Journal journal();

  /// The one writer of the journal.
  DomainWriter<?, ?> domainWriter();

  /// What the writer has done, and what waits for it.
  default WriterStats stats() {
    return domainWriter().stats();
  }

  /// The newest revision that readers see.
  default long revision() {
    return domainWriter().revision();
  }

  /// Completes when readers see a revision; fails if the domain ends before, or that takes too
  /// long.
  ///
  /// @param revision may be one that is never written
  /// @param patience how long the caller waits
  default CompletableFuture<Void> reached(long revision, Duration patience) {
    return domainWriter().reached(revision, patience);
  }

  /// Has an observer told of what the writer does from now on, instead of the one before.
  default void observe(WriterObserver observer) {
    domainWriter().observe(observer);
  }

  /// What it tells of itself besides: how much it holds, and who listens. Each figure gets the
  /// label `domain` from whoever collects it.
  ///
  /// Cost: less than a millisecond with 10,000 watches.
  List<Figure> figures();

  /// Compares the index that answers calls with the journal that it was made of. Writes go on.
  ///
  /// @param findings takes what is wrong
  /// @return entries that the index holds as they are stored
  /// @throws JournalException if stored bytes cannot be read, or the writer has ended
  /// @throws OverloadedException if too much waits to be written
  /// @throws InterruptedException if the calling thread is
  long verify(Findings findings) throws JournalException, OverloadedException, InterruptedException;
}
