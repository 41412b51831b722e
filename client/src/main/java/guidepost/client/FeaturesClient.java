package guidepost.client;

import guidepost.common.v1.AsOf;
import guidepost.common.v1.OperationResult;
import guidepost.guide.v1.AlongPathRequest;
import guidepost.guide.v1.AlongPathResponse;
import guidepost.guide.v1.ApplyRequest;
import guidepost.guide.v1.ApplyResponse;
import guidepost.guide.v1.DiffFeaturesRequest;
import guidepost.guide.v1.DiffFeaturesResponse;
import guidepost.guide.v1.DistantFeature;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.FeatureChange;
import guidepost.guide.v1.FeatureDifference;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.GetFeatureRequest;
import guidepost.guide.v1.GetRevisionRequest;
import guidepost.guide.v1.GetRevisionResponse;
import guidepost.guide.v1.GetStatsRequest;
import guidepost.guide.v1.GetStatsResponse;
import guidepost.guide.v1.GetTileRequest;
import guidepost.guide.v1.GetTileResponse;
import guidepost.guide.v1.ListChangesRequest;
import guidepost.guide.v1.ListChangesResponse;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInBoxResponse;
import guidepost.guide.v1.ListInRadiusRequest;
import guidepost.guide.v1.ListInRadiusResponse;
import guidepost.guide.v1.LoggedFeatureChange;
import guidepost.guide.v1.ModifyRequest;
import guidepost.guide.v1.ModifyResponse;
import guidepost.guide.v1.NearestRequest;
import guidepost.guide.v1.NearestResponse;
import guidepost.guide.v1.Operation;
import guidepost.guide.v1.PathFeature;
import guidepost.guide.v1.WatchRequest;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Asks and changes the features.
public final class FeaturesClient {

  private static final ListEnd NO_END = new ListEnd(0, "");

  private final ClientChannel channel;
  private final Duration patience;

  FeaturesClient(ClientChannel channel, Duration patience) {
    this.channel = channel;
    this.patience = patience;
  }

  /// How an operation ended.
  ///
  /// @param result code, text and revision
  /// @param featureId the feature meant; empty if the operation was refused
  public record Result(OperationResult result, String featureId) {}

  /// The feature with an id.
  public Optional<Feature> get(String id) {
    return get(id, AsOf.getDefaultInstance());
  }

  /// Which revision of the features there was at a moment, and when it was written.
  ///
  /// @param asOf the default instance: the newest revision
  /// @throws StatusRuntimeException OUT_OF_RANGE if the history does not go back that far
  public GetRevisionResponse revision(AsOf asOf) {
    return FeaturesGrpc.newBlockingStub(channel)
        .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
        .getRevision(GetRevisionRequest.newBuilder().setAsOf(asOf).build());
  }

  /// The feature that had an id at a moment.
  ///
  /// @param at the default instance: now
  /// @throws StatusRuntimeException OUT_OF_RANGE if the history does not go back that far
  public Optional<Feature> get(String id, AsOf at) {
    return get(id, at, false);
  }

