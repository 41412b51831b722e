/// Answers: *how do clients read and write the route table over gRPC?*
///
/// [RouteService] opens the table over its journal and offers the seed contract `Router`, under
/// both its names, and `guidepost.routes.v1.Routes`. Inside, a [RouteDomain] decides
/// [RouteOperation]s.
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
