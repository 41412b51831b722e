package guidepost.guide.features;

import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureSnapshot;
import guidepost.journal.Changefeed;
import guidepost.journal.Domain;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import java.util.ArrayList;
import java.util.List;

/// The features over another journal, and all that they know, for tests that compare.
public final class FeatureCopy {

  private final FeatureIndex index;
  private final FeatureDomain domain;

  private FeatureCopy(FeatureIndex index, Journal journal) {
    this.index = index;
    this.domain = new FeatureDomain(index, journal);
  }

  /// What a server that starts from a journal has.
  public static FeatureCopy of(Journal journal) throws JournalException {
    return new FeatureCopy(FeatureReplay.of(journal), journal);
  }

  /// What decides and applies.
  public Domain<?, ?> domain() {
    return domain;
  }

  /// The revision, and the features in their order, each with its rank.
  public List<Object> state() {
    return state(index.snapshot());
  }

  /// Those of a server.
  public static List<Object> state(ServedFeatures served) {
    return state(served.index().snapshot());
  }

  private static List<Object> state(FeatureSnapshot features) {
    features.checkInvariants();
    List<Object> all = new ArrayList<>(List.of(features.revision()));
    features.all().forEachRemaining(each -> all.add(List.of(each, features.rank(each.id()))));
    return all;
  }

  /// All that watches were told.
  public List<String> told() throws JournalException {
    List<String> told = new ArrayList<>();
    Changefeed<FeatureEvent>.Cursor cursor = domain.changefeed().cursor(0, _ -> true);
    for (var next = cursor.poll(); next != null; next = cursor.poll()) {
      next.changes().forEach(each -> told.add("%s -> %s".formatted(each.before(), each.after())));
    }
    return told;
  }
}
