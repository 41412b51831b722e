package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.guide.v1.RecordTripRequest;
import guidepost.guide.v1.RecordTripResponse;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripFix;
import guidepost.guide.v1.TripStart;
import guidepost.guide.v1.TripsGrpc;
import guidepost.testing.Patience;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A recording outlives a server that is away for a while.
final class TripRecordingTest {

  private final Trips trips = new Trips();
  private Server server;
  private GuidepostClient client;

  @BeforeEach
  void start() throws Exception {
    String name = InProcessServerBuilder.generateName();
    server = InProcessServerBuilder.forName(name).directExecutor().addService(trips).build();
    server.start();
    client =
        new GuidepostClient(
            InProcessChannelBuilder.forName(name).directExecutor().build(), Patience.LIMIT);
  }

  @AfterEach
  void stop() {
    client.close();
    server.shutdownNow();
  }

  @Test
  void shouldGoOnHoweverOftenTheServerIsAway() {
    try (TripRecording recording = client.trips().record(TripStart.getDefaultInstance())) {
      trips.away.set(6);
      trips.cut();
      assertThat(recording.add(List.of(TripFix.getDefaultInstance())).getLastBatch()).isEqualTo(1);
      assertThat(trips.away).hasValue(0);
    }
  }

  @Test
  void shouldTellAtOnceThatThereIsNoServerToBeginWith() {
    trips.away.set(1);
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> client.trips().record(TripStart.getDefaultInstance()));
    assertThat(trips.away).hasValue(0);
  }

  /// Refuses as many calls as it is told to.
  private static final class Trips extends TripsGrpc.TripsImplBase {
    private final AtomicInteger away = new AtomicInteger();
    private volatile StreamObserver<RecordTripResponse> call =
        new StreamObserver<>() {
          @Override
          public void onNext(RecordTripResponse response) {}

          @Override
          public void onError(Throwable failure) {}

          @Override
          public void onCompleted() {}
        };

    void cut() {
      call.onError(Status.UNAVAILABLE.asRuntimeException());
    }

    @Override
    public StreamObserver<RecordTripRequest> recordTrip(
        StreamObserver<RecordTripResponse> responses) {
      call = responses;
      boolean refused = away.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
      if (refused) {
        responses.onError(Status.UNAVAILABLE.asRuntimeException());
      }
      return new StreamObserver<>() {
        @Override
        public void onNext(RecordTripRequest request) {
          if (!refused) {
            Trip trip =
                Trip.newBuilder().setId("t1").setLastBatch(request.getBatch().getNumber()).build();
            responses.onNext(RecordTripResponse.newBuilder().setTrip(trip).build());
          }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
      };
    }
  }
}
