package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.Batch;
import guidepost.journal.Changefeed;
import guidepost.journal.Journal;
import guidepost.journal.MemoryJournalStore;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Watches take turns on the few threads that they share: here on none, step by step.
final class WatchCallTest {

  private static final int PARTS = 6;

  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final Journal journal = new MemoryJournalStore().journal("test");
  private final Sent call = new Sent();
  private final AtomicLong nanos = new AtomicLong();
  private boolean isGone;
  private int reminders;

  /// A call whose client takes everything at once.
  private static final class Sent extends ServerCall<String, String> {
    private final List<String> messages = new ArrayList<>();
    private final CompletableFuture<Status> ended = new CompletableFuture<>();

    @Override
    public void sendMessage(String message) {
      messages.add(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      ended.complete(status);
    }

    @Override
    public void request(int count) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<String, String> getMethodDescriptor() {
      throw new UnsupportedOperationException();
    }
  }

  /// Changes of a journal as their number, without a snapshot.
  private final class Plan implements WatchPlan<String, String> {
    private final Changefeed<String>.Cursor cursor;

    Plan(Changefeed<String>.Cursor cursor) {
      this.cursor = cursor;
    }

    @Override
    public Streaming.Search<String> snapshot() {
      return Streaming.of(Collections.emptyIterator());
    }

    @Override
    public Changefeed<String>.Cursor changes() {
      return cursor;
    }

    @Override
    public String changes(List<String> changes, long resumeAfter) {
      return "%d up to %d".formatted(changes.size(), resumeAfter);
    }

    @Override
    public String progress(long resumeAfter) {
      return "up to " + resumeAfter;
    }

    @Override
    public String lag(long behind, long newest, long oldest, long resumeAfter) {
      return "behind";
    }

    @Override
    public Optional<StatusRuntimeException> over() {
      return isGone
          ? Optional.of(Failures.rejected(Reason.FEATURE_NOT_FOUND, "gone"))
          : Optional.empty();
    }
  }

  private WatchCall<String, String> watch(Predicate<String> wanted) throws Exception {
    for (int part = 0; part < PARTS; part++) {
      Batch batch = new Batch();
      for (int i = 0; i < Changefeed.CHANGES_READ_MAX; i++) {
        batch.delete(Integer.toString(i).getBytes(StandardCharsets.UTF_8));
      }
      journal.append(List.of(batch));
    }
    Changefeed<String> changefeed =
        new Changefeed<>(journal, (_, key, _, _) -> new String(key, StandardCharsets.UTF_8));
    Plan plan = new Plan(changefeed.cursor(0, wanted));
    return new WatchCall<>(
        call, changefeed, plan, waiting::add, () -> reminders++, () -> 0, nanos::get);
  }

  private @Nullable Runnable next() {
    return waiting.poll();
  }

  private int turns() {
    int turns = 0;
    for (Runnable next = next(); next != null; next = next()) {
      next.run();
      turns++;
    }
    return turns;
  }

  @Test
  void shouldLetOthersHaveTheirTurnAfterEachPartOfTheLogThatItReads() throws Exception {
    watch(_ -> false).wake();
    assertThat(turns()).isGreaterThan(PARTS);
    assertThat(call.messages).containsExactly("up to " + PARTS);
  }

  @Test
  void shouldLetOthersHaveTheirTurnAfterSomeMessages() throws Exception {
    watch(_ -> true).wake();
    Objects.requireNonNull(next()).run();
    assertThat(call.messages).isEmpty();
    Objects.requireNonNull(next()).run();
    assertThat(call.messages).hasSize(8);
    turns();
    assertThat(call.messages).hasSize(PARTS * Changefeed.CHANGES_READ_MAX / 512);
  }

  @Test
  void shouldTellEverythingBeforeItEndsThoughOthersHadTheirTurn() throws Exception {
    WatchCall<String, String> watch = watch(_ -> true);
    isGone = true;
    watch.wake();
    turns();
    assertThat(call.messages).hasSize(PARTS * Changefeed.CHANGES_READ_MAX / 512);
    assertThat(call.ended).isCompletedWithValueMatching(s -> s.getCode() == Status.Code.NOT_FOUND);
  }

  @Test
  void shouldTellHowFarItIsOnceNothingElseComes() throws Exception {
    Changefeed<String> changefeed =
        new Changefeed<>(journal, (_, key, _, _) -> new String(key, StandardCharsets.UTF_8));
    Plan plan = new Plan(changefeed.cursor(0, _ -> false));
    WatchCall<String, String> watch =
        new WatchCall<>(
            call, changefeed, plan, waiting::add, () -> reminders++, () -> 0, nanos::get);
    watch.wake();
    turns();
    assertThat(call.messages).containsExactly("up to 0");
    for (long revision = 1; revision <= 3; revision++) {
      changefeed.add(revision, List.of("unwanted"));
      changefeed.publish();
      watch.wake();
      turns();
    }
    assertThat(call.messages).containsExactly("up to 0");
    assertThat(reminders).isEqualTo(3);
    nanos.addAndGet(ProgressTimer.QUIET.toNanos());
    watch.remind();
    turns();
    assertThat(call.messages).containsExactly("up to 0", "up to 3");
    watch.remind();
    assertThat(turns()).isZero();
  }
}
