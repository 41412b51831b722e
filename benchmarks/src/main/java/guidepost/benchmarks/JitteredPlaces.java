package guidepost.benchmarks;

import guidepost.guide.geo.Point;
import guidepost.guide.index.Feature;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tukaani.xz.XZInputStream;

/// Any number of features where people live: the places of a list, each as often as needed and a
/// little elsewhere every time. A record of one has 26 bytes of texts and revision.
final class JitteredPlaces {

  /// Some kilometres.
  private static final double JITTER_DEGREES = 0.05;

  private final List<Point> towns = new ArrayList<>();
  private final Random random;

  /// @param seed of all that is random
  JitteredPlaces(Path list, long seed) throws IOException {
    random = new Random(seed);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new XZInputStream(Files.newInputStream(list)), StandardCharsets.UTF_8))) {
      lines.readLine();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split("\t", -1);
        towns.add(Point.ofDegrees(Double.parseDouble(cells[1]), Double.parseDouble(cells[2])));
      }
    }
  }

  /// A place near one of the list.
  Point next() {
    Point town = towns.get(random.nextInt(towns.size()));
    double latitude = town.latitude() + random.nextGaussian() * JITTER_DEGREES;
    double longitude = town.longitude() + random.nextGaussian() * JITTER_DEGREES;
    return Point.ofDegrees(Math.clamp(latitude, -90, 90), Math.clamp(longitude, -180, 180));
  }

  /// Feature number `i` at such a place.
  Feature feature(int i) {
    return new Feature(id(i), next(), "a name of it", "", Map.of(), 200);
  }

  static String id(int i) {
    return "f%07d".formatted(i);
  }

  Random random() {
    return random;
  }
}
