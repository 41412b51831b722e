package guidepost.guide.trips;

import guidepost.guide.geo.Extent;
import guidepost.guide.index.Feature;
import java.util.stream.Stream;

/// Where a trip looks for the features that it passes.
///
/// Threads: that of the writer.
@FunctionalInterface
public interface Surroundings {

  /// Features that are looked at for one fix, named or not: 0.3 ms.
  int LOOKS_MAX = 10_000;

  /// Those in an extent that have a name, and perhaps more; of the first [#LOOKS_MAX] there.
  Stream<Feature> named(Extent extent);
}
