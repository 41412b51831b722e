package guidepost.web;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A path of google.api.http: `/v1/notes/{id}:confirm`. A variable is one segment.
///
/// Threads: any; immutable.
///
/// @param segments literals, and variables in braces
/// @param verb what follows the colon; empty if nothing
record HttpPath(List<String> segments, String verb) {

  HttpPath {
    segments = List.copyOf(segments);
  }

  /// Reads a template.
  static HttpPath parse(String template) {
    List<String> segments = new ArrayList<>(List.of(template.substring(1).split("/", -1)));
    String last = segments.removeLast();
    int colon = last.indexOf(':', last.indexOf('}') + 1);
    segments.add(colon < 0 ? last : last.substring(0, colon));
    return new HttpPath(segments, colon < 0 ? "" : last.substring(colon + 1));
  }

  /// The variables of a path that it matches, by the path of their field.
  ///
  /// @param path encoded, without a query
  /// @throws IllegalArgumentException if the path is no encoding of anything
  Optional<Map<String, String>> match(String path) {
    String[] given = path.substring(1).split("/", -1);
    if (given.length != segments.size()) {
      return Optional.empty();
    }
    int last = given.length - 1;
    if (!verb.isEmpty()) {
      if (!given[last].endsWith(":" + verb)) {
        return Optional.empty();
      }
      given[last] = given[last].substring(0, given[last].length() - verb.length() - 1);
    }
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < given.length; i++) {
      String segment = segments.get(i);
      String text = PercentCoding.decoded(given[i]);
      if (segment.startsWith("{")) {
        if (text.isEmpty()) {
          return Optional.empty();
        }
        variables.put(segment.substring(1, segment.length() - 1), text);
      } else if (!segment.equals(text)) {
        return Optional.empty();
      }
    }
    return Optional.of(variables);
  }

  /// The fields that are variables.
  List<String> variables() {
    return segments.stream()
        .filter(each -> each.startsWith("{"))
        .map(each -> each.substring(1, each.length() - 1))
        .toList();
  }

  @Override
  public String toString() {
    return "/" + String.join("/", segments) + (verb.isEmpty() ? "" : ":" + verb);
  }
}
