package guidepost.cli.features;

import guidepost.cli.options.Noun;
import guidepost.cli.options.Word;
import java.util.List;
import picocli.CommandLine.Command;

/// The commands about features.
public final class FeatureCommands {

  private FeatureCommands() {}

  /// In the order in which they are listed.
  public static List<Word> words() {
    return List.of(
        new Word(
            Feature.class,
            terminal -> new Feature(),
            new Word(FeatureGet.class, FeatureGet::new),
            new Word(FeatureList.class, FeatureList::new),
            new Word(FeatureRevision.class, FeatureRevision::new),
            new Word(FeatureDiff.class, FeatureDiff::new),
            new Word(FeatureNear.class, FeatureNear::new),
            new Word(FeatureAlong.class, FeatureAlong::new),
            new Word(FeatureWatching.class, FeatureWatching::new),
            new Word(FeaturePut.class, FeaturePut::new),
            new Word(FeatureDelete.class, FeatureDelete::new),
            new Word(FeatureImport.class, FeatureImport::new),
            new Word(FeatureExport.class, FeatureExport::new)));
  }

  /// Commands about features.
  @Command(name = "feature", description = "Features: what is at a point or inside a box.")
  private static final class Feature extends Noun {}
}
