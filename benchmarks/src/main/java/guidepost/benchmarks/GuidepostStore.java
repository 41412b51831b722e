package guidepost.benchmarks;

import guidepost.client.FeaturesClient;
import guidepost.client.GuidepostClient;
import guidepost.client.ModifyStream;
import guidepost.client.ServerAddress;
import guidepost.guide.index.Feature;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.GeoCircle;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInRadiusRequest;
import guidepost.guide.v1.NearestRequest;
import guidepost.guide.v1.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// This server, asked by its Java client. One client is for all threads, as its users have it.
final class GuidepostStore implements FeatureStore {

  private final MeasuredServer server;
  private final GuidepostClient client;

  GuidepostStore(Path directory) throws IOException {
    server = MeasuredServer.start(directory.resolve("guidepost"));
    client = GuidepostClient.connect(ServerAddress.parse(server.address()));
  }

  @Override
  public void load(List<Feature> features) {
    put(features);
  }

  private void put(List<Feature> features) {
    long[] changed = {0};
    try (ModifyStream<Operation, FeaturesClient.Result> stream =
        client.features().modify(result -> changed[0] += result.result().getEntriesChanged())) {
      features.forEach(feature -> stream.write(operation(feature)));
      stream.finish();
    }
    if (changed[0] != features.size()) {
      throw new IllegalStateException(
          "%d of %d were changed".formatted(changed[0], features.size()));
    }
  }

  private static Operation operation(Feature feature) {
    return Operation.newBuilder()
        .setPut(
            guidepost.guide.v1.Feature.newBuilder()
                .setId(feature.id())
                .setName(feature.name())
                .setPoint(message(feature.point())))
        .build();
  }

  private static GeoPoint message(guidepost.guide.geo.Point point) {
    return GeoPoint.newBuilder()
        .setLatitudeE7(point.latitudeE7())
        .setLongitudeE7(point.longitudeE7())
        .build();
  }

  @Override
  public Duration warmUp() {
    return Duration.ofSeconds(18);
  }

  @Override
  public void forget() {
    // It has one index for everything.
  }

  @Override
  public List<Way> ways() {
    return List.of(
        new Way(
            "Guidepost",
            this,
            Tolerance.NONE,
            question -> true,
            hits -> new Asking(client.features())));
  }

  @Override
  public long processorNanos() throws IOException {
    return server.processorNanos();
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }

  private final class Asking implements Session {

    private final FeaturesClient features;

    Asking(FeaturesClient features) {
      this.features = features;
    }

    @Override
    public int ask(Question question, Hits hits) {
      int[] count = {0};
      switch (question) {
        case Question.Nothing() -> features.stats();
        case Question.InBox(var box) ->
            features.listInBox(
                ListInBoxRequest.newBuilder().setBox(box(box)).build(),
                feature -> count[0] += hit(feature, hits));
        case Question.InCircle(var centre, double metres) ->
            features.listInRadius(
                ListInRadiusRequest.newBuilder()
                    .setCircle(
                        GeoCircle.newBuilder().setCentre(message(centre)).setRadiusMetres(metres))
                    .build(),
                distant -> count[0] += hit(distant.getFeature(), hits));
        case Question.Nearest(var from, int wanted, _) ->
            features.nearest(
                NearestRequest.newBuilder().setOrigin(message(from)).setCount(wanted).build(),
                distant -> count[0] += hit(distant.getFeature(), hits));
      }
      return count[0];
    }

    private static int hit(guidepost.guide.v1.Feature feature, Hits hits) {
      GeoPoint point = feature.getPoint();
      hits.hit(feature.getId(), feature.getName(), point.getLatitudeE7(), point.getLongitudeE7());
      return 1;
    }

    private static GeoBox box(guidepost.guide.geo.GeoBox box) {
      return GeoBox.newBuilder()
          .setSouthE7(box.southE7())
          .setWestE7(box.westE7())
          .setNorthE7(box.northE7())
          .setEastE7(box.eastE7())
          .build();
    }

    @Override
    public void move(List<Feature> moved) {
      put(moved);
    }

    @Override
    public void close() {
      // The client is everybody's.
    }
  }
}
