package guidepost.client;

import guidepost.guide.v1.RecordTripRequest;
import guidepost.guide.v1.RecordTripResponse;
import guidepost.guide.v1.Trip;
import guidepost.guide.v1.TripBatch;
import guidepost.guide.v1.TripEnd;
import guidepost.guide.v1.TripFix;
import guidepost.guide.v1.TripStart;
import guidepost.guide.v1.TripsGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// A trip that is being recorded. Once the server has answered, a connection that breaks is made
/// again, as often as it takes and as a watch's is; what it may have lost is sent again, which
/// changes nothing if it had arrived. Before that, the first failure is the caller's.
///
/// Threads: one.
public final class TripRecording implements AutoCloseable {

  private final ClientChannel channel;
  private final TripsGrpc.TripsStub stub;
  private final Reconnect reconnect = new Reconnect();
  private final Duration patience;
  private final BlockingQueue<RecordTripResponse> answers = new LinkedBlockingQueue<>();
  private @Nullable Pipe<RecordTripRequest, RecordTripResponse> pipe;
  private TripStart start;
  private Trip trip = Trip.getDefaultInstance();
  private int sent;

  private TripRecording(ClientChannel channel, Duration patience, TripStart start) {
    this.channel = channel;
    this.stub = TripsGrpc.newStub(channel);
    this.patience = patience;
    this.start = start;
  }

  /// @throws StatusRuntimeException if the trip cannot begin, or no server answers
  static TripRecording open(ClientChannel channel, Duration patience, TripStart start) {
    TripRecording recording = new TripRecording(channel, patience, start);
    recording.connected();
    return recording;
  }

  /// Ends when the step is done, it cannot go on, the client is closed, or the thread is
  /// interrupted.
  private void retrying(Runnable step) {
    while (true) {
      try {
        step.run();
        reconnect.answered();
        return;
      } catch (StatusRuntimeException e) {
        pipe = null;
        pause(reconnect.after(channel, e.getStatus().getCode()).orElseThrow(() -> e));
      }
    }
  }

  private static void pause(Duration delay) {
    try {
      Thread.sleep(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withDescription("interrupted").asRuntimeException();
    }
  }

  private Pipe<RecordTripRequest, RecordTripResponse> connected() {
    if (pipe != null) {
      return pipe;
    }
    answers.clear();
    Pipe<RecordTripRequest, RecordTripResponse> begun = new Pipe<>(answers::add, patience);
    stub.recordTrip(begun);
    exchange(begun, RecordTripRequest.newBuilder().setStart(start).build());
    start = start.toBuilder().setTripId(trip.getId()).build();
    pipe = begun;
    return begun;
  }

  private void exchange(
      Pipe<RecordTripRequest, RecordTripResponse> over, RecordTripRequest request) {
    over.send(request);
    over.await(() -> !answers.isEmpty());
    trip = answers.remove().getTrip();
  }

  /// The trip as the server answered last.
  public Trip trip() {
    return trip;
  }

  /// Adds fixes; returns when they are durable. They are the batch after the last one that this
  /// recording added: what it adds first is batch 1, and changes nothing if the trip had one.
  ///
  /// @param fixes 1 to 10,000
  /// @return the trip as it is then
  public Trip add(List<TripFix> fixes) {
    TripBatch batch = TripBatch.newBuilder().setNumber(sent + 1).addAllFixes(fixes).build();
    retrying(() -> exchange(connected(), RecordTripRequest.newBuilder().setBatch(batch).build()));
    sent++;
    return trip;
  }

  /// Goes on after the trip's last batch: what was added before this recording is not sent again.
  public void skipToEnd() {
    sent = trip.getLastBatch();
  }

  /// The trip is over.
  ///
  /// @return the trip as it is then
  public Trip finish() {
    retrying(
        () ->
            exchange(
                connected(),
                RecordTripRequest.newBuilder().setEnd(TripEnd.getDefaultInstance()).build()));
    return trip;
  }

  /// Leaves; the trip stays as it is.
  @Override
  public void close() {
    if (pipe != null) {
      pipe.cancel();
    }
  }
}
