package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.seed.routeguide.RouteGuideGrpc;
import guidepost.seed.routeguide.RouteNote;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatDroppedTest {

  private static final Metadata.Key<String> DROPPED =
      Metadata.Key.of("guidepost-notes-dropped", Metadata.ASCII_STRING_MARSHALLER);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "7 | chat 1,2 | guidepost: 7 notes were dropped, as the output was not read in time",
        "7 | chat 1,2 --json | {\"warning\":\"7 notes were dropped, as the output was not read in"
            + " time\",\"notes_dropped\":7}",
        "0 | chat 1,2 | ^^",
      })
  void notesThatTheServerDroppedAreReportedAtTheEnd(String dropped, String line, String message)
      throws Exception {
    Server server = serverThatDropped(dropped);
    try {
      Recorder terminal = new Recorder().reading("hello\n");
      String[] arguments = (line + " --server 127.0.0.1:" + server.getPort()).split(" ", -1);

      assertThat(terminal.run(arguments)).isZero();
      assertThat(terminal.err().strip()).isEqualTo(message);
    } finally {
      server.shutdownNow();
    }
  }

  private static Server serverThatDropped(String dropped) throws Exception {
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .addService(new SilentGuide())
        .intercept(new Trailer(dropped))
        .build()
        .start();
  }

  /// Takes notes and says nothing.
  private static final class SilentGuide extends RouteGuideGrpc.RouteGuideImplBase {
    @Override
    public StreamObserver<RouteNote> routeChat(StreamObserver<RouteNote> responses) {
      return new StreamObserver<>() {
        @Override
        public void onNext(RouteNote note) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          responses.onCompleted();
        }
      };
    }
  }

  /// Adds the trailer to the end of every call.
  private record Trailer(String dropped) implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      return next.startCall(
          new SimpleForwardingServerCall<Q, R>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
              trailers.put(DROPPED, dropped);
              super.close(status, trailers);
            }
          },
          headers);
    }
  }
}
