package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RoutesGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ModifyStreamTest {

  private final List<OperationResult> results = new ArrayList<>();

  @Test
  void everyOperationIsAnsweredInOrderOnTheThreadThatWrites() throws Exception {
    List<Thread> threads = new ArrayList<>();
    try (InProcess server = InProcess.serving(new Answering());
        ModifyStream<Operation, OperationResult> stream =
            server.client().routes().modify(result -> threads.add(Thread.currentThread()))) {
      write(stream, 0, 50_000);
      stream.finish();
    }
    assertThat(threads).hasSize(50_000).containsOnly(Thread.currentThread());
  }

  @Test
  void refusedOperationIsAnAnswerAndTheStreamGoesOn() throws Exception {
    try (InProcess server = InProcess.serving(new Answering());
        ModifyStream<Operation, OperationResult> stream =
            server.client().routes().modify(results::add)) {
      write(stream, 0, 3);
      stream.write(Operation.newBuilder().setId(3).setDeletePrefix("banana").build());
      write(stream, 4, 5);
      stream.finish();
    }
    assertThat(results).extracting(OperationResult::getId).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(results.get(3).getCode()).isEqualTo(ResultCode.RESULT_CODE_INVALID);
  }

  @Test
  void batchesHaveAtMost512OperationsAndAMebibyte() throws Exception {
    Answering service = new Answering();
    try (InProcess server = InProcess.serving(service);
        ModifyStream<Operation, OperationResult> stream =
            server.client().routes().modify(results::add)) {
      write(stream, 0, 1000);
      stream.flush();
      stream.write(large(1000, 600_000));
      stream.write(large(1001, 600_000));
      stream.finish();
    }
    assertThat(service.batches).containsExactly(512, 488, 1, 1);
    assertThat(results).hasSize(1002);
  }

  @Test
  void operationThatIsTooLargeIsRefusedHereAndTheStreamGoesOn() throws Exception {
    try (InProcess server = InProcess.serving(new Answering());
        ModifyStream<Operation, OperationResult> stream =
            server.client().routes().modify(results::add)) {
      assertThatThrownBy(() -> stream.write(large(0, 2_000_000)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("operation must have at most 1048576 bytes: 2000");
      write(stream, 1, 2);
      stream.finish();
    }
    assertThat(results).hasSize(1);
  }

  @Test
  void writerWaitsWhileTooManyOperationsAreUnanswered() throws Exception {
    Holding service = new Holding();
    try (InProcess server = InProcess.serving(service)) {
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (var stream = server.client().routes().modify(results::add)) {
                      write(stream, 0, 4 * ModifyStream.UNANSWERED_MAX);
                      stream.finish();
                    }
                  });
      await().until(() -> service.received.get() == ModifyStream.UNANSWERED_MAX);
      await().until(() -> writer.getState() == Thread.State.TIMED_WAITING);
      assertThat(service.received).hasValue(ModifyStream.UNANSWERED_MAX);
      service.release();
      writer.join();
    }
    assertThat(results).hasSize(4 * ModifyStream.UNANSWERED_MAX);
  }

  @Test
  void answersBeforeAFailureAreHandedOver() throws Exception {
    try (InProcess server = InProcess.serving(new FailingAfter(1024));
        ModifyStream<Operation, OperationResult> stream =
            server.client().routes().modify(results::add)) {
      assertThatThrownBy(
              () -> {
                write(stream, 0, 100_000);
                stream.finish();
              })
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessage("UNAVAILABLE: the disk is full");
    }
    assertThat(results).extracting(OperationResult::getId).containsExactlyElementsOf(ids(1024));
  }

  @Test
  void callThatEndsWithOkAndWithoutAnAnswerHasFailed() throws Exception {
    try (InProcess server = InProcess.serving(new Forgetful());
        ModifyStream<Operation, OperationResult> stream =
            server.client().routes().modify(results::add)) {
      write(stream, 0, 1000);
      assertThatThrownBy(stream::finish)
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessage("INTERNAL: the server ended the call with OK and 512 of 1000 answers");
    }
    assertThat(results).hasSize(512);
  }

  @Test
  void serverThatFallsSilentIsGivenUpAfterThePatience() throws Exception {
    try (InProcess server = InProcess.serving(new Holding(), Duration.ofMillis(50));
        ModifyStream<Operation, OperationResult> stream =
            server.client().routes().modify(results::add)) {
      assertThatThrownBy(
              () -> {
                write(stream, 0, 1);
                stream.finish();
              })
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessage(
              "DEADLINE_EXCEEDED: no sign of the server for PT0.05S; whether what it has not"
                  + " answered was written is not known");
    }
  }

  @Test
  void closingAnUnfinishedStreamCancelsIt() throws Exception {
    Holding service = new Holding();
    try (InProcess server = InProcess.serving(service)) {
      try (var stream = server.client().routes().modify(results::add)) {
        write(stream, 0, 512);
      }
      await().untilTrue(service.cancelled);
    }
  }

  private static void write(ModifyStream<Operation, OperationResult> stream, long from, long to) {
    for (long id = from; id < to; id++) {
      stream.write(Operation.newBuilder().setId(id).setDeletePrefix("10.0.0.0/8").build());
    }
  }

  private static Operation large(long id, int bytes) {
    return Operation.newBuilder()
        .setId(id)
        .setAdd(Route.newBuilder().setPrefix("10.0.0.0/8").setInterfaceName("x".repeat(bytes)))
        .build();
  }

  private static List<Long> ids(long count) {
    return LongStream.range(0, count).boxed().toList();
  }

  private static ModifyResponse answer(ModifyRequest request) {
    ModifyResponse.Builder response = ModifyResponse.newBuilder();
    for (Operation operation : request.getOperationsList()) {
      boolean bad = operation.getDeletePrefix().equals("banana");
      response.addResults(
          OperationResult.newBuilder()
              .setId(operation.getId())
              .setCode(bad ? ResultCode.RESULT_CODE_INVALID : ResultCode.RESULT_CODE_OK));
    }
    return response.build();
  }

  /// Answers every batch at once.
  private static class Answering extends RoutesGrpc.RoutesImplBase {
    final List<Integer> batches = new CopyOnWriteArrayList<>();

    @Override
    public StreamObserver<ModifyRequest> modify(StreamObserver<ModifyResponse> responses) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ModifyRequest request) {
          batches.add(request.getOperationsCount());
          received(request, responses);
        }

        @Override
        public void onError(Throwable failure) {
          cancelled();
        }

        @Override
        public void onCompleted() {
          finished(responses);
        }
      };
    }

    void received(ModifyRequest request, StreamObserver<ModifyResponse> responses) {
      responses.onNext(answer(request));
    }

    void cancelled() {}

    void finished(StreamObserver<ModifyResponse> responses) {
      responses.onCompleted();
    }
  }

  /// Takes everything, and answers nothing until it is released.
  private static final class Holding extends Answering {
    final AtomicLong received = new AtomicLong();
    final AtomicBoolean cancelled = new AtomicBoolean();
    private final List<Runnable> held = new ArrayList<>();
    private boolean released;

    @Override
    synchronized void received(ModifyRequest request, StreamObserver<ModifyResponse> responses) {
      received.addAndGet(request.getOperationsCount());
      hold(() -> responses.onNext(answer(request)));
    }

    @Override
    synchronized void finished(StreamObserver<ModifyResponse> responses) {
      hold(responses::onCompleted);
    }

    private synchronized void hold(Runnable response) {
      if (released) {
        response.run();
      } else {
        held.add(response);
      }
    }

    synchronized void release() {
      released = true;
      held.forEach(Runnable::run);
    }

    @Override
    void cancelled() {
      cancelled.set(true);
    }
  }

  /// Answers full batches alone.
  private static final class Forgetful extends Answering {
    @Override
    void received(ModifyRequest request, StreamObserver<ModifyResponse> responses) {
      if (request.getOperationsCount() == ModifyStream.BATCH_OPERATIONS_MAX) {
        super.received(request, responses);
      }
    }
  }

  /// Answers so many operations, then fails.
  private static final class FailingAfter extends Answering {
    private long left;

    FailingAfter(long left) {
      this.left = left;
    }

    @Override
    void received(ModifyRequest request, StreamObserver<ModifyResponse> responses) {
      if (left < 0) {
        return;
      }
      if (left == 0) {
        responses.onError(
            Status.UNAVAILABLE.withDescription("the disk is full").asRuntimeException());
      } else {
        responses.onNext(answer(request));
      }
      left -= request.getOperationsCount();
    }

    @Override
    void finished(StreamObserver<ModifyResponse> responses) {}
  }
}
