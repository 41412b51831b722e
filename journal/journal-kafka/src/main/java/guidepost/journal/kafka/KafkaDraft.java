package guidepost.journal.kafka;

import guidepost.journal.Cluster;
import guidepost.journal.ClusterMember;
import guidepost.journal.JournalDraft;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.JournalStore;
import guidepost.journal.Retention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Fills a log that nothing was written to: a server for a while, with a copy that is thrown away.
///
/// Each domain is loaded whole or not at all. A log is not removed: what a failure leaves is named,
/// and deleting the topic is its operator's.
///
/// Threads: one.
final class KafkaDraft implements JournalDraft {

  /// How often it looks whether it leads.
  private static final Duration LOOK = Duration.ofMillis(50);

  private final KafkaOptions options;
  private final String program;
  private @Nullable KafkaStore store;
  private @Nullable Path copy;
  private boolean complete;

  KafkaDraft(KafkaOptions options, String program) {
    this.options = options;
    this.program = program;
  }

  @Override
  public JournalStore store() throws JournalException {
    KafkaStore opened = store;
    if (opened == null) {
      opened = opened();
      store = opened;
    }
    return opened;
  }

  private KafkaStore opened() throws JournalException {
    KafkaOptions here =
        options.copiedTo(temporary()).advertising("").with(false, options.unsafeTopic());
    KafkaStore opened = KafkaStore.open(here, Retention.DEFAULT, InstantSource.system(), program);
    if (!opened.isEmpty()) {
      opened.close();
      throw new JournalException(
          Reason.FOREIGN,
          "%s: holds changes already; choose another prefix, or delete the topic %s"
              .formatted(options, options.topic()),
          null);
    }
    try {
      awaitLead(opened);
      return opened;
    } catch (JournalException e) {
      opened.close();
      throw e;
    }
  }

  private Path temporary() throws JournalException {
    try {
      Path made = Files.createTempDirectory("guidepost-load");
      copy = made;
      return made.resolve("copy");
    } catch (IOException e) {
      throw new JournalException(Reason.IO, "no temporary directory: " + e, e);
    }
  }

  private void awaitLead(KafkaStore opened) throws JournalException {
    Cluster cluster = opened.cluster().orElseThrow();
    cluster.begin();
    while (!cluster.leadership().leads()) {
      Optional<JournalException> trouble = opened.trouble();
      if (trouble.isPresent()) {
        throw trouble.get();
      }
      requireAlone(cluster);
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /// One that leads goes on to do so.
  private void requireAlone(Cluster cluster) throws JournalException {
    for (ClusterMember each : cluster.members()) {
      if (!each.self() && each.isThere()) {
        throw new JournalException(
            Reason.FOREIGN,
            "%s: the server %s takes part; stop all servers, load, and start them again"
                .formatted(
                    options, each.address().isEmpty() ? "without an address" : each.address()),
            null);
      }
    }
  }

  @Override
  public Optional<CopiedFiles> files() {
    return Optional.empty();
  }

  @Override
  public void complete() throws JournalException {
    KafkaStore filled = store;
    if (filled == null) {
      throw new IllegalStateException("a draft is filled before it is complete");
    }
    try {
      filled.cluster().orElseThrow().latest().toCompletableFuture().join();
      complete = true;
    } catch (CompletionException e) {
      throw new JournalException(Reason.OUTCOME_UNKNOWN, options + ": " + e.getCause(), e);
    }
  }

  @Override
  public void close() throws JournalException {
    KafkaStore opened = store;
    boolean left = opened != null && !complete && !opened.isEmpty();
    try (opened) {
      // Closed before its files are deleted.
    }
    delete();
    if (left) {
      throw new JournalException(
          Reason.IO,
          "%s: holds a part of it; delete the topic %s".formatted(options, options.topic()),
          null);
    }
  }

  private void delete() throws JournalException {
    Path made = copy;
    if (made == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(made)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new JournalException(Reason.IO, "%s: stays: %s".formatted(made, e), e);
    }
  }
}
