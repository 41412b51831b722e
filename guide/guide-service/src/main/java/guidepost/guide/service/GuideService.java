package guidepost.guide.service;

import guidepost.calls.OpenCalls;
import guidepost.calls.SearchQueue;
import guidepost.calls.ServedDomain;
import guidepost.calls.ServedFront;
import guidepost.calls.StoredDomain;
import guidepost.guide.features.ServedFeatures;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureView;
import guidepost.guide.notes.ServedNotes;
import guidepost.guide.trips.ServedTrips;
import guidepost.guide.trips.Surroundings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The guide: features, notes and trips, a domain each, and RouteGuide over the three.
///
/// ```
///   RouteGuide ──▶ feature index (reads) ◀── features ◀── Features
///       │                                       ▲
///       └─▶ chats ──▶ notes ◀── Notes           └── trips (what they pass) ◀── Trips
/// ```
///
/// Its handlers never block, so the server that takes its services may run them on the transport's
/// threads. It has the domains end as [ServedFront] says.
///
/// Memory: the features with an index entry each, and the notes; all bounded by [GuideLimits]
/// except the features themselves.
///
/// Threads: any.
public final class GuideService implements ServedFront {

  /// What the journals of the guide hold.
  public static final List<StoredDomain> STORED =
      List.of(ServedFeatures.STORED, ServedNotes.STORED, ServedTrips.STORED);

  /// The journals that a guide is made of.
  record Journals(Journal features, Journal notes, Journal trips) {

    static Journals of(JournalStore store) throws JournalException {
      return new Journals(
          store.journal(ServedFeatures.STORED.name()),
          store.journal(ServedNotes.STORED.name()),
          store.journal(ServedTrips.STORED.name()));
    }
  }

  private final ServedFeatures features;
  private final ServedNotes notes;
  private final ServedTrips trips;
  private final OpenCalls recordings = new OpenCalls();
  private final ServerServiceDefinition routeGuide;

  private GuideService(
      ServedFeatures features, ServedNotes notes, ServedTrips trips, GuideClocks clocks) {
    this.features = features;
    this.notes = notes;
    this.trips = trips;
    routeGuide =
        new RouteGuideService(
                features.index(), notes, recordings, clocks.nanoTime(), features.searches())
            .definition();
  }

  /// Reads the journals and starts serving, by the system's clocks.
  ///
  /// @throws JournalException if a journal cannot be read
  public static GuideService open(JournalStore store, GuideLimits limits) throws JournalException {
    return open(Journals.of(store), limits, GuideClocks.SYSTEM, searches(limits));
  }

  /// One thread, off the event loops, that long searches take turns on.
  static SearchQueue searches(GuideLimits limits) {
    return SearchQueue.of("guidepost-searches", 1, limits.searchWait());
  }

  /// Reads the journals and starts serving.
  ///
  /// @param searches goes on with long searches; closed with the service
  /// @throws JournalException if a journal cannot be read
  static GuideService open(
      Journals journals, GuideLimits limits, GuideClocks clocks, SearchQueue searches)
      throws JournalException {
    Deque<ServedDomain> opened = new ArrayDeque<>();
    try {
      ServedNotes notes =
          ServedNotes.open(journals.notes(), limits.notes(), clocks.wall(), clocks.nanoTime());
      opened.push(notes);
      ServedFeatures features =
          ServedFeatures.open(
              journals.features(),
              limits.features(),
              clocks.wall(),
              clocks.nanoTime(),
              notes::addStats,
              searches);
      opened.push(features);
      ServedTrips trips =
          ServedTrips.open(
              journals.trips(),
              surroundings(features.index()),
              limits.trips(),
              limits.searchWait(),
              clocks.wall());
      return new GuideService(features, notes, trips, clocks);
    } catch (JournalException | RuntimeException e) {
      opened.forEach(ServedDomain::close);
      searches.close();
      throw e;
    }
  }

  /// The features that trips may pass, as they are at the moment.
  private static Surroundings surroundings(FeatureIndex index) {
    return extent -> {
      Stream.Builder<Feature> found = Stream.builder();
      var cursor = index.snapshot().inBox(extent.box());
      for (int looks = 0; looks < Surroundings.LOOKS_MAX && cursor.hasNext(); looks++) {
        FeatureView view = cursor.nextView();
        if (view.isNamed()) {
          found.add(view.feature());
        }
      }
      return found.build();
    };
  }

  private List<ServedDomain> domains() {
    return List.of(features, notes, trips);
  }

  /// The domains, and behind them what is over them.
  public List<ServedFront> fronts() {
    return Stream.concat(domains().stream(), Stream.of(this)).toList();
  }

  ServedFeatures features() {
    return features;
  }

  ServedNotes notes() {
    return notes;
  }

  ServedTrips trips() {
    return trips;
  }

  /// RouteGuide.
  @Override
  public List<ServerServiceDefinition> services() {
    return List.of(routeGuide);
  }

  @Override
  public List<ServerServiceDefinition> aliases() {
    return RouteGuideService.aliases(routeGuide);
  }

  /// RouteGuide needs the notes' writer for its chats.
  @Override
  public void onStopped(Consumer<List<String>> told) {
    var _ = notes.writerStopped().thenRun(() -> told.accept(ServedFront.names(services())));
    var _ = notes.writerStopped().thenRun(() -> told.accept(ServedFront.names(aliases())));
  }

  /// Ends open trips of RouteGuide at once, and what the domains have open.
  @Override
  public void shutdown() {
    recordings.close();
    domains().forEach(ServedDomain::shutdown);
  }

  /// Closes the domains too.
  @Override
  public void close() {
    shutdown();
    domains().forEach(ServedDomain::close);
  }
}
