/// Answers: *how is the server doing?*
///
/// [Metrics] counts and times every call, asks each part of the server for its figures when
/// somebody wants to know, and writes all of it as Prometheus reads it. Nothing here knows a
/// domain: a new one tells its figures like the others.
///
/// ```java
/// Metrics metrics = new Metrics(Metrics.BOUNDS);
/// builder.intercept(metrics.calls(names));
/// metrics.add(Map.of("domain", "routes"), routes::figures);
/// Exposition page = metrics.exposition(acceptHeader);
/// ```
@NullMarked
package guidepost.metrics;

import org.jspecify.annotations.NullMarked;
