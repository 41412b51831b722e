package guidepost.cli.routes;

import guidepost.routes.table.NextHop;
import guidepost.routes.table.Route;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Routes among other fields of a JSON object; named as in what `route export` writes.
final class RouteJson {

  private RouteJson() {}

  /// Adds the fields of a route.
  static ObjectNode put(ObjectNode object, Route route) {
    NextHop hop = route.nextHop();
    object.put("prefix", route.prefix().toString());
    if (hop instanceof NextHop.Gateway gateway) {
      object.put("next_hop", gateway.address().toString());
    }
    if (!hop.interfaceName().isEmpty()) {
      object.put("interface", hop.interfaceName());
    }
    object
        .put("metric", route.metric())
        .put("kind", hop instanceof NextHop.Blackhole ? "blackhole" : "unicast")
        .put("source", route.source())
        .put("distance", route.distance())
        .put("revision", route.revision());
    if (!route.tags().isEmpty()) {
      ArrayNode tags = object.putArray("tags");
      route.tags().forEach(tags::add);
    }
    if (route.pathId() != 0) {
      object.put("path_id", route.pathId());
    }
    return object;
  }
}
