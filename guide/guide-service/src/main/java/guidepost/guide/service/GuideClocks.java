package guidepost.guide.service;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/// What a guide tells the time by.
///
/// @param wall says when notes were posted and expire, and which fixes of trips are of the future
/// @param nanoTime monotonic, times trips and silences
record GuideClocks(InstantSource wall, LongSupplier nanoTime) {

  /// The system's.
  static final GuideClocks SYSTEM = new GuideClocks(InstantSource.system(), System::nanoTime);
}
