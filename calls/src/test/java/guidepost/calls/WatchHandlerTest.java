package guidepost.calls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.Batch;
import guidepost.journal.Changefeed;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.MemoryJournalStore;
import guidepost.journal.TrimmedException;
import guidepost.testing.Patience;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Which thread waits for which while changes are looked at.
final class WatchHandlerTest {

  private final Journal journal = new MemoryJournalStore().journal("test");
  private final Changefeed<String> changefeed =
      new Changefeed<>(journal, (_, key, _, _) -> new String(key, UTF_8));
  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private final CountDownLatch looking = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);

  @AfterEach
  void close() {
    mayGoOn.countDown();
    executor.shutdownNow();
  }

  /// A call whose client takes everything at once.
  private static final class Call extends ServerCall<String, String> {
    private final CompletableFuture<String> told = new CompletableFuture<>();

    @Override
    public void sendMessage(String message) {
      if (message.startsWith("changes")) {
        told.complete(message);
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {}

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

  private record Plan(Changefeed<String>.Cursor changes) implements WatchPlan<String, String> {
    @Override
    public Streaming.Search<String> snapshot() {
      return WatchSnapshot.none();
    }

    @Override
    public String changes(List<String> changes, long resumeAfter) {
      return "changes " + changes;
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
      return Optional.empty();
    }
  }

  private Plan open(String wanted) {
    try {
      return new Plan(changefeed.cursor(changefeed.newest(), wanted::equals));
    } catch (TrimmedException e) {
      throw new AssertionError(e);
    }
  }

  /// Stands still at its first change until it may go on.
  private WatchFinder<String, Plan> slow() {
    WatchFinder<String, Plan> each = WatchFinder.each();
    return new WatchFinder<>() {
      @Override
      public void add(Watcher watch, Plan plan) {
        each.add(watch, plan);
      }

      @Override
      public void remove(Watcher watch) {
        each.remove(watch);
      }

      @Override
      public void find(String change, Consumer<Watcher> found) {
        looking.countDown();
        try {
          assertThat(mayGoOn.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        each.find(change, found);
      }
    };
  }

  private void write(String change) throws JournalException {
    journal.append(List.of(new Batch().delete(change.getBytes(UTF_8))));
    changefeed.add(journal.revision(), List.of(change));
    changefeed.publish();
  }

  private ServerCall.Listener<String> watch(
      WatchHandler<String, String, String, Plan> handler, Call call, String wanted) {
    ServerCall.Listener<String> listener = handler.startCall(call, new Metadata());
    listener.onMessage(wanted);
    listener.onHalfClose();
    return listener;
  }

  @Test
  void shouldOpenAndEndWatchesWhileALookStandsStillAndTellEachItsOwn() throws Exception {
    WatchHandler<String, String, String, Plan> handler =
        new WatchHandler<>(
            changefeed, new OpenCalls(), this::open, slow(), executor, 10, System::nanoTime);
    Call first = new Call();
    watch(handler, first, "a");
    write("a");
    assertThat(looking.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();

    // As event loops do: were they to wait for the look, it would never go on.
    Call second = new Call();
    CompletableFuture<Void> opened =
        CompletableFuture.runAsync(
            () -> {
              watch(handler, second, "b");
              watch(handler, new Call(), "c").onCancel();
            });
    opened.get(Patience.SECONDS, TimeUnit.SECONDS);
    assertThat(handler.size()).isEqualTo(2);

    mayGoOn.countDown();
    write("b");
    assertThat(first.told.get(Patience.SECONDS, TimeUnit.SECONDS)).isEqualTo("changes [a]");
    assertThat(second.told.get(Patience.SECONDS, TimeUnit.SECONDS)).isEqualTo("changes [b]");
  }

  @Test
  void shouldLeavePlacesForOthersAndTakeBackThoseOfWatchesThatEnd() throws Exception {
    WatchHandler<String, String, String, Plan> handler =
        new WatchHandler<>(
            changefeed, new OpenCalls(), this::open, slow(), executor, 4, System::nanoTime);
    Context greedy = as("greedy");
    ServerCall.Listener<String> first = greedy.call(() -> watch(handler, new Call(), "a"));
    greedy.call(() -> watch(handler, new Call(), "a"));
    greedy.call(() -> watch(handler, new Call(), "a"));
    assertThat(handler.size()).isEqualTo(2);
    as("other").call(() -> watch(handler, new Call(), "a"));
    assertThat(handler.size()).isEqualTo(3);
    first.onCancel();
    greedy.call(() -> watch(handler, new Call(), "a"));
    assertThat(handler.size()).isEqualTo(3);
    mayGoOn.countDown();
  }

  private static Context as(String name) {
    return new Caller(name, Caller.Proof.TOKEN, List.of(Grant.EVERYTHING)).in(Context.ROOT, "");
  }
}
