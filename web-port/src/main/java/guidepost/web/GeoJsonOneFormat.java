package guidepost.web;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.linecorp.armeria.common.MediaType;
import org.jspecify.annotations.Nullable;

/// The one thing of an answer as a Feature of RFC 7946.
///
/// @param field that holds it
record GeoJsonOneFormat(FieldDescriptor field) implements Answer.Format {

  @Override
  public MediaType type() {
    return GeoJsonFormat.TYPE;
  }

  @Override
  public boolean isOne() {
    return true;
  }

  @Override
  public byte[] message(byte[] encoded) {
    JsonBytes out = new JsonBytes(4 * encoded.length + 64);
    Wire in = new Wire(encoded, 0, encoded.length);
    while (!in.isAtEnd()) {
      int tag = in.tag();
      if (tag >>> 3 == field.getNumber()) {
        int before = in.narrow();
        GeoJson.write(field.getMessageType(), in.bytes, in.at, in.end, out);
        in.widen(before);
      } else {
        in.skip(tag & 7);
      }
    }
    return out.toByteArray();
  }

  @Override
  public byte[] end(@Nullable WebError error) {
    return new byte[0];
  }

  @Override
  public boolean tellsErrors() {
    return false;
  }
}
