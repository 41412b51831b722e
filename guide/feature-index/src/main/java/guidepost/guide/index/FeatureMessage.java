package guidepost.guide.index;

/// Features as messages of the wire contract, `guidepost.guide.v1.Feature`, one after the other:
/// how long each is, and then its bytes. The same message for the same feature, though its fields
/// are not in the order of their numbers.
///
/// ```
///   0A id  1A name  22 category  2A attribute …  30 revision     as they lie in the record
///   12 len { 08 latitude  10 longitude }                         each unless it is 0
/// ```
///
/// Cost: some 20 ns a feature, and for the first of a leaf what its memory takes.
///
/// Threads: one.
public final class FeatureMessage {

  private byte[] records = {};
  private int fields;
  private int fieldBytes;
  private int latitude;
  private int longitude;
  private int pointBytes;

  /// An object for any number of features.
  public FeatureMessage() {}

  /// Looks at the next feature.
  ///
  /// @return bytes of its message
  public int measure(FeatureView feature) {
    Leaf leaf = feature.leaf();
    int at = feature.at();
    int start = leaf.start(at);
    records = leaf.records();
    fields = FeatureRecord.headEnd(records, start);
    fieldBytes = leaf.end(at) - fields;
    latitude = leaf.latitude(at);
    longitude = FeatureRecord.longitude(records, start, leaf.longitude(at));
    pointBytes = coordinateBytes(latitude) + coordinateBytes(longitude);
    return fieldBytes + 2 + pointBytes;
  }

  private static int coordinateBytes(int value) {
    return value == 0 ? 0 : 1 + RecordWriter.varintBytes(value);
  }

  /// Writes the message of the feature that was measured last.
  ///
  /// @param target with room for it
  /// @return where it ends
  public int write(byte[] target, int start) {
    System.arraycopy(records, fields, target, start, fieldBytes);
    int next = start + fieldBytes;
    target[next++] = FeatureRecord.POINT;
    target[next++] = (byte) pointBytes;
    next = coordinate(FeatureRecord.LATITUDE, latitude, target, next);
    return coordinate(FeatureRecord.LONGITUDE, longitude, target, next);
  }

  private static int coordinate(int tag, int value, byte[] target, int start) {
    if (value == 0) {
      return start;
    }
    target[start] = (byte) tag;
    return RecordWriter.varint(value, target, start + 1);
  }
}
