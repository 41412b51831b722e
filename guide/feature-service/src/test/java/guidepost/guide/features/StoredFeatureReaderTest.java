package guidepost.guide.features;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureLoad;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class StoredFeatureReaderTest {

  private static final List<String> TEXTS =
      List.of("", "a", "Zürich", "Ω", "\uD83D\uDE00", "x".repeat(127), "é".repeat(70), "b\0c");

  private final Random random = Seed.random("StoredFeatureReaderTest");

  @Test
  void shouldReadEveryStoredFeatureLikeProtocolBuffersDo() throws Exception {
    FeatureLoad fast = new FeatureLoad();
    FeatureLoad slow = new FeatureLoad();
    StoredFeatureReader reader = new StoredFeatureReader();
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      Feature feature = feature("f" + i + text());
      features.add(feature);
      byte[] key = FeatureStorage.key(feature.id());
      byte[] value = FeatureStorage.value(feature, i);
      boolean isUsual = feature.attributes().keySet().stream().allMatch(this::isAscii);
      assertThat(reader.add(fast, key, value, feature.revision()))
          .as("%s", feature)
          .isEqualTo(isUsual);
      if (!isUsual) {
        FeatureStorage.add(fast, key, value, feature.revision());
      }
      FeatureStorage.add(slow, key, value, feature.revision());
    }
    FeatureIndex index = fast.finish(1);
    index.checkInvariants();
    List<Feature> read = new ArrayList<>();
    index.snapshot().all().forEachRemaining(read::add);
    List<Feature> expected = new ArrayList<>();
    slow.finish(1).snapshot().all().forEachRemaining(expected::add);
    assertThat(read).isEqualTo(expected).containsExactlyInAnyOrderElementsOf(features);
  }

  /// Whatever it takes must be what Protocol Buffers read, and it must take nothing that they do
  /// not: stored bytes may be broken.
  @Test
  void shouldLeaveWhatIsNotWrittenAsUsualToProtocolBuffers() {
    StoredFeatureReader reader = new StoredFeatureReader();
    int taken = 0;
    for (int i = 0; i < 2_000; i++) {
      Feature feature = feature("f" + i);
      byte[] value = FeatureStorage.value(feature, random.nextInt(1_000));
      byte[] broken = Arrays.copyOf(value, value.length - random.nextInt(2));
      if (broken.length > 0) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      }
      FeatureLoad load = new FeatureLoad();
      byte[] key = FeatureStorage.key(feature.id());
      Optional<Feature> parsed = parsed(key, broken);
      if (parsed.isPresent() && reader.add(load, key, broken, 7)) {
        taken++;
        assertThat(load.finish(1).snapshot().get(feature.id())).isEqualTo(parsed);
      } else if (parsed.isEmpty()) {
        assertThat(takes(reader, load, key, broken)).as(Arrays.toString(broken)).isFalse();
      }
    }
    assertThat(taken).isGreaterThan(100);
  }

  private static Optional<Feature> parsed(byte[] key, byte[] value) {
    try {
      return Optional.of(FeatureStorage.feature(key, value, 7));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean takes(
      StoredFeatureReader reader, FeatureLoad load, byte[] key, byte[] value) {
    try {
      return reader.add(load, key, value, 7);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Test
  void shouldNameAPointThatIsOutOfRange() {
    byte[] value =
        guidepost.storage.v1.StoredFeature.newBuilder()
            .setLatitudeE7(900_000_001)
            .build()
            .toByteArray();
    assertThatThrownBy(
            () -> new StoredFeatureReader().add(new FeatureLoad(), "f".getBytes(UTF_8), value, 1))
        .hasMessageContaining("900000001");
  }

  private Feature feature(String id) {
    Map<String, String> attributes = new TreeMap<>();
    for (int i = random.nextInt(4) - 1; i > 0; i--) {
      attributes.put(text(), text());
    }
    Point point =
        new Point(
            random.nextInt(5) == 0 ? 0 : random.nextInt(-900_000_000, 900_000_001),
            random.nextInt(5) == 0 ? 1_800_000_000 : random.nextInt(-1_800_000_000, 1_800_000_001));
    return new Feature(id, point, text(), text(), attributes, random.nextInt(3));
  }

  private String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private boolean isAscii(String text) {
    return text.chars().allMatch(each -> each < 128);
  }
}
