package guidepost.guide.trips;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.calls.Caller;
import guidepost.calls.Denial;
import guidepost.calls.Failures;
import guidepost.calls.Fields;
import guidepost.calls.OpenCalls;
import guidepost.calls.PageToken;
import guidepost.calls.Role;
import guidepost.calls.RpcRoles;
import guidepost.calls.SearchQueue;
import guidepost.calls.Streaming;
import guidepost.guide.v1.AppendFixesRequest;
import guidepost.guide.v1.AppendFixesResponse;
import guidepost.guide.v1.DeleteTripRequest;
import guidepost.guide.v1.DeleteTripResponse;
import guidepost.guide.v1.GetTripFixesRequest;
import guidepost.guide.v1.GetTripFixesResponse;
import guidepost.guide.v1.GetTripRequest;
import guidepost.guide.v1.GetTripResponse;
import guidepost.guide.v1.GetTripTrackRequest;
import guidepost.guide.v1.GetTripTrackResponse;
import guidepost.guide.v1.ListTripsRequest;
import guidepost.guide.v1.ListTripsResponse;
import guidepost.guide.v1.TripsGrpc;
import guidepost.journal.DomainWriter;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.OverloadedException;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// `guidepost.guide.v1.Trips`.
///
/// Threads: those of its calls; fixes are read from the disk on `later`.
final class TripsService {

  /// Who may call what.
  static final RpcRoles ROLES =
      RpcRoles.none()
          .reader(
              TripsGrpc.getGetTripMethod(),
              TripsGrpc.getGetTripFixesMethod(),
              TripsGrpc.getGetTripTrackMethod(),
              TripsGrpc.getListTripsMethod())
          .writer(
              TripsGrpc.getRecordTripMethod(),
              TripsGrpc.getAppendFixesMethod(),
              TripsGrpc.getDeleteTripMethod());

  /// A screen or two.
  private static final int PAGE_DEFAULT = 100;

  /// As PAGE_BYTES_MAX allows for trips of a few stops.
  private static final int PAGE_MAX = 1_000;

  /// As many as a screen has columns.
  private static final int TRACK_POINTS_DEFAULT = 1_000;

  /// A message of some megabytes.
  private static final int TRACK_POINTS_MAX = 100_000;

  /// A quarter of what clients take as one message by default.
  private static final int PAGE_BYTES_MAX = 1 << 20;

  private final TripDomain domain;
  private final DomainWriter<TripRequest, TripAnswer> writer;
  private final Journal journal;
  private final OpenCalls open;
  private final SearchQueue later;

  TripsService(
      TripDomain domain,
      DomainWriter<TripRequest, TripAnswer> writer,
      Journal journal,
      OpenCalls open,
      SearchQueue later) {
    this.domain = domain;
    this.writer = writer;
    this.journal = journal;
    this.open = open;
    this.later = later;
  }

  ServerServiceDefinition definition() {
    return ROLES.applyTo(
        ServerServiceDefinition.builder(TripsGrpc.getServiceDescriptor())
            .addMethod(
                TripsGrpc.getRecordTripMethod(),
                ServerCalls.asyncBidiStreamingCall(
                    caller -> TripStream.start(caller, writer, open)))
            .addMethod(TripsGrpc.getAppendFixesMethod(), ServerCalls.asyncUnaryCall(this::append))
            .addMethod(TripsGrpc.getGetTripMethod(), ServerCalls.asyncUnaryCall(this::get))
            .addMethod(
                TripsGrpc.getGetTripFixesMethod(),
                ServerCalls.asyncServerStreamingCall(this::getFixes))
            .addMethod(
                TripsGrpc.getGetTripTrackMethod(), ServerCalls.asyncUnaryCall(this::getTrack))
            .addMethod(TripsGrpc.getListTripsMethod(), ServerCalls.asyncUnaryCall(this::list))
            .addMethod(TripsGrpc.getDeleteTripMethod(), ServerCalls.asyncUnaryCall(this::delete))
            .build());
  }

