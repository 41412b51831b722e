package guidepost.guide.trips;

import guidepost.calls.Streaming;
import guidepost.guide.v1.GetTripTrackResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The simplified line of a trip. Reads its batches twice: first where the fixes are, and when it
/// is known which of them are needed, those.
///
/// Cost: 12 bytes a fix while it works.
///
/// Threads: one at a time.
final class TrackSearch implements Streaming.Search<GetTripTrackResponse> {

  /// Points that are found before others get their turn.
  private static final int REFINED_MAX = 64;

  private enum Step {
    READING,
    REFINING,
    CHOOSING,
    OVER
  }

  /// Reads a batch of the trip.
  @FunctionalInterface
  interface Batches {
    /// The fixes of a batch.
    ///
    /// @param number from 1
    List<TripFix> read(int number);
  }

  private final Batches batches;
  private final int last;
  private final int max;
  private final List<Integer> starts = new ArrayList<>();
  private final GetTripTrackResponse.Builder response = GetTripTrackResponse.newBuilder();
  private int[] latitudes = new int[1_024];
  private int[] longitudes = new int[1_024];
  private int count;
  private int read;
  private int chosen;
  private boolean pending;
  private Step step = Step.READING;
  private @Nullable SimplifiedLine line;

  /// @param name what the trip is called
  /// @param last number of the last batch
  /// @param max points of the line
  TrackSearch(String name, Batches batches, int last, int max) {
    response.setName(name);
    this.batches = batches;
    this.last = last;
    this.max = max;
  }

  /// The first look only gives the event loop back: the disk is read elsewhere.
  @Override
  public @Nullable GetTripTrackResponse look() {
    if (!pending) {
      pending = true;
      return null;
    }
    switch (step) {
      case READING -> readOne();
      case REFINING -> refine();
      case CHOOSING -> {
        return choose();
      }
      case OVER -> throw new IllegalStateException("it is over");
    }
    return null;
  }

  private void readOne() {
    if (read == last) {
      line = new SimplifiedLine(latitudes, longitudes, count, starts, max);
      read = 0;
      step = Step.REFINING;
      return;
    }
    for (TripFix fix : batches.read(++read)) {
      if (!fix.setAside()) {
        add(fix);
      }
    }
  }

  private void add(TripFix fix) {
    if (count == latitudes.length) {
      latitudes = Arrays.copyOf(latitudes, 2 * count);
      longitudes = Arrays.copyOf(longitudes, 2 * count);
    }
    if (count == 0 || fix.beginsSegment()) {
      starts.add(count);
    }
    latitudes[count] = fix.point().latitudeE7();
    longitudes[count] = fix.point().longitudeE7();
    count++;
  }

  private SimplifiedLine line() {
    SimplifiedLine known = line;
    if (known == null) {
      throw new IllegalStateException("it was read first");
    }
    return known;
  }

  private void refine() {
    for (int i = 0; i < REFINED_MAX; i++) {
      if (!line().refine()) {
        step = Step.CHOOSING;
        return;
      }
    }
  }

  private @Nullable GetTripTrackResponse choose() {
    if (read == last) {
      step = Step.OVER;
      return response.setToleranceMetres(line().toleranceMetres()).setOfFixes(count).build();
    }
    for (TripFix fix : batches.read(++read)) {
      if (!fix.setAside()) {
        if (line().isKept(chosen)) {
          response.addFixes(TripMessages.message(fix));
        }
        chosen++;
      }
    }
    return null;
  }

  @Override
  public boolean isOver() {
    return step == Step.OVER;
  }
}
