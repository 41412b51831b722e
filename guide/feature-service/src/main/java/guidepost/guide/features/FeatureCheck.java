package guidepost.guide.features;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureLoad;
import guidepost.guide.index.FeatureSnapshot;
import guidepost.journal.EarlierState;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/// Compares a feature index with the journal that it was made of, at one revision: every stored
/// feature must be written as this program writes it and be in the index just so, and the index
/// must hold no more.
final class FeatureCheck {

  private final FeatureSnapshot index;
  private final Findings findings;
  private long stored;
  private long indexed;

  private FeatureCheck(FeatureSnapshot index, Findings findings) {
    this.index = index;
    this.findings = findings;
  }

  /// Compares an index in use.
  ///
  /// @return features that the index holds as they are stored
  static long compare(FeatureSnapshot index, Journal journal, Findings findings)
      throws JournalException {
    try (Journal.Snapshot state = EarlierState.at(journal, index.revision())) {
      return new FeatureCheck(index, findings).run(state);
    }
  }

  /// Makes an index of the journal, and compares that.
  ///
  /// @return features that the index holds as they are stored
  static long compareNew(Journal journal, Findings findings) throws JournalException {
    FeatureLoad load = new FeatureLoad();
    long revision =
        journal.replay(
            (key, value, at) -> {
              try {
                FeatureStorage.add(load, key, value, at);
              } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
                // Found again, and reported, when it is compared.
              }
            });
    return compare(load.finish(revision).snapshot(), journal, findings);
  }

  private long run(Journal.Snapshot state) throws JournalException {
    state.scan(
        new byte[0],
        null,
        (key, value, revision) -> {
          compare(key, value, revision);
          return true;
        });
    if (index.size() != stored) {
      add("the index holds %d features, %d are stored".formatted(index.size(), stored));
    }
    checkInvariants();
    return indexed;
  }

  private void compare(byte[] key, byte[] value, long revision) {
    stored++;
    try {
      Feature feature = FeatureStorage.feature(key, value, revision);
      compare(key, value, feature, FeatureStorage.rank(value));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      add("%s: is no feature: %s".formatted(Findings.key(key), e.getMessage()));
    }
  }

  private void compare(byte[] key, byte[] value, Feature feature, long rank) {
    boolean canonical =
        Arrays.equals(key, FeatureStorage.key(feature.id()))
            && Arrays.equals(value, FeatureStorage.value(feature, rank));
    boolean found =
        index.get(feature.id()).equals(Optional.of(feature))
            && index.rank(feature.id()).equals(OptionalLong.of(rank));
    if (!canonical) {
      add("feature \"%s\": is not stored as it must be".formatted(feature.id()));
    } else if (!found) {
      add(
          "feature \"%s\" of revision %d: is stored, and not so in the index"
              .formatted(feature.id(), feature.revision()));
    } else {
      indexed++;
    }
  }

  private void checkInvariants() {
    try {
      index.checkInvariants();
    } catch (IllegalStateException e) {
      add("the index breaks a rule of its own: " + e.getMessage());
    }
  }

  private void add(String finding) {
    findings.add(StoredFeatures.NAME, finding);
  }
}
