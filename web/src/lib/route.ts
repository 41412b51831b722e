import {routes} from 'guidepost';

type Route = routes.Route;

/** Where packets go, in words. */
export function via(route: Route): string {
  if (route.kind === routes.RouteKind.BLACKHOLE) {
    return 'blackhole';
  }
  const parts = [];
  if (route.nextHop) {
    parts.push(route.nextHop);
  }
  if (route.interfaceName) {
    parts.push(route.nextHop ? `dev ${route.interfaceName}` : `connected, ${route.interfaceName}`);
  }
  return parts.join(' ');
}

/** A route's key: the same key is the same route. */
export const key = (route: Route): string =>
  [route.prefix, route.source, route.nextHop, route.interfaceName, route.kind, route.pathId].join('|');

export const asText = (route: Route): string => `${route.prefix}  ${asWay(route)}`;

/** All but the prefix. */
export const asWay = (route: Route): string =>
  [
    `via ${via(route)}`,
    `distance ${route.distance}`,
    `metric ${route.metric}`,
    `source ${route.source}`,
    ...(route.tags.length > 0 ? [`tags ${route.tags.join(',')}`] : []),
    `r${route.revision}`,
  ].join('  ');