  private void get(GetTripRequest request, StreamObserver<GetTripResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          String id = TripMessages.id(request.getId());
          TripRecord trip = trip(id);
          caller.onNext(
              GetTripResponse.newBuilder()
                  .setTrip(TripMessages.message(trip, Caller.current()))
                  .build());
          caller.onCompleted();
        });
  }

  private TripRecord trip(String id) {
    return trip(id, Role.READER);
  }

  /// To a caller that may not see it, a trip does not exist.
  private TripRecord trip(String id, Role role) {
    return domain
        .get(id)
        .filter(trip -> isOpen(trip, role, Caller.current()))
        .orElseThrow(() -> TripMessages.noTrip("id", id).asException());
  }

  private static boolean isOpen(TripRecord trip, Role role, Caller caller) {
    return caller.mayUseTraveller(role, trip.stored().getTraveller());
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
      GetTripFixesResponse.Builder response = GetTripFixesResponse.newBuilder();
      if (number == 1) {
        response.setName(called(trip));
      }
      batch(trip.id(), number).forEach(fix -> response.addFixes(TripMessages.message(fix)));
      return response.build();
    }
  }

  private static String called(TripRecord trip) {
    String name = trip.stored().getName();
    return name.isEmpty() ? trip.id() : name;
  }

  private List<TripFix> batch(String id, int number) {
    try (Journal.Snapshot snapshot = journal.snapshot()) {
      var value = snapshot.get(TripStorage.key(id, number));
      if (value.isEmpty()) {
        throw Failures.rejected(TripMessages.noTrip("id", id));
      }
      return TripStorage.fixes(value.get().bytes());
    } catch (JournalException e) {
      throw Failures.notRead(e);
    } catch (InvalidProtocolBufferException e) {
      throw Failures.notRead(
          new JournalException(
              JournalException.Reason.CORRUPT,
              "trips: batch %d of trip %s cannot be read".formatted(number, id),
              e));
    }
  }

  private void getTrack(GetTripTrackRequest request, StreamObserver<GetTripTrackResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          String id = TripMessages.id(request.getId());
          int points =
              request.getMaxPoints() == 0
                  ? TRACK_POINTS_DEFAULT
                  : (int)
                      Fields.range(
                          "max_points",
                          Integer.toUnsignedLong(request.getMaxPoints()),
                          2,
                          TRACK_POINTS_MAX);
          TripRecord trip = trip(id);
          Streaming.send(
              new TrackSearch(
                  called(trip), number -> batch(id, number), trip.stored().getLastBatch(), points),
              caller,
              later);
        });
  }

  private void list(ListTripsRequest request, StreamObserver<ListTripsResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          caller.onNext(page(request));
          caller.onCompleted();
        });
  }

  /// The position of a token is the last id.
  private ListTripsResponse page(ListTripsRequest request) {
    String traveller =
        Fields.text(
            "filter.traveller", request.getFilter().getTraveller(), TripMessages.ID_BYTES_MAX);
    Predicate<TripRecord> fits = TripSelection.of(request.getFilter());
    Caller caller = Caller.current();
    Denial.require(
        traveller.isEmpty() || caller.mayUseTraveller(Role.READER, traveller),
        caller,
        "trips of traveller " + traveller);
    int size = Fields.pageSize(request.getPageSize(), PAGE_DEFAULT, PAGE_MAX);
    int question = PageToken.question(request);
    String after = after(request.getPageToken(), question);
    ListTripsResponse.Builder page = ListTripsResponse.newBuilder();
    int bytes = 0;
    for (TripRecord trip : domain.after(after)) {
      boolean wanted =
          (traveller.isEmpty() || traveller.equals(trip.stored().getTraveller()))
              && fits.test(trip)
              && isOpen(trip, Role.READER, caller);
      if (wanted && (page.getTripsCount() == size || bytes >= PAGE_BYTES_MAX)) {
        return page.setNextPageToken(token(page, question)).build();
      }
      if (wanted) {
        var message = TripMessages.message(trip, caller);
        bytes += message.getSerializedSize();
        page.addTrips(message);
      }
    }
    return page.build();
  }

  private String after(String token, int question) {
    if (token.isEmpty()) {
      return "";
    }
    ByteString id = PageToken.parse(token, question, journal.timeline()).position();
    if (id.isEmpty() || id.size() > TripMessages.ID_BYTES_MAX || !id.isValidUtf8()) {
      throw PageToken.foreign(token);
    }
    return id.toStringUtf8();
  }

  private String token(ListTripsResponse.Builder page, int question) {
    String last = page.getTrips(page.getTripsCount() - 1).getId();
    return new PageToken(
            question, journal.timeline(), journal.revision(), ByteString.copyFromUtf8(last))
        .text();
  }

  /// Each step is done when the one before is, so that nothing is added to a trip that is not
  /// there.
  private void append(AppendFixesRequest request, StreamObserver<AppendFixesResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          Fields.required("start", request.hasStart(), "which trip");
          TripRequest.Begin begin = TripMessages.begin(request.getStart());
          Caller reader = Caller.current();
          if (request.hasBatch()) {
            var _ = TripMessages.add("", "", request.getBatch());
          }
          var _ =
              writer
                  .submit(begin, 1)
                  .thenCompose(begun -> added(request, begun))
                  .thenCompose(added -> ended(request, added))
                  .whenComplete((answer, failure) -> appended(answer, failure, reader, caller));
        });
  }

  private CompletionStage<TripAnswer> added(AppendFixesRequest request, TripAnswer begun) {
    return request.hasBatch() && begun instanceof TripAnswer.Recorded recorded
        ? submitted(
            TripMessages.add(
                recorded.trip().id(), recorded.trip().stored().getTraveller(), request.getBatch()),
            recorded)
        : CompletableFuture.completedFuture(begun);
  }

  private CompletionStage<TripAnswer> ended(AppendFixesRequest request, TripAnswer added) {
    return request.getFinish() && added instanceof TripAnswer.Recorded recorded
        ? submitted(
            new TripRequest.End(recorded.trip().id(), recorded.trip().stored().getTraveller()),
            recorded)
        : CompletableFuture.completedFuture(added);
  }

  /// The next step; what it recorded is new if that of a step before was.
  private CompletionStage<TripAnswer> submitted(TripRequest request, TripAnswer.Recorded before) {
    try {
      return writer
          .submit(request, TripStream.changes(request))
          .thenApply(
              answer ->
                  answer instanceof TripAnswer.Recorded recorded
                      ? new TripAnswer.Recorded(
                          recorded.trip(), recorded.changed() || before.changed())
                      : answer);
    } catch (OverloadedException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static void appended(
      @Nullable TripAnswer answer,
      @Nullable Throwable failure,
      Caller reader,
      StreamObserver<AppendFixesResponse> caller) {
    if (answer instanceof TripAnswer.Recorded recorded) {
      caller.onNext(
          AppendFixesResponse.newBuilder()
              .setTrip(TripMessages.message(recorded.trip(), reader))
              .setChanged(recorded.changed())
              .build());
      caller.onCompleted();
    } else {
      caller.onError(TripStream.failure(answer, failure));
    }
  }

  private void delete(DeleteTripRequest request, StreamObserver<DeleteTripResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          String id = TripMessages.id(request.getId());
          if (Caller.current().isKnown()) {
            var _ = trip(id, Role.WRITER);
          }
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
      default -> caller.onError(Failures.rejected(TripMessages.noTrip("id", id)));
    }
  }
}
