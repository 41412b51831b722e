package guidepost.web;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.MediaType;
import guidepost.guide.v1.GetTileResponse;
import org.jspecify.annotations.Nullable;

/// A tile as maps read it.
final class TileFormat implements Answer.Format {

  static final MediaType TYPE = MediaType.create("application", "vnd.mapbox-vector-tile");

  @Override
  public MediaType type() {
    return TYPE;
  }

  @Override
  public boolean isOne() {
    return true;
  }

  @Override
  public byte[] message(byte[] encoded) {
    try {
      return GetTileResponse.parseFrom(encoded).getTile().toByteArray();
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
