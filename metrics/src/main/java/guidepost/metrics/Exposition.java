package guidepost.metrics;

/// All metrics of one moment, as text.
///
/// @param contentType the format
/// @param text the lines
public record Exposition(String contentType, String text) {}
