package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.JournalException;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Answers about earlier states whose clients read nothing.
@Timeout(600)
final class HistoryCallsTest {

  private static final long SHARE = 1_000_000;

  private final Deque<Runnable> loop = new ArrayDeque<>();
  private final ServerBudget budget = new ServerBudget(100 * SHARE, SHARE);
  private final ConnectionAccount connection = new ConnectionAccount(budget, loop::add, () -> {});
  private final HistoryCalls<String> history =
      new HistoryCalls<>("history", HistoryCalls.WAITING_MAX);
  private final long before = budget.held();

  @AfterEach
  void stop() {
    history.close();
  }

  @Test
  void shouldCountWhatWasFoundUntilItsClientTookItOrLeft() {
    Caller reader = ask();
    awaitFound();
    assertThat(budget.held() - before).isEqualTo(ConnectionAccount.CALL_BYTES + SHARE);
    reader.read();
    assertThat(reader.messages).containsExactly("found");
    assertThat(budget.held() - before).isEqualTo(ConnectionAccount.CALL_BYTES);
    Caller leaver = ask();
    awaitFound();
    leaver.leave();
    assertThat(budget.held() - before).isEqualTo(2 * ConnectionAccount.CALL_BYTES);
  }

  @Test
  void shouldRefuseWhatTheConnectionKeepsNoRoomFor() {
    Caller first = ask();
    Caller second = ask();
    awaitFound();
    assertThat(Status.fromThrowable(second.failure()).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    first.read();
    Caller third = ask();
    awaitFound();
    third.read();
    assertThat(third.messages).containsExactly("found");
  }

  /// Parts of 100 rows; a question without a read asks for space, and keeps no more than that.
  @Test
  void shouldFindOnePartAfterTheOtherAsTheClientTakesThem() {
    List<Integer> found = new ArrayList<>();
    PartsSearch.Parts<Integer> parts =
        new PartsSearch.Parts<>() {
          @Override
          public List<Integer> next() {
            List<Integer> part = IntStream.range(found.size(), found.size() + 100).boxed().toList();
            found.addAll(part);
            return part;
          }

          @Override
          public boolean isOver() {
            return found.size() == 500;
          }
        };
    Caller caller = ask(new PartsSearch<>(parts, SHARE / 2, 40, String::valueOf));
    awaitFound();
    assertThat(found).isEmpty();
    assertThat(budget.held() - before).isEqualTo(ConnectionAccount.CALL_BYTES + SHARE / 2);
    Caller other = ask();
    awaitFound();
    assertThat(Status.fromThrowable(other.failure()).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    for (int message = 1; message <= 12; message++) {
      caller.readOne();
      awaitFound();
      awaitFound();
      assertThat(caller.messages).hasSize(message);
      assertThat(found).hasSizeLessThan(40 * message + 100);
    }
    caller.read();
    awaitFound();
    awaitFound();
    awaitFound();
    assertThat(caller.completed).isTrue();
    assertThat(caller.messages).hasSize(13).endsWith(found.subList(480, 500).toString());
    assertThat(budget.held() - before).isEqualTo(2 * ConnectionAccount.CALL_BYTES);
  }

  @Test
  void shouldSendAnEmptyMessageIfNothingDiffers() {
    PartsSearch.Parts<Integer> none =
        new PartsSearch.Parts<>() {
          @Override
          public List<Integer> next() {
            return List.of();
          }

          @Override
          public boolean isOver() {
            return true;
          }
        };
    Caller caller = ask(new PartsSearch<>(none, SHARE, 40, String::valueOf));
    caller.read();
    awaitFound();
    assertThat(caller.messages).containsExactly("[]");
    assertThat(caller.completed).isTrue();
  }

  @Test
  void shouldSayWhatCannotBeReadInTheMiddleOfAnAnswer() {
    PartsSearch.Parts<Integer> broken =
        new PartsSearch.Parts<>() {
          @Override
          public List<Integer> next() throws JournalException {
            throw new JournalException(
                JournalException.Reason.CORRUPT, "broken", new IOException("broken"));
          }

          @Override
          public boolean isOver() {
            return false;
          }
        };
    Caller caller = ask(new PartsSearch<>(broken, SHARE, 40, String::valueOf));
    caller.read();
    awaitFound();
    awaitFound();
    assertThat(Status.fromThrowable(caller.failure()).getCode()).isEqualTo(Status.Code.DATA_LOSS);
    assertThat(budget.held() - before).isEqualTo(ConnectionAccount.CALL_BYTES);
  }

  private Caller ask() {
    return ask(Streaming.of(List.of("found").iterator(), /* bytesInHand= */ SHARE));
  }

  private Caller ask(Streaming.Search<String> found) {
    InboundMeter meter =
        new InboundMeter(
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            Failures.rejected(Reason.MESSAGE_TOO_LARGE, "too large"));
    Caller caller = new Caller();
    meter
        .filterContext(Context.current())
        .run(
            () -> {
              assertThat(InboundMeter.begin(connection)).isTrue();
              history.answer(caller, _ -> found);
            });
    return caller;
  }

  /// Questions are answered in their order: when this one is, those before it are.
  private void awaitFound() {
    CompletableFuture<String> found = new CompletableFuture<>();
    history.answer(
        new Caller(),
        _ -> {
          found.complete("");
          return Streaming.of(List.<String>of().iterator());
        });
    found.join();
  }

  /// A client that reads when it is told to.
  private static final class Caller extends ServerCallStreamObserver<String> {
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private volatile boolean ready;
    private volatile boolean cancelled;
    private volatile boolean completed;
    private volatile boolean one;
    private volatile @Nullable Throwable failure;
    private Runnable onReady = () -> {};
    private Runnable onCancel = () -> {};

    void read() {
      ready = true;
      onReady.run();
    }

    void readOne() {
      one = true;
      read();
    }

    void leave() {
      cancelled = true;
      onCancel.run();
    }

    Throwable failure() {
      Throwable found = failure;
      return found == null ? new StatusRuntimeException(Status.OK) : found;
    }

    @Override
    public void onNext(String message) {
      messages.add(message);
      ready = ready && !one;
      one = false;
    }

    @Override
    public void onError(Throwable why) {
      failure = why;
    }

    @Override
    public void onCompleted() {
      completed = true;
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      onCancel = handler;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      onReady = handler;
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void setCompression(String compression) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}
  }
}
