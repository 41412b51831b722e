/// Answers: *which routes stand in this text?*
///
/// A [RouteFeed] reads a text of some [RouteFormat] and hands over a [RouteRow] for each row: a
/// route or a refusal with its reason, so that *read = accepted + rejected* always holds. What a
/// row lacks comes from [RouteDefaults]. A [RouteTextWriter] writes routes so that a feed reads
/// them back.
///
/// Threads: a feed and a writer belong to one thread; everything else is immutable.
///
/// ```java
/// RouteFeed feed = RouteFeed.open(in, RouteDefaults.NONE);
/// feed.read(
///     row -> {
///       switch (row) {
///         case RouteRow.Parsed parsed -> send(parsed.route());
///         case RouteRow.Rejected rejected -> complain(rejected.number(), rejected.reason());
///       }
///     });
/// ```
@NullMarked
package guidepost.routes.feeds;

import org.jspecify.annotations.NullMarked;
