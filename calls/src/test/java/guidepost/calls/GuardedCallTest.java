package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Empty;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a service and its client see of a call whose end is decided without the service.
final class GuardedCallTest {

  private final StatusRuntimeException why =
      Failures.rejected(Reason.MESSAGE_TOO_LARGE, "too large");

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
