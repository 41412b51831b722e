package guidepost.journal;

import guidepost.testing.Patience;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A journal like that of a remote engine: an append may end before it is known what became of it,
/// and a test says later whether it landed.
///
/// It believes nothing: an append while another is unsettled, or after it was superseded, fails the
/// test that makes it.
///
/// Threads: one appends; the outcomes are any thread's.
public final class LateJournal {

  /// How an append ends.
  public enum Outcome {
    DURABLE,
    REFUSED,
    UNKNOWN,
    SUPERSEDED
  }

  /// An append whose outcome is not known.
  public final class Unsettled {
    private final List<Batch> batches;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();

    private Unsettled(List<Batch> batches) {
      this.batches = batches;
    }

    /// All of it was written.
    public void land() {
      try {
        journal.append(batches);
      } catch (JournalException e) {
        throw new AssertionError(e);
      }
      settle(() -> settled.complete(null));
    }

    /// None of it was.
    public void vanish() {
      settle(() -> settled.completeExceptionally(refused("it never landed")));
    }

    /// None of it was, and never will anything be.
    public void supersede() {
      isSuperseded = true;
      settle(() -> settled.completeExceptionally(superseded()));
    }

    private void settle(Runnable ending) {
      unsettled = null;
      ending.run();
    }
  }

  private final Journal journal;
  private final Supplier<Outcome> outcomes;
  private final LinkedBlockingQueue<Unsettled> unknown = new LinkedBlockingQueue<>();
  private volatile @Nullable Unsettled unsettled;
  private volatile boolean isSuperseded;
  private volatile @Nullable AssertionError broken;

  /// @param journal what it writes to
  /// @param outcomes says how the next append ends
  public LateJournal(Journal journal, Supplier<Outcome> outcomes) {
    this.journal = journal;
    this.outcomes = outcomes;
  }

  /// As a journal.
  public Journal asJournal() {
    return (Journal)
        Proxy.newProxyInstance(
            Journal.class.getClassLoader(),
            new Class<?>[] {Journal.class},
            (_, method, arguments) -> call(method, arguments));
  }

  /// The next append whose outcome is not known, once there is one.
  public Unsettled awaitUnsettled() throws InterruptedException {
    Unsettled next = unknown.poll(Patience.SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no append is unsettled");
    }
    return next;
  }

  /// An append whose outcome is not known, if there is one about now.
  public @Nullable Unsettled pollUnsettled() throws InterruptedException {
    return unknown.poll(1, TimeUnit.MILLISECONDS);
  }

  /// Fails if the rules of appending were broken.
  public void requireUnbroken() {
    AssertionError error = broken;
    if (error != null) {
      throw error;
    }
  }

  private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
    if (method.getName().equals("leads")) {
      return !isSuperseded;
    }
    if (method.getName().equals("appendAfter") && arguments != null) {
      end(outcomes.get(), batches(arguments[1]));
    }
    try {
      return method.invoke(journal, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  @SuppressWarnings("unchecked") // the last argument of an append
  private static List<Batch> batches(Object argument) {
    return (List<Batch>) argument;
  }

  /// Ends an append that is not durable now.
  private void end(Outcome outcome, List<Batch> batches) throws JournalException {
    if (unsettled != null || isSuperseded) {
      broken = new AssertionError("appended while nothing may be, superseded: " + isSuperseded);
    }
    switch (outcome) {
      case DURABLE -> {}
      case REFUSED -> throw refused("refused");
      case UNKNOWN -> throw unknown(batches);
      case SUPERSEDED -> {
        isSuperseded = true;
        throw superseded();
      }
    }
  }

  /// As if the engine could not even tell what became of the next unsettled append.
  public void breakDown(Unsettled next) {
    next.settled.completeExceptionally(new IllegalStateException("as a test wants it: a defect"));
  }

  private UnsettledException unknown(List<Batch> batches) {
    Unsettled next = new Unsettled(batches);
    unsettled = next;
    unknown.add(next);
    return new UnsettledException("as a test wants it: no answer", next.settled);
  }

  private static JournalException refused(String why) {
    return new JournalException(JournalException.Reason.IO, "as a test wants it: " + why, null);
  }

  private static JournalException superseded() {
    return new JournalException(
        JournalException.Reason.SUPERSEDED, "as a test wants it: another leads", null);
  }
}
