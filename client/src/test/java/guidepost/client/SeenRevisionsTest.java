package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.routes.v1.GetStatsRequest;
import guidepost.routes.v1.GetStatsResponse;
import guidepost.routes.v1.RoutesGrpc;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a client sends back of the revisions that servers tell.
final class SeenRevisionsTest {

  private static final Metadata.Key<String> REVISION =
      Metadata.Key.of("guidepost-revision", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> TIMELINE =
      Metadata.Key.of("guidepost-timeline", Metadata.ASCII_STRING_MARSHALLER);

  /// Tells what it is to, and keeps what it is asked for.
  private static final class Telling implements ServerInterceptor {
    private final List<String> asked = new ArrayList<>();
    private String revisions = "";
    private String timeline = "";

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      asked.add(headers.get(REVISION) + " of " + headers.get(TIMELINE));
      return next.startCall(
          new SimpleForwardingServerCall<>(call) {
            @Override
            public void sendHeaders(Metadata answer) {
              answer.put(REVISION, revisions);
              answer.put(TIMELINE, timeline);
              super.sendHeaders(answer);
            }
          },
          headers);
    }
  }

  private static final class Stats extends RoutesGrpc.RoutesImplBase {
    @Override
    public void getStats(GetStatsRequest request, StreamObserver<GetStatsResponse> answer) {
      answer.onNext(GetStatsResponse.getDefaultInstance());
      answer.onCompleted();
    }
  }

  @Test
  void shouldForgetWhatItSawOnceTheServersHaveAnotherTimeline() throws Exception {
    Telling telling = new Telling();
    String name = InProcessServerBuilder.generateName();
    Server server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(new Stats())
            .intercept(telling)
            .build()
            .start();
    ManagedChannel channel =
        InProcessChannelBuilder.forName(name)
            .directExecutor()
            .intercept(new SeenRevisionsHeader())
            .build();
    try {
      RoutesGrpc.RoutesBlockingStub routes = RoutesGrpc.newBlockingStub(channel);
      List<List<String>> told =
          List.of(
              List.of("routes=7,notes=3", "18446744073709551615"),
              List.of("routes=6", "18446744073709551615"),
              List.of("routes=2", "6"),
              List.of("routes=3", "6"));
      for (List<String> each : told) {
        telling.revisions = each.get(0);
        telling.timeline = each.get(1);
        var _ = routes.getStats(GetStatsRequest.getDefaultInstance());
      }
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
    assertThat(telling.asked)
        .containsExactly(
            "null of null",
            "notes=3,routes=7 of 18446744073709551615",
            "notes=3,routes=7 of 18446744073709551615",
            "routes=2 of 6");
  }
}
