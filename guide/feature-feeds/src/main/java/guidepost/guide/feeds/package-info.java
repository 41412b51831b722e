/// Answers: *which features, or which track, stand in this text?*
///
/// A [FeatureFeed] reads a text of some [FeatureFormat] and hands over a [FeatureRow] for each row:
/// a [FeatureDraft] or a refusal with its reason, so that *read = accepted + rejected* always
/// holds. A [Track] is where a traveller went, [TrackTimes] how long that took. A [FeatureWriter]
/// writes features so that a feed reads them back.
///
/// Threads: a feed and a writer belong to one thread; everything else is immutable.
///
/// ```java
/// FeatureFeed feed = FeatureFeed.open(in, FeatureColumns.BY_NAME);
/// feed.read(
///     row -> {
///       switch (row) {
///         case FeatureRow.Parsed parsed -> send(parsed.feature());
///         case FeatureRow.Rejected rejected -> complain(rejected.number(), rejected.reason());
///       }
///     });
/// ```
@NullMarked
package guidepost.guide.feeds;

import org.jspecify.annotations.NullMarked;
