package guidepost.web;

import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The forms in which the answers of a method can be had: the first is what a client gets that does
/// not say.
final class Forms {

  private Forms() {}

  /// The one that the client likes best.
  ///
  /// @throws guidepost.calls.RejectedException if it likes none
  static Answer.Format of(WebMethod method, RequestHeaders headers) {
    Map<MediaType, Supplier<Answer.Format>> known = known(method);
    var accepted = headers.accept();
    if (accepted.isEmpty()) {
      return known.values().iterator().next().get();
    }
    for (MediaType range : accepted) {
      for (Map.Entry<MediaType, Supplier<Answer.Format>> each : known.entrySet()) {
        if (each.getKey().withoutParameters().belongsTo(range.withoutParameters())) {
          return each.getValue().get();
        }
      }
    }
    throw Rejection.of(
            Reason.ACCEPT_UNKNOWN,
            "Accept",
            headers.get("accept", ""),
            "must accept one of "
                + known.keySet().stream()
                    .map(type -> type.withoutParameters().toString())
                    .collect(Collectors.joining(", ")))
        .asException();
  }

  /// In the order of preference.
  static Map<MediaType, Supplier<Answer.Format>> known(WebMethod method) {
    Map<MediaType, Supplier<Answer.Format>> known = new LinkedHashMap<>();
    JsonShape shape = method.shape();
    switch (method.form()) {
      case ONE -> known.put(MediaType.JSON_UTF_8, () -> new OneFormat(shape));
      case LIST -> {
        JsonShape entry = JsonShape.of(Entries.field(shape.type()).getMessageType());
        known.put(LinesFormat.TYPE, () -> new LinesFormat(shape, entry));
      }
      case WATCH -> known.put(MediaType.EVENT_STREAM, () -> new EventsFormat(shape));
    }
    return known;
  }
}
