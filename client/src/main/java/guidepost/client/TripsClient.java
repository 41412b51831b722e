package guidepost.client;

import guidepost.guide.v1.AppendFixesRequest;
import guidepost.guide.v1.AppendFixesResponse;
import guidepost.guide.v1.DeleteTripRequest;
import guidepost.guide.v1.GetTripFixesRequest;
import guidepost.guide.v1.GetTripFixesResponse;
import guidepost.guide.v1.GetTripRequest;
import guidepost.guide.v1.GetTripTrackRequest;
import guidepost.guide.v1.GetTripTrackResponse;
import guidepost.guide.v1.ListTripsRequest;
import guidepost.guide.v1.ListTripsResponse;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripFilter;
import guidepost.guide.v1.TripFix;
import guidepost.guide.v1.TripStart;
import guidepost.guide.v1.TripsGrpc;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Records trips and asks for them.
public final class TripsClient {

  private final ClientChannel channel;
  private final Duration patience;

  TripsClient(ClientChannel channel, Duration patience) {
    this.channel = channel;
    this.patience = patience;
  }

  private TripsGrpc.TripsBlockingStub stub() {
    return TripsGrpc.newBlockingStub(channel)
        .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Begins a trip, or goes on with the one that has this id.
  ///
  /// @param start with an id, if it is to survive a connection that breaks at once
  public TripRecording record(TripStart start) {
    return TripRecording.open(channel, patience, start);
  }

  /// The trip with an id.
  public Optional<Trip> get(String id) {
    try {
      return Optional.of(stub().getTrip(GetTripRequest.newBuilder().setId(id).build()).getTrip());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// The fixes of a trip, in the order recorded.
  ///
  /// @param fixes gets each one; the server sends no faster than this takes them
  /// @throws StatusRuntimeException NOT_FOUND if there is no such trip
  public void fixes(String id, Consumer<TripFix> fixes) {
    AnswerStream.read(
        channel.newCall(TripsGrpc.getGetTripFixesMethod(), CallOptions.DEFAULT),
        GetTripFixesRequest.newBuilder().setId(id).build(),
        patience,
        (GetTripFixesResponse response) -> response.getFixesList().forEach(fixes));
  }

  /// The line of a trip, simplified: as few of its fixes as its shape needs.
  ///
  /// @throws StatusRuntimeException NOT_FOUND if there is no such trip
  public GetTripTrackResponse track(GetTripTrackRequest request) {
    return stub().getTripTrack(request);
  }

  /// Writes one batch of a trip's fixes in one call: for those who have no connection to keep open.
  /// A repeated batch is written once.
  ///
  /// @throws StatusRuntimeException FAILED_PRECONDITION if the batch's number leaves a hole, or the
  ///   trip is finished
  public AppendFixesResponse append(AppendFixesRequest request) {
    return stub().appendFixes(request);
  }

  /// All trips, or a traveller's, page after page, in the order of their ids.
  ///
  /// @param traveller empty: all
  public void list(String traveller, Consumer<Trip> trips) {
    list(TripFilter.newBuilder().setTraveller(traveller).build(), trips);
  }

  /// The trips that match, page after page, in the order of their ids.
  public void list(TripFilter filter, Consumer<Trip> trips) {
    ListTripsRequest request = ListTripsRequest.newBuilder().setFilter(filter).build();
    ListTripsResponse page = stub().listTrips(request);
    page.getTripsList().forEach(trips);
    while (!page.getNextPageToken().isEmpty()) {
      page = stub().listTrips(request.toBuilder().setPageToken(page.getNextPageToken()).build());
      page.getTripsList().forEach(trips);
    }
  }

  /// Deletes a trip with its fixes.
  ///
  /// @return the revision that deleted it
  /// @throws StatusRuntimeException NOT_FOUND if there is no such trip
  public long delete(String id) {
    return stub().deleteTrip(DeleteTripRequest.newBuilder().setId(id).build()).getRevision();
  }
}
