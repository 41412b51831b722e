/// Answers: *how do clients read and write the route table over gRPC?*
///
/// [RouteService] opens the table over its journal and offers the seed contract `Router`, under
/// both its names, and `guidepost.routes.v1.Routes`. Whatever writes routes, a gRPC call or a front
/// that knows no gRPC, does so through a [RouteWriter], in [RouteGroup]s that are answered by
/// [RouteOutcome]s. Inside, a [RouteDomain] decides them, subject by subject ([RouteDecision]).
///
/// Threads: service methods run on gRPC's event loops and never wait; writes are handed to the
/// domain's writer, which also sends their answers.
///
/// ```java
/// try (RouteService routes = RouteService.open(store.journal("routes"), RouteLimits.DEFAULT)) {
///   routes.services().forEach(serverBuilder::addService);
/// }
/// ```
@NullMarked
package guidepost.routes.service;

import org.jspecify.annotations.NullMarked;
