/// Answers: *where did one call spend its time?*
///
/// [Tracing] makes a span of each call, a child of the span that its client names in the metadata
/// `traceparent`, and below it a span of the append that made its changes durable. It does nothing,
/// and costs nothing, unless the environment names an OpenTelemetry collector.
///
/// ```
///   client's span
///     └─ guidepost.routes.v1.Routes/Modify        the call
///          └─ append routes                       the group that its changes were written with
/// ```
@NullMarked
package guidepost.tracing;

import org.jspecify.annotations.NullMarked;
