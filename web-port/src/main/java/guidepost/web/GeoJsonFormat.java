package guidepost.web;

import com.google.protobuf.Descriptors.Descriptor;
import com.linecorp.armeria.common.MediaType;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A list as a FeatureCollection of RFC 7946, with what tells of the list as a whole beside its
/// features. One that breaks off ends in the middle.
final class GeoJsonFormat implements Answer.Format {

  static final MediaType TYPE = MediaType.create("application", "geo+json");

  private static final byte[] OPENING =
      "{\"type\":\"FeatureCollection\",\"features\":[".getBytes(StandardCharsets.UTF_8);

  private final Entries entries;
  private final Descriptor entry;
  private final JsonShape whole;
  private boolean any;

  GeoJsonFormat(JsonShape whole) {
    this.whole = whole;
    this.entries = new Entries(whole.type());
    this.entry = Entries.field(whole.type()).getMessageType();
  }

  @Override
  public MediaType type() {
    return TYPE;
  }

  @Override
  public byte[] opening() {
    return OPENING;
  }

  @Override
  public byte[] message(byte[] encoded) {
    JsonBytes out = new JsonBytes(4 * encoded.length + 64);
    entries.split(
        encoded,
        (bytes, from, to) -> {
          if (any) {
            out.raw(',');
          }
          any = true;
          GeoJson.write(entry, bytes, from, to, out);
        });
    return out.toByteArray();
  }

  @Override
  public byte[] end(@Nullable WebError error) {
    byte[] rest = entries.rest();
    JsonBytes out = new JsonBytes(128).ascii("],\"list\":");
    whole.write(rest, 0, rest.length, out);
    return out.raw('}').toByteArray();
  }

  @Override
  public boolean tellsErrors() {
    return false;
  }
}
