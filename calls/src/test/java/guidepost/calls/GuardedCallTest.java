package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Empty;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a service and its client see of a call whose end is decided without the service.
final class GuardedCallTest {

  private final StatusRuntimeException why =
      Failures.rejected(Reason.MESSAGE_TOO_LARGE, "too large");

  private @Nullable ConnectionAccount account;
  private final List<String> client = new ArrayList<>();
  private final List<String> service = new ArrayList<>();

  @Test
  void shouldEndTheMessagesOfTheServiceAndReplaceItsEndingWhenARequestIsRefused() {
    GuardedCall<Empty, Empty> call = call(MethodType.BIDI_STREAMING);
    GuardedListener<Empty> listener = listener(call);
    listener.onMessage(new Incoming.Whole<>(Empty.getDefaultInstance()));
    listener.onMessage(new Incoming.Refused<>(why));
    listener.onMessage(new Incoming.Whole<>(Empty.getDefaultInstance()));
    listener.onHalfClose();
    assertThat(service).containsExactly("message", "half-close");
    call.sendMessage(Empty.getDefaultInstance());
    call.close(Status.OK, new Metadata());
    assertThat(client)
        .containsExactly("asked for 1", "asked for 1", "message", "RESOURCE_EXHAUSTED");
    listener.onComplete();
    assertThat(service).endsWith("complete");
  }

  @Test
  void shouldNotSendTheOneAnswerOfACallThatIsRefused() {
    GuardedCall<Empty, Empty> call = call(MethodType.CLIENT_STREAMING);
    listener(call).refuse(why);
    call.sendMessage(Empty.getDefaultInstance());
    call.close(Status.OK, new Metadata());
    assertThat(client).containsExactly("asked for 1", "RESOURCE_EXHAUSTED");
  }

  @Test
  void shouldEndACutCallAtOnceAndTellTheServiceAsIfTheClientHadGone() {
    GuardedCall<Empty, Empty> call = call(MethodType.BIDI_STREAMING);
    GuardedListener<Empty> listener = listener(call);
    listener.cut(why);
    listener.cut(why);
    call.sendMessage(Empty.getDefaultInstance());
    call.close(Status.OK, new Metadata());
    assertThat(call.isCancelled()).isTrue();
    assertThat(call.isReady()).isFalse();
    listener.onComplete();
    assertThat(client).containsExactly("RESOURCE_EXHAUSTED");
    assertThat(service).containsExactly("cancel");
  }

  @Test
  void shouldLeaveACallThatHasEndedAsItEnded() {
    GuardedCall<Empty, Empty> call = call(MethodType.BIDI_STREAMING);
    call.close(Status.OK, new Metadata());
    listener(call).cut(why);
    assertThat(client).containsExactly("OK");
  }

