package guidepost.guide.features;

import com.google.common.collect.Iterators;
import guidepost.calls.Denial;
import guidepost.calls.EncodedMessage;
import guidepost.calls.Failures;
import guidepost.calls.HistoryCalls;
import guidepost.calls.LoggedChanges;
import guidepost.calls.Moment;
import guidepost.calls.PartsSearch;
import guidepost.calls.PreparedSearch;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.calls.RevisionTimes;
import guidepost.calls.Role;
import guidepost.calls.SearchQueue;
import guidepost.calls.Streaming;
import guidepost.common.v1.AsOf;
import guidepost.guide.geo.Wgs84;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureSnapshot;
import guidepost.guide.v1.AlongPathRequest;
import guidepost.guide.v1.DiffFeaturesRequest;
import guidepost.guide.v1.DiffFeaturesResponse;
import guidepost.guide.v1.FeatureDifference;
import guidepost.guide.v1.GetFeatureRequest;
import guidepost.guide.v1.GetFeatureResponse;
import guidepost.guide.v1.GetRevisionRequest;
import guidepost.guide.v1.GetRevisionResponse;
import guidepost.guide.v1.GetTileRequest;
import guidepost.guide.v1.GetTileResponse;
import guidepost.guide.v1.ListChangesRequest;
import guidepost.guide.v1.ListChangesResponse;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInRadiusRequest;
import guidepost.guide.v1.NearestRequest;
import guidepost.journal.JournalException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Function;

/// Questions about what features there are and were. Those about the newest state are answered from
/// the index, those about an earlier one on the history's thread.
///
/// Threads: those of its calls; nothing here waits.
final class FeatureReads {

  private final FeatureIndex index;
  private final long timeline;
  private final HistoryCalls<FeatureHistory> history;
  private final SearchQueue later;

  /// @param timeline that revisions of now belong to
  /// @param later goes on with long searches
  FeatureReads(
      FeatureIndex index, long timeline, HistoryCalls<FeatureHistory> history, SearchQueue later) {
    this.timeline = timeline;
    this.index = index;
    this.history = history;
    this.later = later;
  }

