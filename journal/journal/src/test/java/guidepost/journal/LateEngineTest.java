package guidepost.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import guidepost.journal.JournalException.Reason;
import guidepost.journal.LateJournal.Outcome;
import guidepost.testing.Patience;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A writer over an engine whose appends may end before anybody knows what became of them.
final class LateEngineTest {
  private static final int SEQUENCES = Integer.getInteger("guidepost.rounds", 200);

  private final MemoryJournalStore store = new MemoryJournalStore();
  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private final LateJournal late = new LateJournal(store.journal("words"), () -> next(outcomes));
  private final Words words = new Words();
  private final DomainWriter<String, String> writer =
      DomainWriter.start("words", late.asJournal(), words, 100);

  private static Outcome next(BlockingQueue<Outcome> outcomes) {
    Outcome next = outcomes.poll();
    return next == null ? Outcome.DURABLE : next;
  }

  @AfterEach
  void close() {
    writer.close();
    late.requireUnbroken();
  }

  /// A list of words, each of which is put once.
  private static final class Words implements Domain<String, String> {
    private final List<String> committed = new ArrayList<>();
    private final Revisions revisions = new Revisions(0);
    private volatile List<String> published = List.of();

    @Override
    public Decision<String> decide(String word, Batch batch) {
      batch.put(word.getBytes(UTF_8), new byte[0]);
      long expected = revisions.next();
      revisions.count(batch);
      return revision -> {
        assertThat(revision).isEqualTo(expected);
        committed.add(word);
        return word + "@" + revision;
      };
    }

    @Override
    public void apply(long revision, Instant time, Batch batch) {
      revisions.apply(revision);
      batch.forEach((key, _, _) -> committed.add(new String(key, UTF_8)));
    }

    @Override
    public void publish() {
      published = List.copyOf(committed);
      var _ = revisions.publish();
    }

    @Override
    public void abandon() {
      revisions.abandon();
    }
  }

  private CompletableFuture<String> submit(String word) throws OverloadedException {
    return writer.submit(word, 1);
  }

  private static String get(CompletableFuture<String> answer) throws Exception {
    return answer.get(Patience.SECONDS, TimeUnit.SECONDS);
  }

  private static Reason reason(CompletableFuture<String> answer) throws Exception {
    try {
      throw new AssertionError("answered: " + get(answer));
    } catch (ExecutionException e) {
      return reasonOf(e.getCause());
    }
  }

  private static Reason reasonOf(@Nullable Throwable failure) {
    assertThat(failure).isInstanceOf(JournalException.class);
    return ((JournalException) Objects.requireNonNull(failure)).reason();
  }

  /// What the journal holds, in order.
  private List<String> stored() throws JournalException {
    List<String> stored = new ArrayList<>();
    store
        .journal("words")
        .read(
            0,
            (_, _, batch) -> {
              batch.forEach((key, _, _) -> stored.add(new String(key, UTF_8)));
              return true;
            });
    return stored;
  }

  @Test
  void shouldAnswerNobodyAndTakeNothingNewUntilItIsKnown() throws Exception {
    outcomes.add(Outcome.UNKNOWN);
    CompletableFuture<String> first = submit("a");
    LateJournal.Unsettled unsettled = late.awaitUnsettled();
    assertThatRefusesForNow();
    assertThat(first).isNotDone();
    assertThat(words.published).isEmpty();
    assertThat(writer.stopped().toCompletableFuture()).isNotDone();
    unsettled.land();
    assertThat(get(first)).isEqualTo("a@1");
    assertThat(words.published).containsExactly("a");
    assertThat(get(submitSoon("b"))).isEqualTo("b@2");
    assertThat(stored()).containsExactly("a", "b");
  }

