/// What is there, what was there, and what lies along my way? Features: served, durable, watched.
///
/// A *feature* is something at a point, with an id, a name, a category and attributes.
/// [ServedFeatures] is the domain: FeatureDomain decides what a Modify call changes and keeps the
/// index; FeatureReads answers questions about now from the index, and about earlier states through
/// FeatureHistory; FeatureWatch tells what changes in an area. Lists come in pages that an area, a
/// circle or a path (GeodesicPath) cuts out.
///
/// ```java
/// ServedFeatures features =
///     ServedFeatures.open(journal, limits, clock, nanoTime, stats -> {}, searches);
/// server.addServices(features.services());
/// ```
///
/// Threads: one writer decides and applies; calls read the index on their own threads; long
/// searches take turns on one thread beside them.
@NullMarked
package guidepost.guide.features;

import org.jspecify.annotations.NullMarked;
