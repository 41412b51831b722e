package guidepost.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.testing.Patience;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DomainWriterTest {

  private static final int QUEUED_CHANGES_MAX = 10;

  private final MemoryJournalStore store = new MemoryJournalStore();
  private final Journal journal = store.journal("words");
  private final Words words = new Words();
  private final DomainWriter<String, String> writer =
      DomainWriter.start("words", journal, words, QUEUED_CHANGES_MAX);

  @AfterEach
  void close() {
    words.gate.open();
    writer.close();
  }

  @Test
  void shouldAnswerWhenTheChangeIsDurableAndVisible() throws Exception {
    String answer = writer.submit("a", 1).thenApply(a -> a + words.visible()).get();
    assertThat(answer).isEqualTo("a@1[a]");
    assertThat(journal.revision()).isEqualTo(1);
  }

  @Test
  void shouldGiveEveryRequestOfAGroupItsOwnRevision() throws Exception {
    words.gate.shut();
    CompletableFuture<String> first = writer.submit("a", 1);
    words.gate.awaitArrival();
    List<CompletableFuture<String>> group = new ArrayList<>();
    for (String word : List.of("b", "same", "c")) {
      group.add(writer.submit(word, 1));
    }
    words.gate.open();
    assertThat(first.get()).isEqualTo("a@1");
    assertThat(group.stream().map(CompletableFuture::join)).containsExactly("b@2", "same@2", "c@3");
    assertThat(words.publishes.get()).isEqualTo(2);
  }

  @Test
  void shouldRefuseWhatTheQueueCannotHold() throws Exception {
    words.gate.shut();
    CompletableFuture<String> first = writer.submit("a", 1);
    words.gate.awaitArrival();
    CompletableFuture<String> second = writer.submit("b", QUEUED_CHANGES_MAX);
    assertThatThrownBy(() -> writer.submit("c", 1))
        .isInstanceOfSatisfying(
            OverloadedException.class, e -> assertThat(e.retryAfter()).isPositive())
        .hasMessageContaining("words: more than 10 changes wait");
    words.gate.open();
    assertThat(first.get()).isEqualTo("a@1");
    assertThat(second.get()).isEqualTo("b@2");
    assertThat(writer.submit("d", 1).get()).isEqualTo("d@3");
  }

  @Test
  void shouldCountWhatItWrote() throws Exception {
    writer.submit("a", 1).get();
    store.failWrites(true);
    assertThatThrownBy(() -> writer.submit("b", 1).get()).isInstanceOf(ExecutionException.class);
    store.failWrites(false);
    writer.submit("cc", 1).get();
    WriterStats stats = writer.stats();
    assertThat(stats.groups()).isEqualTo(2);
    assertThat(stats.batches()).isEqualTo(2);
    assertThat(stats.changes()).isEqualTo(2);
    assertThat(stats.bytes()).isEqualTo(3);
    assertThat(stats.failures()).isEqualTo(1);
    assertThat(stats.queuedChanges()).isZero();
    assertThat(stats.writing()).isPositive().isGreaterThanOrEqualTo(stats.writingMax());
  }

  @Test
  void shouldTakeARequestLargerThanTheQueueWhenNothingWaits() throws Exception {
    assertThat(writer.submit("a", QUEUED_CHANGES_MAX + 1).get()).isEqualTo("a@1");
  }

  @Test
  void shouldFailEveryRequestOfAGroupThatDidNotBecomeDurable() throws Exception {
    store.failWrites(true);
    CompletableFuture<String> lost = writer.submit("a", 1);
    assertThatThrownBy(lost::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(JournalException.class);
    assertThat(words.visible()).isEqualTo("[]");
    assertThat(words.abandons.get()).isEqualTo(1);
    store.failWrites(false);
    assertThat(writer.submit("b", 1).get()).isEqualTo("b@1");
    assertThat(words.visible()).isEqualTo("[b]");
  }

  @Test
  void shouldAnswerWhatWaitsBeforeItCloses() throws Exception {
    words.gate.shut();
    CompletableFuture<String> first = writer.submit("a", 1);
    words.gate.awaitArrival();
    CompletableFuture<String> second = writer.submit("b", 1);
    words.gate.open();
    writer.close();
    assertThat(first).isCompletedWithValue("a@1");
    assertThat(second).isCompletedWithValue("b@2");
    assertThat(writer.submit("c", 1))
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withMessageContaining("words: closed");
  }

  @Test
  void shouldWriteNothingMoreOnceTheIndexFellBehindTheJournal() throws Exception {
    CompletableFuture<String> defect = writer.submit("defect", 1);
    assertThatThrownBy(defect::get).hasMessageContaining("must be restarted");
    assertThatThrownBy(() -> writer.submit("a", 1).get()).hasMessageContaining("must be restarted");
    assertThat(journal.revision()).isEqualTo(1);
    assertThat(words.abandons.get()).isZero();
  }

  @Test
  void shouldFailEveryCallerWhenTheWriterDiesOfAnError() throws Exception {
    CompletableFuture<String> fatal = writer.submit("fatal", 1);
    assertThatThrownBy(fatal::get).hasMessageContaining("must be restarted");
    assertThatThrownBy(() -> writer.submit("a", 1).get()).hasMessageContaining("must be restarted");
  }

  @Test
  void shouldFailEveryCallerWhenTheWriterDiesWhileItAbandons() throws Exception {
    store.failWrites(true);
    words.failsToAbandon = true;
    CompletableFuture<String> first = writer.submit("a", 1);
    assertThatThrownBy(first::get).hasMessageContaining("must be restarted");
    assertThatThrownBy(() -> writer.submit("b", 1).get()).hasMessageContaining("must be restarted");
    assertThat(writer.stopped().toCompletableFuture()).isCompleted();
  }

  @Test
  void shouldFailARequestThatCannotBeDecidedAndNoOtherOfItsGroup() throws Exception {
    words.gate.shut();
    CompletableFuture<String> first = writer.submit("a", 1);
    words.gate.awaitArrival();
    List<CompletableFuture<String>> group = new ArrayList<>();
    for (String word : List.of("b", "undecidable", "c", "undecidable", "undecidable", "d")) {
      group.add(writer.submit(word, 1));
    }
    words.gate.open();
    assertThat(first.get()).isEqualTo("a@1");
    assertThat(group.get(0).get()).isEqualTo("b@2");
    assertThat(group.get(2).get()).isEqualTo("c@3");
    assertThat(group.get(5).get()).isEqualTo("d@4");
    for (int bad : new int[] {1, 3, 4}) {
      assertThatThrownBy(group.get(bad)::get).hasMessageContaining("undecidable, as if");
    }
    assertThat(words.visible()).isEqualTo("[a, b, c, d]");
    assertThat(words.decided).containsExactly("a", "b", "c", "d");
    assertThat(writer.submit("e", 1).get()).isEqualTo("e@5");
  }

  @Test
  void shouldTakeNoMoreIntoAGroupThanAGroupMayHold() throws Exception {
    try (DomainWriter<String, String> large =
        DomainWriter.start("many", store.journal("many"), words, 1 << 20)) {
      words.gate.shut();
      CompletableFuture<String> first = large.submit("a", 1);
      words.gate.awaitArrival();
      int half = Gathering.GROUP_CHANGES_MAX / 2;
      List<CompletableFuture<String>> waiting = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        waiting.add(large.submit("w" + i, half));
      }
      words.gate.open();
      assertThat(first.get()).isEqualTo("a@1");
      waiting.getLast().get();
      assertThat(large.stats().groups()).as("one of one, three of two").isEqualTo(4);
      assertThat(large.stats().batches()).isEqualTo(7);
    }
  }

  /// Three callers who each ask for one thing after the other, of whom two wait while the first one
  /// is answered.
  ///
  /// @return the answers to these two
  private List<CompletableFuture<String>> threeCallers(int changes) throws Exception {
    words.gate.shut();
    CompletableFuture<String> first = writer.submit("a", 1);
    words.gate.awaitArrival();
    CompletableFuture<String> second = writer.submit("b", changes);
    CompletableFuture<String> third = writer.submit("c", 1);
    words.gate.open();
    assertThat(first.get()).isEqualTo("a@1");
    return List.of(second, third);
  }

  @Test
  void shouldWaitForCallersThatComeBackWhereAnAppendIsARound() throws Exception {
    store.gather(Duration.ofDays(1));
    List<CompletableFuture<String>> others = threeCallers(1);
    CompletableFuture<String> again = writer.submit("d", 1);
    assertThat(others.stream().map(CompletableFuture::join)).containsExactly("b@2", "c@3");
    assertThat(again.get()).isEqualTo("d@4");
    assertThat(writer.stats().groups()).as("one of one, one of three").isEqualTo(2);
  }

  @Test
  void shouldWaitForNobodyWhereOneCallerAsksOneThingAfterTheOther() throws Exception {
    store.gather(Duration.ofDays(1));
    for (int i = 1; i <= 3; i++) {
      assertThat(writer.submit("a" + i, 1).get()).isEqualTo("a%d@%d".formatted(i, i));
    }
  }

  @Test
  void shouldWaitForCallersNoLongerThanItMay() throws Exception {
    store.gather(Duration.ofMillis(1));
    assertThat(threeCallers(1).stream().map(CompletableFuture::join)).containsExactly("b@2", "c@3");
  }

  @Test
  void shouldWaitForNobodyOnceHalfOfTheLargestGroupWaits() throws Exception {
    store.gather(Duration.ofDays(1));
    assertThat(threeCallers(QUEUED_CHANGES_MAX / 2).stream().map(CompletableFuture::join))
        .containsExactly("b@2", "c@3");
  }

  @Test
  void shouldAnswerWhatWaitsForOthersWhenItCloses() throws Exception {
    store.gather(Duration.ofDays(1));
    List<CompletableFuture<String>> others = threeCallers(1);
    writer.close();
    assertThat(others.stream().map(CompletableFuture::join)).containsExactly("b@2", "c@3");
  }

  @Test
  void shouldHurryAJournalOfWhichARevisionIsAwaited() throws Exception {
    writer.submit("a", 1).get();
    writer.reached(1, Duration.ofDays(1)).get();
    assertThat(store.hurried()).isZero();
    CompletableFuture<Void> reached = writer.reached(2, Duration.ofDays(1));
    assertThat(store.hurried()).isEqualTo(1);
    writer.submit("b", 1).get();
    reached.get();
  }

  @Test
  void shouldTakeExactlyAsMuchAsTheQueueHolds() throws Exception {
    words.gate.shut();
    CompletableFuture<String> first = writer.submit("a", 1);
    words.gate.awaitArrival();
    CompletableFuture<String> second = writer.submit("b", QUEUED_CHANGES_MAX - 1);
    assertThat(writer.queuedChanges()).isEqualTo(QUEUED_CHANGES_MAX - 1);
    CompletableFuture<String> third = writer.submit("c", 1);
    assertThatThrownBy(() -> writer.submit("d", 1)).isInstanceOf(OverloadedException.class);
    assertThat(writer.queuedChanges()).isEqualTo(QUEUED_CHANGES_MAX);
    words.gate.open();
    assertThat(first.get()).isEqualTo("a@1");
    assertThat(second.get()).isEqualTo("b@2");
    assertThat(third.get()).isEqualTo("c@3");
    assertThat(writer.queuedChanges()).isZero();
  }

  @Test
  void shouldNotDoWhatNoLongerStandsWhenItsTurnComes() throws Exception {
    words.gate.shut();
    CompletableFuture<String> first = writer.submit("a", 1);
    words.gate.awaitArrival();
    CompletableFuture<String> second = writer.submit("b", 1, () -> !first.isDone());
    CompletableFuture<String> third = writer.submit("c", 1, first::isDone);
    words.gate.open();
    assertThatThrownBy(second::get).hasMessageContaining("words: not written, because an earlier");
    assertThat(third.get()).isEqualTo("c@2");
    assertThat(words.visible()).isEqualTo("[a, c]");
  }

  @Test
  void shouldAnswerThousandsOfCallersInTheirOrder() throws Exception {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    while (answers.size() < 5_000) {
      try {
        answers.add(writer.submit("w" + answers.size(), 1));
      } catch (OverloadedException e) {
        answers.getLast().get();
      }
    }
    assertThat(answers.stream().map(CompletableFuture::join))
        .containsExactlyElementsOf(
            IntStream.range(0, 5_000).mapToObj(i -> "w%d@%d".formatted(i, i + 1)).toList());
  }

  /// Holds the writer inside a decision.
  private static final class Gate {
    private volatile boolean closed;
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    void shut() {
      closed = true;
    }

    void open() {
      closed = false;
      opened.countDown();
    }

    void awaitArrival() throws InterruptedException {
      arrived.await();
    }

    void pass() {
      if (closed) {
        arrived.countDown();
        awaitOpen();
      }
    }

    private void awaitOpen() {
      try {
        opened.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /// A list of words; "same" changes nothing, "defect" cannot be applied, "undecidable" fails when
  /// half of it is decided.
  private static final class Words implements Domain<String, String> {
    private final Gate gate = new Gate();
    private final List<String> committed = new ArrayList<>();

    /// What was decided and not abandoned.
    private final List<String> decided = new ArrayList<>();

    private volatile List<String> published = List.of();
    private final AtomicInteger publishes = new AtomicInteger();
    private final AtomicInteger abandons = new AtomicInteger();
    private volatile boolean failsToAbandon;

    String visible() {
      return published.toString();
    }

    @Override
    public Decision<String> decide(String word, Batch batch) {
      gate.pass();
      if (word.equals("fatal")) {
        throw new StackOverflowError("as if");
      }
      if (word.equals("same")) {
        return revision -> word + "@" + revision;
      }
      decided.add(word);
      batch.put(word.getBytes(UTF_8), new byte[0]);
      if (word.equals("undecidable")) {
        throw new IllegalStateException("undecidable, as if");
      }
      return revision -> {
        if (word.equals("defect")) {
          throw new IllegalStateException("a defect");
        }
        committed.add(word);
        return word + "@" + revision;
      };
    }

    @Override
    public void apply(long revision, Instant time, Batch batch) {
      batch.forEach((key, _, _) -> committed.add(new String(key, UTF_8)));
    }

    @Override
    public void publish() {
      published = List.copyOf(committed);
      publishes.incrementAndGet();
    }

    @Override
    public void abandon() {
      if (failsToAbandon) {
        throw new IllegalStateException("a defect");
      }
      abandons.incrementAndGet();
      decided.clear();
      decided.addAll(committed);
    }
  }

  @Test
  void shouldHoldNobodyWhoHasGivenUpWaitingForARevision() throws Exception {
    CompletableFuture<Void> second = writer.reached(2, Duration.ofDays(1));
    for (int i = 0; i < 100; i++) {
      assertThat(writer.reached(Long.MAX_VALUE - i, Duration.ofMillis(1)))
          .failsWithin(Patience.LIMIT)
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(TimeoutException.class);
    }
    assertThat(writer.waiting()).isEqualTo(1);
    writer.submit("a", 1).get();
    assertThat(second).isNotDone();
    writer.submit("b", 1).get();
    assertThat(second).succeedsWithin(Patience.LIMIT);
    assertThat(writer.reached(2, Duration.ZERO)).isCompleted();
    assertThat(writer.waiting()).isZero();
    CompletableFuture<Void> third = writer.reached(3, Duration.ofDays(1));
    writer.close();
    assertThat(third)
        .failsWithin(Patience.LIMIT)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(JournalException.class);
  }
}
