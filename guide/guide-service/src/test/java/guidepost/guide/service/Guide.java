package guidepost.guide.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.calls.SearchQueue;
import guidepost.calls.ServedFront;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.Progress;
import guidepost.common.v1.ResultCode;
import guidepost.common.v1.WatchStart;
import guidepost.guide.features.ServedFeatures;
import guidepost.guide.notes.ServedNotes;
import guidepost.guide.trips.ServedTrips;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.GetStatsRequest;
import guidepost.guide.v1.GetStatsResponse;
import guidepost.guide.v1.ModifyRequest;
import guidepost.guide.v1.ModifyResponse;
import guidepost.guide.v1.NotesGrpc;
import guidepost.guide.v1.Operation;
import guidepost.guide.v1.RecordTripRequest;
import guidepost.guide.v1.RecordTripResponse;
import guidepost.guide.v1.SubscribeRequest;
import guidepost.guide.v1.SubscribeResponse;
import guidepost.guide.v1.TripsGrpc;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.MemoryJournalStore;
import guidepost.seed.routeguide.Point;
import guidepost.seed.routeguide.RouteGuideGrpc;
import guidepost.seed.routeguide.RouteNote;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/// A guide on an in-process transport, with a journal in memory and clocks that tests set.
final class Guide implements AutoCloseable {

