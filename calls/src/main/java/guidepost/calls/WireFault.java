package guidepost.calls;

import com.google.protobuf.InvalidProtocolBufferException;

/// Why bytes are no message, in words of ours: those of the parser are for programmers, and advise
/// to call its methods.
///
/// Threads: any.
final class WireFault {

  /// The parser's own limit.
  private static final int LEVELS_MAX = 100;

  private WireFault() {}

  /// The rule that the bytes break. The parser tells its faults apart by their texts alone: one
  /// that is unknown here gets the rule that all of them break.
  static String words(InvalidProtocolBufferException fault) {
    String text = String.valueOf(fault.getMessage());
    if (text.contains("too many levels of nesting")) {
      return "must have at most %d messages within each other".formatted(LEVELS_MAX);
    }
    if (text.contains("UTF-8")) {
      return "its texts must be UTF-8";
    }
    if (text.contains("ended unexpectedly")) {
      return "ends in the middle of a field, or a field says that it is longer than what holds it";
    }
    if (text.contains("negative size")) {
      return "a field must not have a negative length";
    }
    if (text.contains("malformed varint")) {
      return "a number must have at most 10 bytes";
    }
    if (text.contains("invalid tag (zero)")) {
      return "a field must have a number from 1";
    }
    if (text.contains("end-group tag")) {
      return "a group must end where it began";
    }
    if (text.contains("invalid wire type")) {
      return "a field must have a wire type of 0, 1, 2 or 5";
    }
    return "its bytes must be fields of protobuf";
  }
}