  void getFeature(GetFeatureRequest request, StreamObserver<GetFeatureResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          Denial.requireFeatures(Role.READER);
          String id = FeatureMessages.id("id", request.getId());
          Moment at = Moment.of("as_of", request.getAsOf());
          if (at.isNewest() && !request.getWithTimes()) {
            FeatureTelling telling = FeatureTelling.withoutTimes();
            Streaming.send(
                Iterators.singletonIterator(feature(index.snapshot(), id, telling)), caller);
          } else {
            history.answer(
                caller,
                past ->
                    Streaming.of(
                        Iterators.singletonIterator(
                            feature(past.at(at), id, telling(past, request.getWithTimes())))));
          }
        });
  }

  private static FeatureTelling telling(FeatureHistory past, boolean withTimes) {
    return withTimes ? past.telling() : FeatureTelling.withoutTimes();
  }

  /// @throws guidepost.calls.RejectedException if there is none
  private static GetFeatureResponse feature(
      FeatureSnapshot features, String id, FeatureTelling telling) {
    return features
        .get(id)
        .map(each -> GetFeatureResponse.newBuilder().setFeature(telling.message(each)).build())
        .orElseThrow(
            () -> Rejection.notFound(Reason.FEATURE_NOT_FOUND, "id", id, "feature").asException());
  }

  void listInBox(ListInBoxRequest request, StreamObserver<EncodedMessage> caller) {
    Failures.answering(
        caller,
        () -> {
          Denial.requireFeatures(Role.READER);
          FeatureQueries.InArea query = FeatureQueries.inBox(request, timeline);
          send(state(request.getAsOf(), query.page()), caller, now -> pages(now, query));
        });
  }

  void listInRadius(ListInRadiusRequest request, StreamObserver<EncodedMessage> caller) {
    Failures.answering(
        caller,
        () -> {
          Denial.requireFeatures(Role.READER);
          FeatureQueries.InArea query = FeatureQueries.inRadius(request, timeline);
          send(state(request.getAsOf(), query.page()), caller, now -> pages(now, query));
        });
  }

  private static AreaPages pages(FeatureSnapshot snapshot, FeatureQueries.InArea query) {
    return new AreaPages(snapshot, query.area(), query.filter(), query.page());
  }

  void nearest(NearestRequest request, StreamObserver<EncodedMessage> caller) {
    Failures.answering(
        caller,
        () -> {
          Denial.requireFeatures(Role.READER);
          FeatureQueries.Nearest query = FeatureQueries.nearest(request);
          send(state(request.getAsOf(), Page.ALL), caller, now -> nearest(now, query));
        });
  }

  private static NearestPages nearest(FeatureSnapshot snapshot, FeatureQueries.Nearest query) {
    double metres = query.withinMetres() / Wgs84.LEAST;
    var search =
        snapshot.nearest(query.origin(), query.count(), metres, Wgs84.SLACK, query.filter());
    return new NearestPages(snapshot.revision(), search, query);
  }

  void alongPath(AlongPathRequest request, StreamObserver<EncodedMessage> caller) {
    Failures.answering(
        caller,
        () -> {
          Denial.requireFeatures(Role.READER);
          FeatureQueries.Along query = FeatureQueries.along(request, timeline);
          send(state(request.getAsOf(), query.page()), caller, now -> new PathPages(now, query));
        });
  }

  /// The state to look in: a page after the first one is of the first one's.
  private static Moment state(AsOf asOf, Page page) {
    Moment asked = Moment.of("as_of", asOf);
    return page.state().orElse(asked);
  }

  private void send(
      Moment at,
      StreamObserver<EncodedMessage> caller,
      Function<FeatureSnapshot, Streaming.Search<EncodedMessage>> list) {
    FeatureSnapshot now = index.snapshot();
    if (at.isNewest() || at.isAfter(now.revision())) {
      Streaming.send(list.apply(now), caller, later);
    } else {
      history.answer(caller, past -> list.apply(past.at(at)));
    }
  }

  void diffFeatures(DiffFeaturesRequest request, StreamObserver<DiffFeaturesResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          Denial.requireFeatures(Role.READER);
          Moment from = Moment.of("from_state", request.getFromState());
          Moment to = Moment.of("to_state", request.getToState());
          FeatureWatch.Watched wanted = FeatureQueries.wanted(request);
          boolean withTimes = request.getWithTimes();
          history.answer(
              caller,
              past -> {
                FeatureTelling telling = telling(past, withTimes);
                var found = differences(past, from, to, wanted, telling);
                return withTimes ? new PreparedSearch<>(found) : found;
              });
        });
  }

  private static Streaming.Search<DiffFeaturesResponse> differences(
      FeatureHistory past,
      Moment from,
      Moment to,
      FeatureWatch.Watched wanted,
      FeatureTelling telling)
      throws JournalException {
    long first = past.revision(from);
    long second = past.revision(to);
    long bytesMax = PartsSearch.partBytesMax();
    return new PartsSearch<>(
        past.differences(first, second, wanted, bytesMax),
        bytesMax,
        ListPage.FEATURES_MAX,
        part -> response(first, second, part, telling));
  }

  void listChanges(ListChangesRequest request, StreamObserver<ListChangesResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          Denial.requireFeatures(Role.READER);
          Moment before = Moment.of("from_state", request.getFromState());
          Moment after = Moment.of("to_state", request.getToState());
          FeatureWatch.Watched wanted = FeatureQueries.wanted(request);
          int limit = LoggedChanges.limit(request.getLimit());
          history.answer(
              caller,
              past -> {
                long from = before.isNewest() ? past.oldest() : past.revision(before);
                long to = past.revision(after);
                var steps = past.changes(from, to, limit, wanted);
                return new PartsSearch<>(
                    steps,
                    PartsSearch.partBytesMax(),
                    ListPage.FEATURES_MAX,
                    changes ->
                        ListChangesResponse.newBuilder()
                            .addAllChanges(changes)
                            .setFromRevision(from)
                            .setToRevision(to)
                            .setNextRevision(steps.nextRevision())
                            .build());
              });
        });
  }

  void getTile(GetTileRequest request, StreamObserver<GetTileResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          Denial.requireFeatures(Role.READER);
          TileSearch.TileQuery query = FeatureQueries.tile(request);
          Moment at = Moment.of("as_of", request.getAsOf());
          FeatureSnapshot now = index.snapshot();
          if (at.isNewest() || at.isAfter(now.revision())) {
            Streaming.send(query.of(now), caller, later);
          } else {
            history.answer(caller, past -> query.of(past.at(at)));
          }
        });
  }

  void getRevision(GetRevisionRequest request, StreamObserver<GetRevisionResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          Moment moment = Moment.of("as_of", request.getAsOf());
          history.answer(
              caller, past -> Streaming.of(Iterators.singletonIterator(revision(past, moment))));
        });
  }

  private static GetRevisionResponse revision(FeatureHistory past, Moment moment)
      throws JournalException {
    long revision = past.revision(moment);
    GetRevisionResponse.Builder response =
        GetRevisionResponse.newBuilder().setRevision(revision).setTimeline(past.timeline());
    past.timeOf(revision).ifPresent(time -> response.setTime(RevisionTimes.timestamp(time)));
    return response.build();
  }

  private static DiffFeaturesResponse response(
      long from, long to, List<FeatureHistory.Difference> differences, FeatureTelling telling) {
    DiffFeaturesResponse.Builder response =
        DiffFeaturesResponse.newBuilder().setFromRevision(from).setToRevision(to);
    for (FeatureHistory.Difference each : differences) {
      FeatureDifference.Builder difference = response.addDifferencesBuilder();
      if (each.before() != null) {
        difference.setBefore(telling.message(each.before()));
      }
      if (each.after() != null) {
        difference.setAfter(telling.message(each.after()));
      }
    }
    return response.build();
  }
}
