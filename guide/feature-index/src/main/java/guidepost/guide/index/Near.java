package guidepost.guide.index;

import guidepost.guide.geo.Haversine;

/// A feature and how far it is.
///
/// Threads: any; immutable.
///
/// @param view the feature
/// @param metres to it along the great circle, as [Haversine] measures
public record Near(FeatureView view, double metres) {}
