package guidepost.journal;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.testing.Patience;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WritePipeTest {

  private final MemoryJournalStore store = new MemoryJournalStore();
  private final Numbers numbers = new Numbers();
  private final DomainWriter<List<Integer>, List<Integer>> writer =
      DomainWriter.start("numbers", store.journal("numbers"), numbers, 100_000);
  private final Answers answers = new Answers();
  private final WritePipe<Integer, Integer> pipe = new WritePipe<>(writer::submit, answers);

  @AfterEach
  void close() {
    writer.close();
  }

  @Test
  void shouldAnswerALoneOperationWithoutWaitingForMore() throws Exception {
    pipe.add(7);
    assertThat(answers.first.get()).isEqualTo(7);
    assertThat(answers.end).isNotDone();
  }

  @Test
  void shouldAnswerEverythingInOrderAndThenEnd() throws Exception {
    IntStream.range(0, 20_000).forEach(pipe::add);
    pipe.end();
    assertThat(answers.await())
        .containsExactlyElementsOf(IntStream.range(0, 20_000).boxed().toList());
    assertThat(numbers.requests.get()).isLessThan(2_000);
  }

  @Test
  void shouldEndAtOnceWhenThereWasNothing() throws Exception {
    pipe.end();
    assertThat(answers.await()).isEmpty();
  }

  @Test
  void shouldTellOfAFailureOnceAndSayNothingAfterIt() throws Exception {
    pipe.add(1);
    assertThat(answers.first.get()).isEqualTo(1);
    store.failWrites(true);
    pipe.add(2);
    assertThat(answers.failure.get()).isInstanceOf(JournalException.class);
    store.failWrites(false);
    pipe.add(3);
    pipe.end();
    assertThat(writer.submit(List.of(4), 1).get()).containsExactly(4);
    assertThat(answers.all).containsExactly(1);
    assertThat(answers.end).isNotDone();
  }

  @Test
  void shouldTellASinkThatThrowsAndNotHang() throws Exception {
    answers.throwing = true;
    pipe.add(1);
    assertThat(answers.failure.get()).hasMessage("as if");
    pipe.add(2);
    assertThat(writer.submit(List.of(3), 1).get()).containsExactly(3);
    assertThat(answers.end).isNotDone();
  }

  /// Answers every number with itself.
  private static final class Numbers implements Domain<List<Integer>, List<Integer>> {
    private final AtomicInteger requests = new AtomicInteger();

    @Override
    public Decision<List<Integer>> decide(List<Integer> request, Batch batch) {
      requests.incrementAndGet();
      request.forEach(
          number -> batch.put(number.toString().getBytes(StandardCharsets.UTF_8), new byte[0]));
      return revision -> request;
    }

    @Override
    public void apply(long revision, Instant time, Batch batch) {}

    @Override
    public void publish() {}

    @Override
    public void abandon() {}
  }

  private static final class Answers implements WritePipe.Sink<Integer> {
    private final List<Integer> all = new ArrayList<>();
    private volatile boolean throwing;
    private final CompletableFuture<Integer> first = new CompletableFuture<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final CompletableFuture<List<Integer>> end = new CompletableFuture<>();

    @Override
    public void answered(List<Integer> answers) {
      if (throwing) {
        throw new IllegalStateException("as if");
      }
      all.addAll(answers);
      first.complete(answers.getFirst());
    }

    @Override
    public void ended() {
      end.complete(List.copyOf(all));
    }

    @Override
    public void failed(Throwable cause) {
      failure.complete(cause);
    }

    List<Integer> await() throws Exception {
      return end.get(Patience.SECONDS, TimeUnit.SECONDS);
    }
  }
}
