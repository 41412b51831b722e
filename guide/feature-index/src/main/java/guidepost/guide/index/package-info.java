/// Answers: *what is at this point, and what lies inside this box?*
///
/// A [guidepost.guide.geo.Point] is a position in E7, a [guidepost.guide.geo.GeoBox] a part of the
/// globe, a [Feature] something at a point, and a [FeatureIndex] finds features by id, point and
/// box. A [FeatureSnapshot] is the index as of one moment.
///
/// Threads: values are immutable; the index has one writer and any number of readers, which never
/// wait.
///
/// ```java
/// FeatureIndex index = new FeatureIndex();
/// index.put(Feature.named("f1", Point.ofDegrees(42.53176, 1.56654), "Vila"));
/// index.publish(1);
/// index.snapshot().inBox(GeoBox.WORLD, feature -> print(feature.name()));
/// ```
@NullMarked
package guidepost.guide.index;

import org.jspecify.annotations.NullMarked;
