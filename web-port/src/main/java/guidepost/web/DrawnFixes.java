package guidepost.web;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import guidepost.guide.v1.GetTripFixesResponse;
import guidepost.guide.v1.TripFix;
import java.time.Instant;
import java.util.List;

/// The fixes of a trip as they are drawn: without those that were set aside.
///
/// Threads: any.
final class DrawnFixes {

  private DrawnFixes() {}

  /// A chunk of fixes, or a track, which has the same fields.
  static GetTripFixesResponse chunk(byte[] encoded) {
    try {
      return GetTripFixesResponse.parseFrom(encoded);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the server made it", e);
    }
  }

  static List<TripFix> fixes(GetTripFixesResponse chunk) {
    return chunk.getFixesList().stream().filter(fix -> !fix.getSetAside()).toList();
  }

  static String time(TripFix fix) {
    Timestamp time = fix.getTime();
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).toString();
  }
}
