package guidepost.cli.output;

import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A revision and when it was written, as it is shown.
///
/// @param time empty of revision 0
public record RevisionText(long revision, Optional<Instant> time, long timeline) {

  /// For people: `revision 57, written 2026-11-20T09:00:00Z`.
  public String text() {
    return "revision %d, %s"
        .formatted(revision, time.map(each -> "written " + each).orElse("before the first write"));
  }

  /// For programs: `revision`, `time`, `timeline`.
  public String json() {
    ObjectNode json = Json.object().put("revision", revision);
    time.ifPresent(each -> json.put("time", each.toString()));
    return json.put("timeline", Long.toUnsignedString(timeline)).toString();
  }
}
