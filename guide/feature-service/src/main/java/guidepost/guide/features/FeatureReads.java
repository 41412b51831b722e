package guidepost.guide.features;

import com.google.common.collect.Iterators;
import guidepost.calls.EncodedMessage;
import guidepost.calls.Failures;
import guidepost.calls.HistoryCalls;
import guidepost.calls.PartsSearch;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.calls.Streaming;
import guidepost.guide.geo.GeoBox;
import guidepost.guide.geo.Wgs84;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureSnapshot;
import guidepost.guide.v1.AlongPathRequest;
import guidepost.guide.v1.DiffFeaturesRequest;
import guidepost.guide.v1.DiffFeaturesResponse;
import guidepost.guide.v1.FeatureDifference;
import guidepost.guide.v1.GetFeatureRequest;
import guidepost.guide.v1.GetFeatureResponse;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInRadiusRequest;
import guidepost.guide.v1.Moment;
import guidepost.guide.v1.NearestRequest;
import guidepost.journal.JournalException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.Executor;

/// Questions about what features there are and were. Those about the newest state are answered from
/// the index, those about an earlier one on the history's thread.
///
/// Threads: those of its calls; nothing here waits.
final class FeatureReads {

  private final FeatureIndex index;
  private final HistoryCalls<FeatureHistory> history;
  private final Executor later;

  /// @param later goes on with long searches
  FeatureReads(FeatureIndex index, HistoryCalls<FeatureHistory> history, Executor later) {
    this.index = index;
    this.history = history;
    this.later = later;
  }

  void getFeature(GetFeatureRequest request, StreamObserver<GetFeatureResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          String id = FeatureMessages.id("id", request.getId());
          FeatureHistory.Moment at = FeatureQueries.moment("at", request.getAt());
          if (at instanceof FeatureHistory.Moment.Now) {
            Streaming.send(Iterators.singletonIterator(feature(index.snapshot(), id)), caller);
          } else {
            history.answer(
                caller,
                past -> Streaming.of(Iterators.singletonIterator(feature(past.at(at), id))));
          }
        });
  }

  /// @throws guidepost.calls.RejectedException if there is none
  private static GetFeatureResponse feature(FeatureSnapshot features, String id) {
    return features
        .get(id)
        .map(
            each ->
                GetFeatureResponse.newBuilder().setFeature(FeatureMessages.message(each)).build())
        .orElseThrow(
            () -> Rejection.notFound(Reason.FEATURE_NOT_FOUND, "id", id, "feature").asException());
  }

  void listInBox(ListInBoxRequest request, StreamObserver<EncodedMessage> caller) {
    send(request.getAt(), caller, features -> pages(features, FeatureQueries.inBox(request)));
  }

  void listInRadius(ListInRadiusRequest request, StreamObserver<EncodedMessage> caller) {
    send(request.getAt(), caller, features -> pages(features, FeatureQueries.inRadius(request)));
  }

  private static AreaPages pages(FeatureSnapshot snapshot, FeatureQueries.InArea query) {
    return new AreaPages(snapshot, query.area(), query.filter(), query.page());
  }

  void nearest(NearestRequest request, StreamObserver<EncodedMessage> caller) {
    send(
        request.getAt(),
        caller,
        snapshot -> {
          FeatureQueries.Nearest query = FeatureQueries.nearest(request);
          double metres = query.withinMetres() / Wgs84.LEAST;
          var search =
              snapshot.nearest(query.from(), query.count(), metres, Wgs84.SLACK, query.filter());
          return new NearestPages(snapshot.revision(), search, query);
        });
  }

  void alongPath(AlongPathRequest request, StreamObserver<EncodedMessage> caller) {
    send(
        request.getAt(),
        caller,
        snapshot -> new PathPages(snapshot, FeatureQueries.along(request)));
  }

  /// A list that is made while it is sent.
  @FunctionalInterface
  private interface Pages {
    Streaming.Search<EncodedMessage> of(FeatureSnapshot snapshot);
  }

  private void send(Moment moment, StreamObserver<EncodedMessage> caller, Pages list) {
    Failures.answering(
        caller,
        () -> {
          FeatureHistory.Moment at = FeatureQueries.moment("at", moment);
          // What is wrong with the question is said at once, whichever state it is about.
          Streaming.Search<EncodedMessage> now = list.of(index.snapshot());
          if (at instanceof FeatureHistory.Moment.Now) {
            Streaming.send(now, caller, later);
          } else {
            history.answer(caller, past -> list.of(past.at(at)));
          }
        });
  }

  void diffFeatures(DiffFeaturesRequest request, StreamObserver<DiffFeaturesResponse> caller) {
    Failures.answering(
        caller,
        () -> {
          FeatureHistory.Moment from = FeatureQueries.moment("from", request.getFrom());
          FeatureHistory.Moment to = FeatureQueries.moment("to", request.getTo());
          GeoBox box = FeatureQueries.box(request);
          history.answer(caller, past -> differences(past, from, to, box));
        });
  }

  private static Streaming.Search<DiffFeaturesResponse> differences(
      FeatureHistory past, FeatureHistory.Moment from, FeatureHistory.Moment to, GeoBox box)
      throws JournalException {
    long first = past.revision(from);
    long second = past.revision(to);
    long bytesMax = PartsSearch.partBytesMax();
    return new PartsSearch<>(
        past.differences(first, second, box, bytesMax),
        bytesMax,
        ListPage.FEATURES_MAX,
        part -> response(first, second, part));
  }

  private static DiffFeaturesResponse response(
      long from, long to, List<FeatureHistory.Difference> differences) {
    DiffFeaturesResponse.Builder response =
        DiffFeaturesResponse.newBuilder().setFromRevision(from).setToRevision(to);
    for (FeatureHistory.Difference each : differences) {
      FeatureDifference.Builder difference = response.addDifferencesBuilder();
      if (each.before() != null) {
        difference.setBefore(FeatureMessages.message(each.before()));
      }
      if (each.after() != null) {
        difference.setAfter(FeatureMessages.message(each.after()));
      }
    }
    return response.build();
  }
}
