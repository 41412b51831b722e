package guidepost.guide.features;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import guidepost.storage.v1.StoredFeature;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class FeatureStorageTest {

  @Test
  void shouldWriteFeaturesLikeProtocolBuffers() {
    for (Point point : List.of(new Point(0, 0), new Point(-1, 1_800_000_000), new Point(5, 0))) {
      for (String name : List.of("", "Brücke", "n".repeat(200))) {
        for (Map<String, String> attributes :
            List.<Map<String, String>>of(Map.of(), Map.of("surface", "", "lanes", "2"))) {
          for (long rank : new long[] {0, 1, 1L << 50}) {
            Feature feature = new Feature("f", point, name, "bridge", attributes, 7);
            assertThat(FeatureStorage.value(feature, rank)).isEqualTo(expected(feature, rank));
          }
        }
      }
    }
  }

  private static byte[] expected(Feature feature, long rank) {
    return StoredFeature.newBuilder()
        .setLatitudeE7(feature.point().latitudeE7())
        .setLongitudeE7(feature.point().longitudeE7())
        .setName(feature.name())
        .setCategory(feature.category())
        .putAllAttributes(new TreeMap<>(feature.attributes()))
        .setRank(rank)
        .build()
        .toByteArray();
  }
}
