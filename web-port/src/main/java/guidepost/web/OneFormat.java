package guidepost.web;

import com.linecorp.armeria.common.MediaType;
import org.jspecify.annotations.Nullable;

/// The one message of a unary call, as JSON.
record OneFormat(JsonShape shape) implements Answer.Format {

  @Override
  public MediaType type() {
    return MediaType.JSON_UTF_8;
  }

  @Override
  public boolean isOne() {
    return true;
  }

  @Override
  public byte[] message(byte[] encoded) {
    return shape.json(encoded);
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
