/// Answers: *how do commands show what changes, of routes, features and notes alike?*
///
/// A [ChangeRange] is where a watch begins and ends. A [WatchPrinter] shows what comes on standard
/// output, as a [WatchLines] puts it, and on standard error how the watch itself goes: from where
/// it begins, that a snapshot is complete, that it lags, that it was cut off.
///
/// Threads: the main thread waits; what comes is printed on the client's.
///
/// ```java
/// new WatchPrinter<>(terminal, client, "routes", range, lines)
///     .follow(server -> server.routes().watch(request, printer));
/// ```
@NullMarked
package guidepost.cli.watches;

import org.jspecify.annotations.NullMarked;