  /// Answers that are a turn each.
  @Test
  void shouldWorkOutUnaryAnswersInTheTurnsOfTheirConnection() {
    Deque<Runnable> loop = new ArrayDeque<>();
    ServerBudget budget = new ServerBudget(1L << 30, 1L << 30);
    ConnectionAccount connection = new ConnectionAccount(budget, loop::add, () -> {});
    account = connection;
    long before = budget.held();
    connection.arrives();
    Context.Key<String> name = Context.key("name");
    List<GuardedListener<Empty>> listeners = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int number = i;
      GuardedCall<Empty, Empty> call = call(MethodType.UNARY);
      GuardedListener<Empty> listener =
          new GuardedListener<>(
              new ServerCall.Listener<>() {
                @Override
                public void onHalfClose() {
                  service.add(number + " of " + name.get());
                  connection.produced(200 << 10);
                  if (number == 2) {
                    throw new IllegalStateException("broken");
                  }
                }
              },
              call);
      listeners.add(listener);
      Context.current()
          .withValue(name, "caller " + i)
          .run(() -> listener.onMessage(new Incoming.Whole<>(Empty.getDefaultInstance())));
      Context.current().withValue(name, "caller " + i).run(listener::onHalfClose);
    }
    assertThat(service).containsExactly("0 of caller 0");
    connection.arrives(); // more is read: these wait behind those that wait
    assertThat(connection.mayWork(new ConnectionAccount.Waiter(() -> {}), 0)).isFalse();
    listeners.get(3).onCancel();
    loop.remove().run();
    assertThat(service).endsWith("1 of caller 1").hasSize(2);
    loop.remove().run();
    assertThat(service).endsWith("2 of caller 2").hasSize(3);
    assertThat(client).containsExactly("INTERNAL");
    loop.remove().run();
    assertThat(service).endsWith("4 of caller 4").hasSize(4);
    loop.remove().run();
    assertThat(service).endsWith("5 of caller 5").hasSize(5);
    loop.remove().run();
    assertThat(loop).isEmpty();
    assertThat(budget.held()).isEqualTo(before);
  }

  @Test
  void shouldCountRequestsThatWaitForTheirTurn() {
    ServerBudget budget = new ServerBudget(1L << 30, 1L << 30);
    ConnectionAccount connection = new ConnectionAccount(budget, _ -> {}, () -> {});
    account = connection;
    long before = budget.held();
    connection.arrives();
    connection.produced(1 << 20);
    GuardedCall<Empty, Empty> call = call(MethodType.UNARY);
    call.inTurn(() -> service.add("now"), 5_000);
    assertThat(budget.held()).isEqualTo(before + 5_000);
    assertThat(service).isEmpty();
    GuardedCall<Empty, Empty> large = call(MethodType.UNARY);
    large.inTurn(() -> service.add("at once"), 256 << 10);
    assertThat(service).as("more than may wait").containsExactly("at once");
    assertThat(budget.held()).isEqualTo(before + 5_000);
    call.forgetWork();
    assertThat(budget.held()).isEqualTo(before);
  }

  @Test
  void shouldNotWorkOutTheAnswerOfACallThatWasCutWhileItWaitedForItsTurn() {
    Deque<Runnable> loop = new ArrayDeque<>();
    ServerBudget budget = new ServerBudget(1L << 30, 1L << 30);
    ConnectionAccount connection = new ConnectionAccount(budget, loop::add, () -> {});
    account = connection;
    long before = budget.held();
    connection.arrives();
    connection.produced(1 << 20);
    GuardedCall<Empty, Empty> cut = call(MethodType.UNARY);
    cut.inTurn(() -> service.add("cut"), 5_000);
    GuardedCall<Empty, Empty> next = call(MethodType.UNARY);
    next.inTurn(() -> service.add("next"), 5_000);
    cut.cut(why);
    while (!loop.isEmpty()) {
      loop.remove().run();
    }
    assertThat(service).containsExactly("next");
    assertThat(budget.held()).isEqualTo(before);
  }

  /// Reading again begins no new turn while calls wait for theirs, and does not overtake them.
  @Test
  void shouldLetNobodyPastThoseThatWaitForTheirTurn() {
    ServerBudget budget = new ServerBudget(1L << 30, 1L << 30);
    ConnectionAccount connection = new ConnectionAccount(budget, _ -> {}, () -> {});
    connection.arrives();
    connection.produced(1 << 20);
    assertThat(connection.mayWork(new ConnectionAccount.Waiter(() -> {}), 0)).isFalse();
    connection.arrives();
    assertThat(connection.mayProduce(new ConnectionAccount.Waiter(() -> {}))).isFalse();
    connection.beginTurn();
    assertThat(connection.mayWork(new ConnectionAccount.Waiter(() -> {}), 0)).isFalse();
  }

  @Test
  void shouldNotKeepTheEndOfAClientsMessagesBack() {
    ServerBudget budget = new ServerBudget(1L << 30, 1L << 30);
    ConnectionAccount connection = new ConnectionAccount(budget, _ -> {}, () -> {});
    account = connection;
    connection.arrives();
    connection.produced(1 << 20);
    listener(call(MethodType.BIDI_STREAMING)).onHalfClose();
    assertThat(service).containsExactly("half-close");
  }

  private GuardedCall<Empty, Empty> call(MethodType type) {
    MethodDescriptor<Empty, Empty> method =
        MethodDescriptor.<Empty, Empty>newBuilder()
            .setFullMethodName("test/Call")
            .setType(type)
            .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .build();
    return new GuardedCall<>(new ClientSide(method), method);
  }

  private GuardedListener<Empty> listener(GuardedCall<Empty, ?> call) {
    return new GuardedListener<>(new ServiceSide(), call);
  }

  /// Writes down what the service is told.
  private final class ServiceSide extends ServerCall.Listener<Empty> {
    @Override
    public void onMessage(Empty message) {
      service.add("message");
    }

    @Override
    public void onHalfClose() {
      service.add("half-close");
    }

    @Override
    public void onCancel() {
      service.add("cancel");
    }

    @Override
    public void onComplete() {
      service.add("complete");
    }
  }

  /// Writes down what the client gets.
  private final class ClientSide extends ServerCall<Empty, Empty> {
    private final MethodDescriptor<Empty, Empty> method;

    ClientSide(MethodDescriptor<Empty, Empty> method) {
      this.method = method;
    }

    @Override
    public Attributes getAttributes() {
      return account == null
          ? Attributes.EMPTY
          : Attributes.newBuilder().set(ConnectionAccount.KEY, account).build();
    }

    @Override
    public void request(int messages) {
      client.add("asked for " + messages);
    }

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(Empty message) {
      client.add("message");
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      client.add(status.getCode().name());
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<Empty, Empty> getMethodDescriptor() {
      return method;
    }
  }
}
