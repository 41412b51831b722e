package guidepost.web;

import com.google.api.HttpBody;
import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.MediaType;
import org.jspecify.annotations.Nullable;

/// A page that says itself what it is.
final class PageFormat implements Answer.Format {

  private MediaType type = MediaType.PLAIN_TEXT_UTF_8;

  @Override
  public MediaType type() {
    return type;
  }

  @Override
  public boolean isOne() {
    return true;
  }

  @Override
  public byte[] message(byte[] encoded) {
    try {
      HttpBody page = HttpBody.parseFrom(encoded);
      type = MediaType.parse(page.getContentType());
      return page.getData().toByteArray();
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