  /// The feature that had an id at a moment, perhaps with the time at which it was written.
  ///
  /// @param at the default instance: now
  /// @param withTimes true to ask for [Feature#getUpdateTime] too, which may have to wait
  /// @throws StatusRuntimeException OUT_OF_RANGE if the history does not go back that far
  public Optional<Feature> get(String id, AsOf at, boolean withTimes) {
    try {
      return Optional.of(
          FeaturesGrpc.newBlockingStub(channel)
              .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
              .getFeature(
                  GetFeatureRequest.newBuilder()
                      .setId(id)
                      .setAsOf(at)
                      .setWithTimes(withTimes)
                      .build())
              .getFeature());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// Every feature inside a box, unnamed ones too, as of one revision.
  ///
  /// @param category empty: any
  /// @param features gets each one; the server sends no faster than this takes them
  /// @return the revision
  public long listInBox(GeoBox box, String category, Consumer<Feature> features) {
    ListInBoxRequest.Builder request = ListInBoxRequest.newBuilder().setBox(box);
    if (!category.isEmpty()) {
      request.getFilterBuilder().addCategories(category);
    }
    return listInBox(request.build(), features).revision();
  }

  /// What a list says of itself.
  ///
  /// @param revision that it is of
  /// @param nextPageToken how to ask for what the limit left; empty if nothing is left
  public record ListEnd(long revision, String nextPageToken) {}

  /// The features inside a box that pass a filter, or a page of them.
  ///
  /// @param features gets each one; the server sends no faster than this takes them
  public ListEnd listInBox(ListInBoxRequest request, Consumer<Feature> features) {
    AtomicReference<ListEnd> end = new AtomicReference<>(NO_END);
    AnswerStream.read(
        channel.newCall(FeaturesGrpc.getListInBoxMethod(), CallOptions.DEFAULT),
        request,
        patience,
        (ListInBoxResponse response) -> {
          end.set(new ListEnd(response.getRevision(), response.getNextPageToken()));
          response.getFeaturesList().forEach(features);
        });
    return end.get();
  }

  /// The features of a circle that pass a filter, each with its distance, or a page of them.
  ///
  /// @param features gets each one; the server sends no faster than this takes them
  public ListEnd listInRadius(ListInRadiusRequest request, Consumer<DistantFeature> features) {
    AtomicReference<ListEnd> end = new AtomicReference<>(NO_END);
    AnswerStream.read(
        channel.newCall(FeaturesGrpc.getListInRadiusMethod(), CallOptions.DEFAULT),
        request,
        patience,
        (ListInRadiusResponse response) -> {
          end.set(new ListEnd(response.getRevision(), response.getNextPageToken()));
          response.getFeaturesList().forEach(features);
        });
    return end.get();
  }

  /// The features nearest to a point, nearest first.
  ///
  /// @param features gets each one; the server sends no faster than this takes them
  /// @return the revision
  public long nearest(NearestRequest request, Consumer<DistantFeature> features) {
    long[] revision = {0};
    AnswerStream.read(
        channel.newCall(FeaturesGrpc.getNearestMethod(), CallOptions.DEFAULT),
        request,
        patience,
        (NearestResponse response) -> {
          revision[0] = response.getRevision();
          response.getFeaturesList().forEach(features);
        });
    return revision[0];
  }

  /// What an answer along a path says of itself.
  ///
  /// @param pathMetres how long the path is
  public record PathEnd(ListEnd list, double pathMetres) {}

  /// What lies along a path, in its order, or a page of that.
  ///
  /// @param features gets each one; the server sends no faster than this takes them
  public PathEnd alongPath(AlongPathRequest request, Consumer<PathFeature> features) {
    AtomicReference<PathEnd> end = new AtomicReference<>(new PathEnd(NO_END, 0));
    AnswerStream.read(
        channel.newCall(FeaturesGrpc.getAlongPathMethod(), CallOptions.DEFAULT),
        request,
        patience,
        (AlongPathResponse response) -> {
          ListEnd list = new ListEnd(response.getRevision(), response.getNextPageToken());
          end.set(new PathEnd(list, response.getPathMetres()));
          response.getFeaturesList().forEach(features);
        });
    return end.get();
  }

  /// The revisions that two moments meant.
  public record Span(long from, long to) {}

  /// What changed from one moment to another, by id.
  ///
  /// @param differences gets each one; the server sends no faster than this takes them
  /// @throws StatusRuntimeException OUT_OF_RANGE if the history does not go back that far
  public Span diff(DiffFeaturesRequest request, Consumer<FeatureDifference> differences) {
    AtomicReference<Span> span = new AtomicReference<>(new Span(0, 0));
    AnswerStream.read(
        channel.newCall(FeaturesGrpc.getDiffFeaturesMethod(), CallOptions.DEFAULT),
        request,
        patience,
        (DiffFeaturesResponse response) -> {
          span.set(new Span(response.getFromRevision(), response.getToRevision()));
          response.getDifferencesList().forEach(differences);
        });
    return span.get();
  }

  /// What was written, step by step, the newest first.
  ///
  /// @param changes gets each one; the server sends no faster than this takes them
  /// @return the revision to go on with, as `to_state.revision`; 0 if nothing is left
  /// @throws StatusRuntimeException OUT_OF_RANGE if the history does not go back that far
  public long changes(ListChangesRequest request, Consumer<LoggedFeatureChange> changes) {
    long[] next = {0};
    AnswerStream.read(
        channel.newCall(FeaturesGrpc.getListChangesMethod(), CallOptions.DEFAULT),
        request,
        patience,
        (ListChangesResponse response) -> {
          next[0] = response.getNextRevision();
          response.getChangesList().forEach(changes);
        });
    return next[0];
  }

  /// Follows the features of an area as they change; after a cut it resumes where it was.
  ///
  /// @param request what to watch and from where
  /// @param listener called on other threads; the server sends no faster than it returns
  public Watch<Feature, FeatureChange> watch(
      WatchRequest request, Watch.Listener<Feature, FeatureChange> listener) {
    return FeatureWatchCalls.open(channel, request, listener);
  }

  /// The features of one square of the map, as a vector tile of at most 200 kB: each as a point, or
  /// counted by cells where there are too many.
  public GetTileResponse tile(GetTileRequest request) {
    return FeaturesGrpc.newBlockingStub(channel)
        .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
        .getTile(request);
  }

  /// How many features, notes and chats there are.
  public GetStatsResponse stats() {
    return FeaturesGrpc.newBlockingStub(channel)
        .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
        .getStats(GetStatsRequest.getDefaultInstance());
  }

  /// Writes one message of operations: for a few of them, less than a stream of [#modify].
  ///
  /// @param request at most 4,096 operations
  /// @return how each operation ended, in order
  public List<Result> apply(ModifyRequest request) {
    ApplyResponse response =
        FeaturesGrpc.newBlockingStub(channel)
            .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
            .apply(ApplyRequest.newBuilder().setRequest(request).build());
    return results(response.getResultsList(), response.getFeatureIdsList());
  }

  /// Opens a stream of changes.
  ///
  /// @param results gets the result of every operation, in order, on the thread that writes
  public ModifyStream<Operation, Result> modify(Consumer<Result> results) {
    return modify(FeatureWriting.PLAIN, results);
  }

  /// Opens a stream of changes.
  ///
  /// @param results gets the result of every operation, in order, on the thread that writes
  public ModifyStream<Operation, Result> modify(FeatureWriting writing, Consumer<Result> results) {
    return ModifyStream.open(
        FeaturesGrpc.newStub(channel)::modify,
        operations -> writing.request().addAllOperations(operations).build(),
        FeaturesClient::results,
        results,
        patience);
  }

  private static List<Result> results(ModifyResponse response) {
    return results(response.getResultsList(), response.getFeatureIdsList());
  }

  private static List<Result> results(List<OperationResult> results, List<String> ids) {
    return IntStream.range(0, results.size())
        .mapToObj(i -> new Result(results.get(i), i < ids.size() ? ids.get(i) : ""))
        .toList();
  }
}
