/// Answers: *how do people and scripts use features?*
///
/// [FeatureCommands] lists the commands; each is a class named for its noun and verb
/// ([FeatureNear]). [FeatureShapes] makes messages of features and back; [FeatureOutput] shows
/// features, [PlaceOutput] features with their distances.
///
/// Threads: a command runs on the main thread.
///
/// ```
/// guidepost feature near 42.53176,1.56654
/// ```
@NullMarked
package guidepost.cli.features;

import org.jspecify.annotations.NullMarked;
