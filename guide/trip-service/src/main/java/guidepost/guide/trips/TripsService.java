package guidepost.guide.trips;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.calls.Failures;
import guidepost.calls.Fields;
import guidepost.calls.OpenCalls;
import guidepost.calls.Streaming;
import guidepost.guide.v1.DeleteTripRequest;
import guidepost.guide.v1.DeleteTripResponse;
import guidepost.guide.v1.GetTripFixesRequest;
import guidepost.guide.v1.GetTripFixesResponse;
import guidepost.guide.v1.GetTripRequest;
import guidepost.guide.v1.GetTripResponse;
import guidepost.guide.v1.ListTripsRequest;
import guidepost.guide.v1.ListTripsResponse;
import guidepost.guide.v1.TripsGrpc;
import guidepost.journal.DomainWriter;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// `guidepost.guide.v1.Trips`.
///
/// Threads: those of its calls; fixes are read from the disk on `later`.
final class TripsService {

  private static final int PAGE_DEFAULT = 100;
  private static final int PAGE_MAX = 1_000;
  private static final int PAGE_BYTES_MAX = 1 << 20;

  private final TripDomain domain;
  private final DomainWriter<TripRequest, TripAnswer> writer;
  private final Journal journal;
  private final OpenCalls open;
  private final Executor later;

  TripsService(
      TripDomain domain,
      DomainWriter<TripRequest, TripAnswer> writer,
      Journal journal,
      OpenCalls open,
      Executor later) {
    this.domain = domain;
    this.writer = writer;
    this.journal = journal;
    this.open = open;
    this.later = later;
  }

  ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder(TripsGrpc.getServiceDescriptor())
        .addMethod(
            TripsGrpc.getRecordTripMethod(),
            ServerCalls.asyncBidiStreamingCall(caller -> TripStream.start(caller, writer, open)))
        .addMethod(TripsGrpc.getGetTripMethod(), ServerCalls.asyncUnaryCall(this::get))
        .addMethod(
            TripsGrpc.getGetTripFixesMethod(), ServerCalls.asyncServerStreamingCall(this::getFixes))
        .addMethod(TripsGrpc.getListTripsMethod(), ServerCalls.asyncUnaryCall(this::list))
        .addMethod(TripsGrpc.getDeleteTripMethod(), ServerCalls.asyncUnaryCall(this::delete))
        .build();
  }

  private void get(GetTripRequest request, StreamObserver<GetTripResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          String id = TripMessages.id(request.getId());
          TripRecord trip = trip(id);
          caller.onNext(GetTripResponse.newBuilder().setTrip(TripMessages.message(trip)).build());
          caller.onCompleted();
        });
  }

  private TripRecord trip(String id) {
    return domain.get(id).orElseThrow(() -> TripMessages.noTrip(id).asException());
  }

  private void getFixes(GetTripFixesRequest request, StreamObserver<GetTripFixesResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          String id = TripMessages.id(request.getId());
          Streaming.send(new Fixes(trip(id)), caller, later);
        });
  }

  /// The batches of a trip as it was when it was asked for, read one at a time. Batches are only
  /// added or deleted with the trip, so each is looked up when it is wanted.
  private final class Fixes implements Streaming.Search<GetTripFixesResponse> {
    private final TripRecord trip;
    private int number;
    private boolean looked;

    Fixes(TripRecord trip) {
      this.trip = trip;
    }

    @Override
    public boolean isOver() {
      return number == trip.stored().getLastBatch();
    }

    /// The first look only gives the event loop back: the disk is read elsewhere.
    @Override
    public @Nullable GetTripFixesResponse look() {
      looked = !looked;
      if (looked) {
        return null;
      }
      number++;
      try (Journal.Snapshot snapshot = journal.snapshot()) {
        var value = snapshot.get(TripStorage.key(trip.id(), number));
        if (value.isEmpty()) {
          throw Failures.rejected(TripMessages.noTrip(trip.id()));
        }
        GetTripFixesResponse.Builder response = GetTripFixesResponse.newBuilder();
        TripStorage.fixes(value.get().bytes())
            .forEach(fix -> response.addFixes(TripMessages.message(fix)));
        return response.build();
      } catch (JournalException e) {
        throw Failures.notRead(e);
      } catch (InvalidProtocolBufferException e) {
        throw Failures.notRead(
            new JournalException(
                JournalException.Reason.CORRUPT,
                "trips: batch %d of trip %s cannot be read".formatted(number, trip.id()),
                e));
      }
    }
  }

  private void list(ListTripsRequest request, StreamObserver<ListTripsResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          caller.onNext(page(request));
          caller.onCompleted();
        });
  }

  /// The token is the last id.
  private ListTripsResponse page(ListTripsRequest request) {
    int size = Fields.pageSize(request.getPageSize(), PAGE_DEFAULT, PAGE_MAX);
    String after = Fields.text("page_token", request.getPageToken(), TripMessages.ID_BYTES_MAX);
    ListTripsResponse.Builder page = ListTripsResponse.newBuilder();
    int bytes = 0;
    for (TripRecord trip : domain.after(after)) {
      boolean wanted =
          request.getTraveller().isEmpty()
              || request.getTraveller().equals(trip.stored().getTraveller());
      if (wanted && (page.getTripsCount() == size || bytes >= PAGE_BYTES_MAX)) {
        return page.setNextPageToken(page.getTrips(page.getTripsCount() - 1).getId()).build();
      }
      if (wanted) {
        var message = TripMessages.message(trip);
        bytes += message.getSerializedSize();
        page.addTrips(message);
      }
    }
    return page.build();
  }

  private void delete(DeleteTripRequest request, StreamObserver<DeleteTripResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          String id = TripMessages.id(request.getId());
          var _ =
              writer
                  .submit(new TripRequest.Delete(id), 1)
                  .whenComplete((answer, failure) -> deleted(id, answer, failure, caller));
        });
  }

  private static void deleted(
      String id,
      @Nullable TripAnswer answer,
      @Nullable Throwable failure,
      StreamObserver<DeleteTripResponse> caller) {
    switch (answer) {
      case null -> caller.onError(Failures.notWritten(failure));
      case TripAnswer.Deleted deleted -> {
        caller.onNext(DeleteTripResponse.newBuilder().setRevision(deleted.revision()).build());
        caller.onCompleted();
      }
      case TripAnswer.Unreadable unreadable ->
          caller.onError(Failures.notRead(unreadable.failure()));
      default -> caller.onError(Failures.rejected(TripMessages.noTrip(id)));
    }
  }
}