  static {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(2));
  }

  final AtomicLong clockMillis = new AtomicLong(1_700_000_000_000L);
  final AtomicLong nanos = new AtomicLong();
  private final GuideLimits limits;
  private final MemoryJournalStore store;
  private final GuideService service;
  private final Server server;
  private final ManagedChannel channel;

  Guide() {
    this(GuideLimits.DEFAULTS);
  }

  Guide(GuideLimits limits) {
    this(limits, new MemoryJournalStore());
  }

  private Guide(GuideLimits limits, MemoryJournalStore store) {
    this(
        limits,
        store,
        store.journal(ServedFeatures.STORED.name()),
        store.journal(ServedNotes.STORED.name()));
  }

  private Guide(GuideLimits limits, MemoryJournalStore store, Journal features, Journal notes) {
    this(limits, store, features, notes, GuideService.searches(limits));
  }

  private Guide(
      GuideLimits limits,
      MemoryJournalStore store,
      Journal features,
      Journal notes,
      SearchQueue later) {
    this.limits = limits;
    this.store = store;
    String name = UUID.randomUUID().toString();
    try {
      service =
          GuideService.open(
              new GuideService.Journals(features, notes, store.journal(ServedTrips.STORED.name())),
              limits,
              new GuideClocks(() -> Instant.ofEpochMilli(clockMillis.get()), nanos::get),
              later);
      InProcessServerBuilder builder = InProcessServerBuilder.forName(name).directExecutor();
      for (ServedFront front : service.fronts()) {
        front.services().forEach(builder::addService);
        front.aliases().forEach(builder::addService);
      }
      server = builder.build().start();
    } catch (JournalException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    channel = InProcessChannelBuilder.forName(name).directExecutor().build();
  }

  /// A guide whose long searches go on only when the test says so.
  static Guide withSearches(ExecutorService later) {
    MemoryJournalStore store = new MemoryJournalStore();
    return new Guide(
        GuideLimits.DEFAULTS,
        store,
        store.journal(ServedFeatures.STORED.name()),
        store.journal(ServedNotes.STORED.name()),
        new SearchQueue(later, 1, SearchQueue.PATIENCE, System::nanoTime));
  }

  /// A guide whose notes go to a journal that a test holds.
  static Guide withNotesJournal(Journal notes, GuideLimits limits) {
    MemoryJournalStore store = new MemoryJournalStore();
    return new Guide(limits, store, store.journal(ServedFeatures.STORED.name()), notes);
  }

  /// A guide whose features go to a journal that a test holds.
  static Guide withFeaturesJournal(Journal features, GuideLimits limits) {
    MemoryJournalStore store = new MemoryJournalStore();
    return new Guide(limits, store, features, store.journal(ServedNotes.STORED.name()));
  }

  /// Ends this guide and opens another over the same journals, at the same time of day.
  Guide restart() {
    return restart(limits);
  }

  Guide restart(GuideLimits newLimits) {
    close();
    Guide next = new Guide(newLimits, store.reopen());
    next.clockMillis.set(clockMillis.get());
    return next;
  }

  GuideService service() {
    return service;
  }

  MemoryJournalStore store() {
    return store;
  }

  ManagedChannel channel() {
    return channel;
  }

  RouteGuideGrpc.RouteGuideBlockingStub seed() {
    return RouteGuideGrpc.newBlockingStub(channel);
  }

  FeaturesGrpc.FeaturesBlockingStub features() {
    return FeaturesGrpc.newBlockingStub(channel);
  }

  TripsGrpc.TripsBlockingStub trips() {
    return TripsGrpc.newBlockingStub(channel);
  }

  Caller<RecordTripRequest, RecordTripResponse> recorder() {
    return Caller.eager(channel, TripsGrpc.getRecordTripMethod());
  }

  NotesGrpc.NotesBlockingStub notes() {
    return NotesGrpc.newBlockingStub(channel);
  }

  Caller<SubscribeRequest, SubscribeResponse> subscriber() {
    return Caller.eager(channel, NotesGrpc.getSubscribeMethod());
  }

  Caller<SubscribeRequest, SubscribeResponse> lazySubscriber() {
    return Caller.lazy(channel, NotesGrpc.getSubscribeMethod());
  }

  Caller<RouteNote, RouteNote> chat() {
    return Caller.eager(channel, RouteGuideGrpc.getRouteChatMethod());
  }

  Caller<RouteNote, RouteNote> lazyChat() {
    return Caller.lazy(channel, RouteGuideGrpc.getRouteChatMethod());
  }

  Caller<ModifyRequest, ModifyResponse> modifier() {
    return Caller.eager(channel, FeaturesGrpc.getModifyMethod());
  }

  Caller<ModifyRequest, ModifyResponse> lazyModifier() {
    return Caller.lazy(channel, FeaturesGrpc.getModifyMethod());
  }

  GetStatsResponse stats() {
    return features().getStats(GetStatsRequest.getDefaultInstance());
  }

  /// Waits until so many notes were made durable in all.
  void awaitNotes(long revision) {
    await()
        .pollInterval(Duration.ofMillis(1))
        .untilAsserted(() -> assertThat(stats().getNotesRevision()).isEqualTo(revision));
  }

  /// Waits until so many features are there.
  void awaitFeatures(int count) {
    await().untilAsserted(() -> assertThat(stats().getFeatures()).isEqualTo(count));
  }

  void passes(Duration time) {
    clockMillis.addAndGet(time.toMillis());
  }

  /// Applies operations in one batch and gives the results.
  List<OperationResult> modify(Operation... operations) {
    return modifyAll(operations).stream()
        .flatMap(response -> response.getResultsList().stream())
        .toList();
  }

  List<ModifyResponse> modifyAll(Operation... operations) {
    return modifier().send(batch(operations)).finish();
  }

  /// Puts features, none of which may be refused.
  void put(Feature... features) {
    Operation[] puts = Arrays.stream(features).map(Guide::putting).toArray(Operation[]::new);
    assertThat(modify(puts))
        .hasSize(puts.length)
        .allMatch(result -> result.getCode() == ResultCode.RESULT_CODE_OK);
  }

  static ModifyRequest batch(Operation... operations) {
    return ModifyRequest.newBuilder().addAllOperations(Arrays.asList(operations)).build();
  }

  static Operation putting(Feature feature) {
    return Operation.newBuilder().setPut(feature).build();
  }

  static Operation deleting(String id) {
    return Operation.newBuilder().setDelete(id).build();
  }

  static Feature feature(String id, int latitudeE7, int longitudeE7, String name) {
    return Feature.newBuilder()
        .setId(id)
        .setPoint(
            guidepost.guide.v1.GeoPoint.newBuilder()
                .setLatitudeE7(latitudeE7)
                .setLongitudeE7(longitudeE7))
        .setName(name)
        .build();
  }

  /// With the changes after a revision.
  static WatchStart after(long revision) {
    return after(revision, 0);
  }

  static WatchStart after(long revision, long timeline) {
    return WatchStart.newBuilder()
        .setAfter(Progress.newBuilder().setRevision(revision).setTimeline(timeline))
        .build();
  }

  static Point point(int latitudeE7, int longitudeE7) {
    return Point.newBuilder().setLatitude(latitudeE7).setLongitude(longitudeE7).build();
  }

  static RouteNote note(int latitudeE7, int longitudeE7, String message) {
    return RouteNote.newBuilder()
        .setLocation(point(latitudeE7, longitudeE7))
        .setMessage(message)
        .build();
  }

  static List<String> texts(List<RouteNote> notes) {
    return notes.stream().map(RouteNote::getMessage).toList();
  }

  @Override
  public void close() {
    service.shutdown();
    channel.shutdownNow();
    server.shutdownNow();
    service.close();
  }
}
