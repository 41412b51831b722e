package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.RouteGuideGrpc;
import guidepost.seed.routeguide.RouteNote;
import guidepost.seed.routeguide.RouteSummary;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GuideClientTest {

  private static final Point HERE = Point.newBuilder().setLatitude(1).setLongitude(2).build();

  private final List<String> heard = new CopyOnWriteArrayList<>();

  @Test
  void everyPointOfATripIsSent() throws Exception {
    try (InProcess server = InProcess.serving(new Guide())) {
      RouteSummary summary =
          server
              .client()
              .guide()
              .recordTrip(IntStream.range(0, 20_000).mapToObj(i -> HERE).iterator());

      assertThat(summary.getPointCount()).isEqualTo(20_000);
    }
  }

  @Test
  void noteIsPostedAndOthersAreHeard() throws Exception {
    try (InProcess server = InProcess.serving(new Guide());
        Chat chat = server.client().guide().chat(note -> heard.add(note.getMessage()))) {
      chat.post(HERE, "jam");
      await().untilAsserted(() -> assertThat(heard).containsExactly("also: jam"));
      chat.post(HERE, "gone");
      chat.finish();
    }
    assertThat(heard).containsExactly("also: jam", "also: gone");
  }

  @Test
  void endOfAChatIsReportedAndItsReasonThrown() throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    try (InProcess server = InProcess.serving(new Guide());
        Chat chat = server.client().guide().chat(note -> heard.add(note.getMessage()))) {
      chat.whenEnded(() -> ended.set(true));
      chat.post(HERE, "");
      await().untilTrue(ended);

      assertThatThrownBy(() -> chat.post(HERE, "more"))
          .hasMessage("INVALID_ARGUMENT: message \"\": must not be empty");
      assertThatThrownBy(chat::finish)
          .hasMessage("INVALID_ARGUMENT: message \"\": must not be empty");
    }
  }

  /// Counts points and echoes notes; an empty note ends the chat.
  private static final class Guide extends RouteGuideGrpc.RouteGuideImplBase {
    @Override
    public StreamObserver<Point> recordRoute(StreamObserver<RouteSummary> responses) {
      int[] points = {0};
      return observer(
          point -> points[0]++,
          () -> {
            responses.onNext(RouteSummary.newBuilder().setPointCount(points[0]).build());
            responses.onCompleted();
          });
    }

    @Override
    public StreamObserver<RouteNote> routeChat(StreamObserver<RouteNote> responses) {
      return observer(note -> echo(note, responses), responses::onCompleted);
    }

    private static void echo(RouteNote note, StreamObserver<RouteNote> responses) {
      if (note.getMessage().isEmpty()) {
        responses.onError(
            Status.INVALID_ARGUMENT
                .withDescription("message \"\": must not be empty")
                .asRuntimeException());
      } else {
        responses.onNext(note.toBuilder().setMessage("also: " + note.getMessage()).build());
      }
    }

    private static <T> StreamObserver<T> observer(
        java.util.function.Consumer<T> next, Runnable completed) {
      return new StreamObserver<>() {
        @Override
        public void onNext(T value) {
          next.accept(value);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          completed.run();
        }
      };
    }
  }
}
