package guidepost.guide.features;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureLoad;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.Unreadable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Makes an index of a journal's latest state: each processor reads a range of the ids and makes
/// records of what it reads.
///
/// ```
///   journal ──a … k──▶ read, decode ──▶ load ─┐
///           ──k … z──▶ read, decode ──▶ load ─┴▶ sort, merge ──▶ index
/// ```
///
/// Cost: some 2 us of processor time a feature.
final class FeatureReplay {

  /// More readers at once than a disk and its memory can feed.
  private static final int RANGES_MAX = 16;

  private final List<Range> ranges = new ArrayList<>();

  private FeatureReplay() {}

  /// The index, published.
  ///
  /// @throws JournalException if the journal or a feature in it cannot be read
  static FeatureIndex of(Journal journal) throws JournalException {
    int ranges = Math.min(Runtime.getRuntime().availableProcessors(), RANGES_MAX);
    return of(journal, ranges);
  }

  /// The same with a number of ranges.
  static FeatureIndex of(Journal journal, int rangesMax) throws JournalException {
    FeatureReplay replay = new FeatureReplay();
    long revision = journal.replay(rangesMax, replay::range);
    for (Range range : replay.ranges) {
      range.unreadable.throwIfAny();
    }
    List<FeatureLoad> loads = replay.ranges.stream().map(range -> range.load).toList();
    return FeatureLoad.finish(loads, revision);
  }

  private Range range(long entries) {
    Range range = new Range((int) Math.min(entries + entries / Range.SLACK, Integer.MAX_VALUE / 2));
    ranges.add(range);
    return range;
  }

  /// What one thread reads.
  private static final class Range implements Journal.EntryVisitor {

    /// What a range may be larger than guessed without its load having to grow.
    static final int SLACK = 8;

    private final StoredFeatureReader reader = new StoredFeatureReader();
    private final Unreadable unreadable = new Unreadable("features");
    private final FeatureLoad load;

    Range(int expected) {
      load = new FeatureLoad(expected);
    }

    @Override
    public void entry(byte[] key, byte[] value, long revision) {
      try {
        if (!reader.add(load, key, value, revision)) {
          FeatureStorage.add(load, key, value, revision);
        }
      } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
        unreadable.note(new String(key, StandardCharsets.UTF_8), e);
      }
    }
  }
}
