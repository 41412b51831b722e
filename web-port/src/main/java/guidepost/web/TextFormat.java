package guidepost.web;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StringValue;
import com.linecorp.armeria.common.MediaType;
import org.jspecify.annotations.Nullable;

/// A text for Prometheus.
final class TextFormat implements Answer.Format {

  private static final MediaType TYPE = MediaType.parse("text/plain; version=0.0.4; charset=utf-8");

  @Override
  public MediaType type() {
    return TYPE;
  }

  @Override
  public byte[] message(byte[] encoded) {
    try {
      return StringValue.parseFrom(encoded).getValueBytes().toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the server made it", e);
    }
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
