package guidepost.web;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.ByteArrayOutputStream;

/// Takes the messages of a list apart: into its entries, which are the first repeated field that
/// has messages, and the rest, which tells of the list as a whole.
///
/// ```
///   message 1: entry entry entry         ─▶ entries, one after the other
///   message 2: entry, revision, token    ─▶ entry;  rest: revision, token
/// ```
///
/// Threads: one at a time.
final class Entries {

  /// Takes an entry.
  interface Taker {
    /// The bytes of an entry, from and to.
    void take(byte[] bytes, int from, int to);
  }

  private final FieldDescriptor field;
  private final ByteArrayOutputStream rest = new ByteArrayOutputStream();

  /// @param list a type of messages with such a field
  Entries(Descriptor list) {
    this.field = field(list);
  }

  static FieldDescriptor field(Descriptor list) {
    return list.getFields().stream()
        .filter(each -> each.isRepeated() && !each.isMapField())
        .filter(each -> each.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(list.getFullName() + ": has no entries"));
  }

  void split(byte[] encoded, Taker taker) {
    Wire in = new Wire(encoded, 0, encoded.length);
    while (!in.isAtEnd()) {
      int from = in.at;
      int tag = in.tag();
      if (tag >>> 3 == field.getNumber()) {
        int before = in.narrow();
        taker.take(in.bytes, in.at, in.end);
        in.widen(before);
      } else {
        in.skip(tag & 7);
        rest.write(encoded, from, in.at - from);
      }
    }
  }

  /// What is no entry, of all messages so far: a later value of a field stands above an earlier
  /// one.
  byte[] rest() {
    return rest.toByteArray();
  }
}
