package guidepost.guide.features;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.journal.Batch;
import guidepost.journal.Changefeed;
import guidepost.journal.Journal;
import guidepost.journal.Value;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One change of one feature, as the journal has it: an object of the feature is made when somebody
/// watches.
///
/// Threads: any; what is made of it may be made twice.
final class FeatureEvent {

  private final long revision;
  private final byte[] key;
  private final byte @Nullable [] value;
  private final @Nullable Value prior;

  private @Nullable Feature before;
  private @Nullable Feature after;

  /// @param revision that made it
  /// @param key of the feature, as [FeatureStorage] says
  /// @param value what it is now; null if it is gone
  /// @param prior what it was; null if it was not there
  FeatureEvent(long revision, byte[] key, byte @Nullable [] value, @Nullable Value prior) {
    this.revision = revision;
    this.key = key;
    this.value = value;
    this.prior = prior;
  }

  /// What a feature's journal says happened; read from its log where it is no longer in memory.
  static Changefeed<FeatureEvent> changefeed(Journal journal) {
    return new Changefeed<>(journal, FeatureEvent::read);
  }

  /// What happened to one key; null if nothing.
  static @Nullable FeatureEvent read(
      long revision, byte[] key, byte @Nullable [] value, @Nullable Value prior) {
    return value == null && prior == null ? null : new FeatureEvent(revision, key, value, prior);
  }

  /// Adds the change to what becomes durable together.
  void addTo(Batch batch) {
    if (value == null) {
      batch.delete(key, prior);
    } else {
      batch.put(key, value, prior);
    }
  }

  /// Makes the change in an index.
  ///
  /// @throws IllegalArgumentException if it is of no feature
  void apply(FeatureIndex index) {
    if (value == null) {
      index.remove(FeatureStorage.id(key));
      return;
    }
    try {
      index.put(FeatureStorage.feature(key, value, revision), FeatureStorage.rank(value));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("features: a stored feature cannot be read", e);
    }
  }

  /// Takes the change out of an index that it was made in. The feature gets the rank back that it
  /// had, so the order at its place is what it was.
  void undo(FeatureIndex index) {
    Feature old = before();
    if (old == null) {
      index.remove(FeatureStorage.id(key));
    } else {
      index.put(old, FeatureStorage.knownRank(Objects.requireNonNull(prior).bytes()));
    }
  }

  /// Null if it was not there.
  @Nullable Feature before() {
    Feature known = before;
    if (known == null && prior != null) {
      known = FeatureStorage.known(key, prior.bytes(), prior.revision());
      before = known;
    }
    return known;
  }

  /// Null if it is gone.
  @Nullable Feature after() {
    Feature known = after;
    if (known == null && value != null) {
      known = FeatureStorage.known(key, value, revision);
      after = known;
    }
    return known;
  }

  /// True if a watch of such features is told.
  boolean concerns(Predicate<Feature> watched) {
    Feature old = before();
    Feature now = after();
    return (old != null && watched.test(old)) || (now != null && watched.test(now));
  }

  /// The feature as it is, or was; with the revision of the change.
  Feature feature() {
    Feature now = after();
    if (now != null) {
      return now;
    }
    Feature gone = Objects.requireNonNull(before());
    return new Feature(
        gone.id(), gone.point(), gone.name(), gone.category(), gone.attributes(), revision);
  }
}
