package guidepost.guide.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import guidepost.guide.geo.Point;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// The bytes of a feature in a leaf.
///
/// ```
///   head        rank << 2 | named << 1 | moved      varint
///               longitude as given                  4 bytes, if moved: it is not the canonical one
///   0A len      id                                  the rest is laid out like the message
///   1A len      name, unless empty                  guidepost.guide.v1.Feature of the wire contract,
///   22 len      category, unless empty              without its point: a service sends these bytes
///   2A len      { 0A len name  12 len value }       as they are
///   30          revision, unless 0                  varint
/// ```
///
/// Attributes come in the order of their names, so equal features have equal bytes.
final class FeatureRecord {

  static final int ID = 0x0A;
  static final int POINT = 0x12;
  static final int NAME = 0x1A;
  static final int CATEGORY = 0x22;
  static final int ATTRIBUTE = 0x2A;
  static final int REVISION = 0x30;
  static final int ATTRIBUTE_NAME = 0x0A;
  static final int ATTRIBUTE_VALUE = 0x12;
  static final int LATITUDE = 0x08;
  static final int LONGITUDE = 0x10;

  private static final int NAMED = 2;
  private static final int MOVED = 1;
  private static final int FLAGS = 2;

  private FeatureRecord() {}

  static byte[] of(Feature feature, long rank) {
    return of(FeatureLoad.Fields.of(feature), feature.point(), rank, feature.revision());
  }

  static byte[] of(FeatureLoad.Fields fields, Point point, long rank, long revision) {
    RecordWriter out = new RecordWriter();
    write(fields, point, rank, revision, out);
    return out.bytes();
  }

  /// Name, category and attributes, as they lie in a record.
  static byte[] fields(String name, String category, Map<String, String> attributes) {
    RecordWriter out = new RecordWriter();
    out.textUnlessEmpty(NAME, name);
    out.textUnlessEmpty(CATEGORY, category);
    if (!attributes.isEmpty()) {
      new TreeMap<>(attributes)
          .forEach((each, value) -> out.text(ATTRIBUTE, attribute(each, value)));
    }
    return out.bytes();
  }

  /// The name that such fields begin with.
  static String name(byte[] bytes, int start, int end) {
    RecordReader in = new RecordReader(bytes, start, end);
    in.varint();
    return in.text();
  }

  /// Id, name, category and attributes of a record, where they lie.
  static FeatureLoad.Fields fields(byte[] bytes, int start, int end) {
    RecordReader in = behindHead(bytes, start, end);
    in.varint();
    byte[] id = in.bytes();
    int from = in.position();
    return new FeatureLoad.Fields(id, bytes, from, fieldsEnd(in), isNamed(bytes, start));
  }

  /// Where the fields end that a reader comes to: at the revision.
  private static int fieldsEnd(RecordReader in) {
    int at = in.position();
    while (in.hasMore()) {
      long tag = in.varint();
      if (tag == REVISION) {
        return at;
      }
      in.skipValue(tag);
      at = in.position();
    }
    return at;
  }

  /// The revision that a reader comes to; 0 if there is none.
  static long revision(RecordReader in) {
    while (in.hasMore()) {
      long tag = in.varint();
      if (tag == REVISION) {
        return in.varint();
      }
      in.skipValue(tag);
    }
    return 0;
  }

  /// Writes the record of a feature whose name, category and attributes are bytes already.
  static void write(
      FeatureLoad.Fields fields, Point point, long rank, long revision, RecordWriter out) {
    head(point, fields.isNamed(), rank, out);
    out.text(ID, fields.id());
    out.raw(fields.bytes(), fields.start(), fields.end() - fields.start());
    revision(revision, out);
  }

  private static void head(Point point, boolean isNamed, long rank, RecordWriter out) {
    boolean moved = point.longitudeE7() != point.canonical().longitudeE7();
    out.varint(rank << FLAGS | (isNamed ? NAMED : 0) | (moved ? MOVED : 0));
    if (moved) {
      out.fixed(point.longitudeE7());
    }
  }

  private static void revision(long revision, RecordWriter out) {
    if (revision != 0) {
      out.varint(REVISION);
      out.varint(revision);
    }
  }

  /// An attribute, as it lies in a record behind its tag and length.
  static byte[] attribute(String name, String value) {
    RecordWriter out = new RecordWriter();
    out.text(ATTRIBUTE_NAME, name.getBytes(UTF_8));
    out.text(ATTRIBUTE_VALUE, value.getBytes(UTF_8));
    return out.bytes();
  }

  /// The beginning of an attribute, up to its value.
  static byte[] attributeStart(String name) {
    RecordWriter out = new RecordWriter();
    out.text(ATTRIBUTE_NAME, name.getBytes(UTF_8));
    return out.bytes();
  }

  /// The place in the order in which features came to their places.
  static long rank(byte[] bytes, int start, int end) {
    return new RecordReader(bytes, start, end).varint() >>> FLAGS;
  }

  /// True if it has a name.
  static boolean isNamed(byte[] bytes, int start) {
    return (bytes[start] & NAMED) != 0;
  }

  /// Where the head of a record ends and its id begins.
  static int headEnd(byte[] bytes, int start) {
    int at = start;
    while (bytes[at] < 0) {
      at++;
    }
    return at + 1 + (isMoved(bytes, start) ? Integer.BYTES : 0);
  }

  private static boolean isMoved(byte[] bytes, int start) {
    return (bytes[start] & MOVED) != 0;
  }

  /// The reader behind the head of a record, at the id.
  static RecordReader behindHead(byte[] bytes, int start, int end) {
    return new RecordReader(bytes, headEnd(bytes, start), end);
  }

  /// The longitude as given, whose canonical one is in the columns of a leaf.
  static int longitude(byte[] bytes, int start, int longitudeE7) {
    int end = headEnd(bytes, start);
    return isMoved(bytes, start)
        ? new RecordReader(bytes, end - Integer.BYTES, end).fixed()
        : longitudeE7;
  }

  static Feature feature(byte[] bytes, int start, int end, Point point) {
    RecordReader in = behindHead(bytes, start, end);
    String id = "";
    String name = "";
    String category = "";
    Map<String, String> attributes = Map.of();
    long revision = 0;
    while (in.hasMore()) {
      switch ((int) in.varint()) {
        case ID -> id = in.text();
        case NAME -> name = in.text();
        case CATEGORY -> category = in.text();
        case ATTRIBUTE -> {
          attributes = attributes.isEmpty() ? new HashMap<>() : attributes;
          in.varint();
          in.varint();
          String key = in.text();
          in.varint();
          attributes.put(key, in.text());
        }
        case REVISION -> revision = in.varint();
        default -> throw new IllegalStateException("place tree: a record is broken");
      }
    }
    return new Feature(id, point, name, category, attributes, revision);
  }
}
