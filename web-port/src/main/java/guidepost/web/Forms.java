package guidepost.web;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.guide.v1.GetTileResponse;
import guidepost.guide.v1.GetTripTrackResponse;
import guidepost.guide.v1.TripFix;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
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
        MediaType form = each.getKey().withoutParameters();
        if (form.belongsTo(range.withoutParameters()) && !isExcluded(form, accepted)) {
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

  /// Whether the range that says most about the form says that it is not wanted: `q=0`.
  private static boolean isExcluded(MediaType form, List<MediaType> accepted) {
    return accepted.stream()
            .filter(range -> form.belongsTo(range.withoutParameters()))
            .min(Comparator.comparingInt(MediaType::numWildcards))
            .orElseThrow()
            .qualityFactor()
        <= 0;
  }

  /// In the order of preference.
  static Map<MediaType, Supplier<Answer.Format>> known(WebMethod method) {
    Map<MediaType, Supplier<Answer.Format>> known = new LinkedHashMap<>();
    JsonShape shape = method.shape();
    switch (method.form()) {
      case ONE -> {
        known.put(MediaType.JSON_UTF_8, () -> new OneFormat(shape));
        addViewOfOne(known, shape);
      }
      case LIST -> {
        JsonShape entry = JsonShape.of(Entries.field(shape.type()).getMessageType());
        known.put(LinesFormat.TYPE, () -> new LinesFormat(shape, entry));
        addViews(known, shape, entry.type());
      }
      case WATCH -> known.put(MediaType.EVENT_STREAM, () -> new EventsFormat(shape));
    }
    return known;
  }

  private static void addViews(
      Map<MediaType, Supplier<Answer.Format>> known, JsonShape shape, Descriptor entry) {
    if (entry.equals(TripFix.getDescriptor())) {
      known.put(GeoJsonFormat.TYPE, TrackGeoJsonFormat::new);
      known.put(GpxFormat.TYPE, GpxFormat::new);
    }
    if (GeoJson.knows(entry)) {
      known.put(GeoJsonFormat.TYPE, () -> new GeoJsonFormat(shape));
    }
    if (CsvFormat.knows(entry)) {
      known.put(CsvFormat.TYPE, () -> new CsvFormat(shape.type()));
    }
  }

  /// Of what has one thing with a place, or a list of them; the result of a write is neither.
  private static void addViewOfOne(Map<MediaType, Supplier<Answer.Format>> known, JsonShape shape) {
    if (shape.type().equals(GetTileResponse.getDescriptor())) {
      known.put(TileFormat.TYPE, TileFormat::new);
      return;
    }
    if (shape.type().equals(GetTripTrackResponse.getDescriptor())) {
      known.put(GeoJsonFormat.TYPE, TrackGeoJsonFormat::new);
      known.put(GpxFormat.TYPE, GpxFormat::new);
      return;
    }
    String name = shape.type().getName();
    if (!name.startsWith("Get") && !name.startsWith("List")) {
      return;
    }
    shape.type().getFields().stream()
        .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
        .filter(field -> GeoJson.knows(field.getMessageType()))
        .findFirst()
        .ifPresent(
            field ->
                known.put(
                    GeoJsonFormat.TYPE,
                    field.isRepeated()
                        ? () -> new GeoJsonFormat(shape)
                        : () -> new GeoJsonOneFormat(field)));
  }
}