  /// The writer learns of it a moment after the engine. What it takes until then does not stand any
  /// more when its turn comes.
  private void assertThatRefusesForNow() {
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> writer.submit("refused", 1, () -> false))
                    .isInstanceOf(OverloadedException.class)
                    .hasMessage(
                        "words: the outcome of the last write is not known yet; try again in 200"
                            + " ms"));
  }

  private CompletableFuture<String> submitSoon(String word) throws Exception {
    while (true) {
      try {
        return submit(word);
      } catch (OverloadedException e) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void shouldRefuseWhatNeverLandedAndGoOn() throws Exception {
    outcomes.add(Outcome.UNKNOWN);
    CompletableFuture<String> first = submit("a");
    late.awaitUnsettled().vanish();
    assertThat(reason(first)).isEqualTo(Reason.IO);
    assertThat(get(submitSoon("b"))).isEqualTo("b@1");
    assertThat(words.published).containsExactly("b");
    assertThat(stored()).containsExactly("b");
  }

  @Test
  void shouldWriteWhatWaitedBehindAnUnknownWrite() throws Exception {
    outcomes.add(Outcome.UNKNOWN);
    CompletableFuture<String> first = submit("a");
    List<CompletableFuture<String>> behind = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        behind.add(submit("b" + i));
      }
    } catch (OverloadedException e) {
      // It is unsettled already: what was taken before that waits.
    }
    late.awaitUnsettled().land();
    assertThat(get(first)).startsWith("a@");
    for (CompletableFuture<String> each : behind) {
      assertThat(get(each)).startsWith("b");
    }
    assertThat(stored()).hasSize(1 + behind.size()).isEqualTo(words.published);
  }

  @Test
  void shouldRefuseEverythingOnceAnotherServerTookOver() throws Exception {
    assertThat(get(submit("a"))).isEqualTo("a@1");
    outcomes.add(Outcome.SUPERSEDED);
    CompletableFuture<String> superseded = submit("b");
    assertThat(reason(superseded)).isEqualTo(Reason.SUPERSEDED);
    CompletableFuture<String> later = submit("c");
    assertThat(reason(later)).isEqualTo(Reason.SUPERSEDED);
    assertThat(writer.stopped().toCompletableFuture()).isNotDone();
    assertThatThrownBy(later::get)
        .hasMessageContaining("words: another server takes the writes now; nothing of this was");
    assertThat(words.published).containsExactly("a");
    assertThat(stored()).containsExactly("a");
  }

  @Test
  void shouldRefuseWhatWaitsWhenAnUnknownWriteTurnsOutToBeSuperseded() throws Exception {
    outcomes.add(Outcome.UNKNOWN);
    CompletableFuture<String> first = submit("a");
    List<CompletableFuture<String>> behind = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        behind.add(submit("b" + i));
      }
    } catch (OverloadedException e) {
      // It is unsettled already.
    }
    late.awaitUnsettled().supersede();
    assertThat(reason(first)).isEqualTo(Reason.SUPERSEDED);
    for (CompletableFuture<String> each : behind) {
      assertThat(reason(each)).isEqualTo(Reason.SUPERSEDED);
    }
    assertThat(stored()).isEmpty();
  }

  @Test
  void shouldSayThatItIsUnknownWhenItIsClosedMeanwhile() throws Exception {
    outcomes.add(Outcome.UNKNOWN);
    CompletableFuture<String> first = submit("a");
    late.awaitUnsettled();
    assertThatRefusesForNow();
    writer.close();
    assertThat(reason(first)).isEqualTo(Reason.OUTCOME_UNKNOWN);
    assertThat(reason(submit("b"))).isEqualTo(Reason.CLOSED);
    assertThat(writer.stopped().toCompletableFuture()).isNotDone();
    assertThat(words.published).isEmpty();
  }

  @Test
  void shouldFindAfterARestartWhatLandedAfterItWasClosed() throws Exception {
    outcomes.add(Outcome.UNKNOWN);
    CompletableFuture<String> first = submit("a");
    LateJournal.Unsettled unsettled = late.awaitUnsettled();
    writer.close();
    assertThat(reason(first)).isEqualTo(Reason.OUTCOME_UNKNOWN);
    unsettled.land();
    Journal journal = store.reopen().journal("words");
    Words replayed = new Words();
    journal.read(
        0,
        (revision, time, batch) -> {
          replayed.apply(revision, time, batch);
          return true;
        });
    replayed.publish();
    assertThat(replayed.published).containsExactly("a");
    try (DomainWriter<String, String> next = DomainWriter.start("next", journal, replayed, 100)) {
      assertThat(get(next.submit("b", 1))).isEqualTo("b@2");
    }
  }

  @Test
  void shouldStopWhenTheEngineFailsToSayWhatBecameOfIt() throws Exception {
    outcomes.add(Outcome.UNKNOWN);
    CompletableFuture<String> first = submit("a");
    late.breakDown(late.awaitUnsettled());
    assertThat(reason(first)).isEqualTo(Reason.CLOSED);
    writer.stopped().toCompletableFuture().get(Patience.SECONDS, TimeUnit.SECONDS);
    assertThat(reason(submit("b"))).isEqualTo(Reason.CLOSED);
    assertThat(words.published).isEmpty();
  }

  /// One sequence: callers, an engine that is late, refuses, or is superseded, and an end at any
  /// time.
  private static final class Sequence {
    private final Random random;
    private final MemoryJournalStore store = new MemoryJournalStore();
    private final Words words = new Words();
    private final Random engine;
    private final LateJournal late;
    private final DomainWriter<String, String> writer;
    private final Map<String, CompletableFuture<String>> asked = new HashMap<>();
    private final Thread settling;
    private volatile boolean ended;

    Sequence(long seed) {
      random = new Random(seed);
      engine = new Random(seed + 1);
      late = new LateJournal(store.journal("words"), this::outcome);
      writer = DomainWriter.start("words", late.asJournal(), words, 20);
      settling = Thread.ofPlatform().daemon().start(() -> settle(new Random(seed + 2)));
    }

    private Outcome outcome() {
      return switch (engine.nextInt(12)) {
        case 0, 1 -> Outcome.REFUSED;
        case 2, 3, 4 -> Outcome.UNKNOWN;
        case 5 -> engine.nextInt(8) == 0 ? Outcome.SUPERSEDED : Outcome.DURABLE;
        default -> Outcome.DURABLE;
      };
    }

    /// Settles what is unknown, until the end, when one may be left over.
    private void settle(Random outcomes) {
      try {
        while (!ended) {
          LateJournal.Unsettled next = late.pollUnsettled();
          if (next == null) {
            continue;
          }
          switch (outcomes.nextInt(20)) {
            case 0 -> next.supersede();
            case 1, 2, 3, 4, 5, 6 -> next.vanish();
            default -> next.land();
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void run() throws Exception {
      int requests = random.nextInt(60);
      for (int i = 0; i < requests; i++) {
        String word = "w" + i;
        try {
          asked.put(word, writer.submit(word, 1));
        } catch (OverloadedException e) {
          Thread.onSpinWait();
        }
        if (random.nextInt(5) == 0) {
          Thread.onSpinWait();
        }
      }
      ended = random.nextInt(4) == 0;
      writer.close();
      ended = true;
      settling.join();
      LateJournal.Unsettled left = late.pollUnsettled();
      if (left != null && random.nextBoolean()) {
        left.land();
      }
      check();
    }

    private void check() throws Exception {
      late.requireUnbroken();
      List<String> stored = new ArrayList<>();
      store
          .journal("words")
          .read(
              0,
              (revision, _, batch) -> {
                batch.forEach((key, _, _) -> stored.add(new String(key, UTF_8) + "@" + revision));
                return true;
              });
      Set<String> acknowledged = new HashSet<>();
      Set<String> unknown = new HashSet<>();
      for (Map.Entry<String, CompletableFuture<String>> each : asked.entrySet()) {
        assertThat(each.getValue()).as("every caller is told").isDone();
        try {
          acknowledged.add(each.getValue().join());
        } catch (CompletionException e) {
          if (reasonOf(e.getCause()) == Reason.OUTCOME_UNKNOWN) {
            unknown.add(each.getKey());
          }
        }
      }
      assertThat(stored).as("what was acknowledged is there").containsAll(acknowledged);
      Set<String> more = new HashSet<>(stored);
      more.removeAll(acknowledged);
      assertThat(more.stream().map(each -> each.substring(0, each.indexOf('@'))))
          .as("what else is there was never refused")
          .isSubsetOf(unknown);
      assertThat(words.published)
          .as("readers saw what was acknowledged, in the journal's order")
          .isEqualTo(
              stored.stream()
                  .filter(acknowledged::contains)
                  .map(each -> each.substring(0, each.indexOf('@')))
                  .collect(Collectors.toList()));
    }
  }

  @Test
  void shouldKeepEveryPromiseInRandomSequences() throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("LateEngineTest: -Dguidepost.seed=" + seed);
    for (int i = 0; i < SEQUENCES; i++) {
      try {
        new Sequence(seed + i).run();
      } catch (AssertionError e) {
        throw new AssertionError("with -Dguidepost.seed=" + (seed + i), e);
      }
    }
  }
}
