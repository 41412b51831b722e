package guidepost.guide.features;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A vector tile of points under construction, with one layer: Mapbox Vector Tile 2.1 [1].
///
/// ```
///   tile ─ layer ─┬─ point: place, and pairs of numbers ┐
///                 ├─ point …                            │
///                 ├─ keys    id name …       ◀──────────┤ of these, each once
///                 └─ values  "hut" "Old inn" … ◀────────┘
/// ```
///
/// Threads: one at a time.
///
/// [1] Mapbox, Vector Tile Specification 2.1.
final class VectorTile {

  /// Places from one edge to the other.
  static final int EXTENT = 4_096;

  private static final int VERSION = 2;
  private static final int POINT = 1;

  /// One move to a place.
  private static final int MOVE_TO = 1 | 1 << 3;

  private final String name;
  private final Map<String, Integer> keys = new LinkedHashMap<>();
  private final Map<Object, Integer> values = new LinkedHashMap<>();
  private final List<int[]> points = new ArrayList<>();
  private final List<List<Integer>> tags = new ArrayList<>();

  VectorTile(String name) {
    this.name = name;
  }

  /// Adds a point; tags follow.
  void point(int column, int row) {
    points.add(new int[] {column, row});
    tags.add(new ArrayList<>());
  }

  /// Adds a tag to the last point.
  ///
  /// @param value a text, or a whole number that is not negative
  void tag(String key, Object value) {
    tags.getLast().add(index(keys, key));
    tags.getLast().add(index(values, value));
  }

  private static <K> int index(Map<K, Integer> known, K key) {
    return known.computeIfAbsent(key, _ -> known.size());
  }

  byte[] toByteArray() {
    return points.isEmpty() ? new byte[0] : message(tile -> tile.writeByteArray(3, layer()));
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("to memory", e);
    }
    return bytes.toByteArray();
  }

  private byte[] layer() {
    return message(
        layer -> {
          layer.writeUInt32(15, VERSION);
          layer.writeString(1, name);
          for (int i = 0; i < points.size(); i++) {
            layer.writeByteArray(2, feature(i));
          }
          for (String key : keys.keySet()) {
            layer.writeString(3, key);
          }
          for (Object value : values.keySet()) {
            layer.writeByteArray(4, value(value));
          }
          layer.writeUInt32(5, EXTENT);
        });
  }

  private byte[] feature(int index) {
    int[] place = points.get(index);
    return message(
        feature -> {
          if (!tags.get(index).isEmpty()) {
            feature.writeByteArray(2, packed(tags.get(index)));
          }
          feature.writeEnum(3, POINT);
          feature.writeByteArray(4, packed(List.of(MOVE_TO, 2 * place[0], 2 * place[1])));
        });
  }

  private static byte[] packed(List<Integer> numbers) {
    return message(
        out -> {
          for (int each : numbers) {
            out.writeUInt32NoTag(each);
          }
        });
  }

  private static byte[] value(Object value) {
    return message(
        out -> {
          if (value instanceof Long number) {
            out.writeUInt64(5, number);
          } else {
            out.writeString(1, value.toString());
          }
        });
  }
}
