package guidepost.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a message looks as JSON, worked out once for its type: then encoded messages become JSON
/// without a message in between, which a list of a million routes would make a million of.
///
/// The JSON is that of proto3: names in lowerCamelCase, numbers of 64 bits and bytes as text,
/// enumerations by name, fields that have their default left out.
///
/// Cost: some 10 ns a field. Threads: any; immutable once made.
final class JsonShape {

  private static final int CAPACITY = 4 * 1024;
  private static final byte[] EMPTY = {'"', '"'};

  /// The fields of a message that has them in an order that [#write] cannot follow.
  private static final class OutOfOrderException extends RuntimeException {
    private static final long serialVersionUID = 1;

    OutOfOrderException() {
      super("a repeated field is in several parts", null, false, false);
    }
  }

  private enum Special {
    NONE,
    TIMESTAMP,
    DURATION,
    MASK
  }

  /// One field.
  private static final class Field {
    final byte[] name;
    final FieldDescriptor descriptor;
    final FieldDescriptor.Type type;
    final boolean repeated;
    final boolean map;
    final byte @Nullable [] @Nullable [] names;
    @Nullable JsonShape shape;

    Field(FieldDescriptor field) {
      name = ("\"" + field.getJsonName() + "\":").getBytes(UTF_8);
      descriptor = field;
      type = field.getType();
      repeated = field.isRepeated();
      map = field.isMapField();
      names = type == FieldDescriptor.Type.ENUM ? names(field) : null;
    }

    private static byte[] @Nullable [] names(FieldDescriptor field) {
      List<EnumValueDescriptor> values = field.getEnumType().getValues();
      int max = values.stream().mapToInt(EnumValueDescriptor::getNumber).max().orElse(0);
      byte[][] names = new byte[max + 1][];
      values.forEach(
          value -> names[value.getNumber()] = ("\"" + value.getName() + "\"").getBytes(UTF_8));
      return names;
    }
  }

  private final Descriptor type;
  private final Special special;
  private @Nullable Field[] fields = new Field[0];

  private JsonShape(Descriptor type) {
    this.type = type;
    this.special =
        switch (type.getFullName()) {
          case "google.protobuf.Timestamp" -> Special.TIMESTAMP;
          case "google.protobuf.Duration" -> Special.DURATION;
          case "google.protobuf.FieldMask" -> Special.MASK;
          default -> Special.NONE;
        };
  }

  /// Of a type of messages.
  static JsonShape of(Descriptor type) {
    return of(type, new HashMap<>());
  }

  private static JsonShape of(Descriptor type, Map<String, JsonShape> made) {
    JsonShape known = made.get(type.getFullName());
    if (known != null) {
      return known;
    }
    JsonShape shape = new JsonShape(type);
    made.put(type.getFullName(), shape);
    int max = type.getFields().stream().mapToInt(FieldDescriptor::getNumber).max().orElse(0);
    if (max >= Long.SIZE) {
      throw new IllegalArgumentException(type.getFullName() + ": has a field above 63");
    }
    @Nullable Field[] fields = new Field[max + 1];
    for (FieldDescriptor each : type.getFields()) {
      Field field = new Field(each);
      if (each.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        field.shape = of(each.getMessageType(), made);
      }
      fields[each.getNumber()] = field;
    }
    shape.fields = fields;
    return shape;
  }

  Descriptor type() {
    return type;
  }

  /// The JSON of a whole message.
  byte[] json(byte[] encoded) {
    JsonBytes out = new JsonBytes(CAPACITY);
    write(encoded, 0, encoded.length, out);
    return out.toByteArray();
  }

  /// Adds the JSON of a message.
  void write(byte[] encoded, int from, int to, JsonBytes out) {
    int length = out.length();
    try {
      write(new Wire(encoded, from, to), out);
    } catch (OutOfOrderException e) {
      out.truncate(length);
      byte[] ordered = ordered(Arrays.copyOfRange(encoded, from, to));
      write(new Wire(ordered, 0, ordered.length), out);
    }
  }

  private byte[] ordered(byte[] encoded) {
    try {
      return DynamicMessage.parseFrom(type, encoded).toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private void write(Wire in, JsonBytes out) {
    switch (special) {
      case TIMESTAMP -> out.string(timestamp(in));
      case DURATION -> out.string(duration(in));
      case MASK -> out.string(mask(in));
      case NONE -> writeFields(in, out);
    }
  }

  private void writeFields(Wire in, JsonBytes out) {
    out.raw('{');
    Field open = null;
    long seen = 0;
    boolean first = true;
    while (!in.isAtEnd()) {
      int tag = in.tag();
      Field field = field(tag >>> 3);
      if (field == null) {
        in.skip(tag & 7);
        continue;
      }
      if (field != open) {
        close(open, out);
        seen = see(seen, tag >>> 3);
        if (!first) {
          out.raw(',');
        }
        out.raw(field.name);
        open = field.repeated ? field : null;
        if (field.repeated) {
          out.raw(field.map ? '{' : '[');
        }
      } else {
        out.raw(',');
      }
      first = false;
      value(field, tag & 7, in, out);
    }
    close(open, out);
    out.raw('}');
  }

  private @Nullable Field field(int number) {
    return number < fields.length ? fields[number] : null;
  }

  private static long see(long seen, int number) {
    long bit = 1L << number;
    if ((seen & bit) != 0) {
      throw new OutOfOrderException();
    }
    return seen | bit;
  }

  private static void close(@Nullable Field open, JsonBytes out) {
    if (open != null) {
      out.raw(open.map ? '}' : ']');
    }
  }

  private void value(Field field, int wireType, Wire in, JsonBytes out) {
    if (field.map) {
      entry(field, in, out);
    } else if (field.repeated && wireType == Wire.BYTES && field.descriptor.isPackable()) {
      int before = in.narrow();
      for (boolean first = true; !in.isAtEnd(); first = false) {
        if (!first) {
          out.raw(',');
        }
        scalar(field, in, out);
      }
      in.widen(before);
    } else {
      scalar(field, in, out);
    }
  }

  private static void entry(Field field, Wire in, JsonBytes out) {
    JsonShape entry = field.shape;
    if (entry == null) {
      throw new IllegalStateException("a map has entries");
    }
    int before = in.narrow();
    JsonBytes key = new JsonBytes(64);
    JsonBytes value = new JsonBytes(64);
    while (!in.isAtEnd()) {
      int tag = in.tag();
      Field part = entry.field(tag >>> 3);
      if (part == null) {
        in.skip(tag & 7);
      } else {
        entry.scalar(part, in, tag >>> 3 == 1 ? key : value);
      }
    }
    in.widen(before);
    out.raw(key.length() == 0 ? EMPTY : key.toByteArray());
    out.raw(':');
    out.raw(value.length() == 0 ? entry.absent() : value.toByteArray());
  }

  /// What an entry of a map has that is not encoded.
  private byte[] absent() {
    FieldDescriptor value = type.findFieldByNumber(2);
    return switch (value.getJavaType()) {
      case STRING, BYTE_STRING -> EMPTY;
      case LONG -> "\"0\"".getBytes(UTF_8);
      case BOOLEAN -> "false".getBytes(UTF_8);
      case MESSAGE -> "{}".getBytes(UTF_8);
      case INT, FLOAT, DOUBLE, ENUM -> "0".getBytes(UTF_8);
    };
  }

  private void scalar(Field field, Wire in, JsonBytes out) {
    switch (field.type) {
      case INT32 -> out.number(in.varint());
      case UINT32 -> out.number(in.varint() & 0xffff_ffffL);
      case SINT32, SINT64 -> zigzag(field, in.varint(), out);
      case FIXED32 -> out.number(in.fixed32() & 0xffff_ffffL);
      case SFIXED32 -> out.number(in.fixed32());
      case INT64 -> quoted(Long.toString(in.varint()), out);
      case UINT64 -> quoted(Long.toUnsignedString(in.varint()), out);
      case FIXED64 -> quoted(Long.toUnsignedString(in.fixed64()), out);
      case SFIXED64 -> quoted(Long.toString(in.fixed64()), out);
      case BOOL -> out.ascii(in.varint() == 0 ? "false" : "true");
      case DOUBLE -> real(Double.longBitsToDouble(in.fixed64()), out);
      case FLOAT -> real(Float.intBitsToFloat(in.fixed32()), out);
      case ENUM -> enumeration(field, (int) in.varint(), out);
      case STRING -> text(in, out);
      case BYTES -> bytes(in, out);
      case MESSAGE -> message(field, in, out);
      case GROUP -> throw new IllegalArgumentException("no groups in proto3");
    }
  }

  private static void zigzag(Field field, long value, JsonBytes out) {
    long decoded = (value >>> 1) ^ -(value & 1);
    if (field.type == FieldDescriptor.Type.SINT32) {
      out.number(decoded);
    } else {
      quoted(Long.toString(decoded), out);
    }
  }

  private static void quoted(String digits, JsonBytes out) {
    out.raw('"').ascii(digits).raw('"');
  }

  private static void real(double value, JsonBytes out) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      quoted(Double.toString(value), out);
    } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      out.number((long) value);
    } else {
      out.ascii(Double.toString(value));
    }
  }

  private static void real(float value, JsonBytes out) {
    if (Float.isNaN(value) || Float.isInfinite(value)) {
      quoted(Float.toString(value), out);
    } else if (value == Math.rint(value) && Math.abs(value) < 1e7) {
      out.number((long) value);
    } else {
      out.ascii(Float.toString(value));
    }
  }

  private static void enumeration(Field field, int number, JsonBytes out) {
    byte @Nullable [] @Nullable [] names = field.names;
    byte @Nullable [] name =
        names == null || number < 0 || number >= names.length ? null : names[number];
    if (name == null) {
      out.number(number);
    } else {
      out.raw(name);
    }
  }

  private static void text(Wire in, JsonBytes out) {
    int before = in.narrow();
    out.string(in.bytes, in.at, in.end);
    in.widen(before);
  }

  private static void bytes(Wire in, JsonBytes out) {
    int before = in.narrow();
    quoted(Base64.getEncoder().encodeToString(Arrays.copyOfRange(in.bytes, in.at, in.end)), out);
    in.widen(before);
  }

  private static void message(Field field, Wire in, JsonBytes out) {
    JsonShape shape = field.shape;
    if (shape == null) {
      throw new IllegalStateException("a message has a shape");
    }
    int before = in.narrow();
    shape.write(in, out);
    in.widen(before);
  }

  private static long[] secondsAndNanos(Wire in) {
    long[] parts = new long[3];
    while (!in.isAtEnd()) {
      int tag = in.tag();
      parts[Math.min(tag >>> 3, 2)] = in.varint();
    }
    return parts;
  }

  private static String timestamp(Wire in) {
    long[] parts = secondsAndNanos(in);
    return Instant.ofEpochSecond(parts[1], parts[2]).toString();
  }

  private static String duration(Wire in) {
    long[] parts = secondsAndNanos(in);
    boolean negative = parts[1] < 0 || parts[2] < 0;
    String fraction =
        parts[2] == 0 ? "" : ".%09d".formatted(Math.abs(parts[2])).replaceFirst("0+$", "");
    return (negative ? "-" : "") + Math.abs(parts[1]) + fraction + "s";
  }

  private static String mask(Wire in) {
    StringBuilder paths = new StringBuilder();
    while (!in.isAtEnd()) {
      in.tag();
      int before = in.narrow();
      paths.append(paths.isEmpty() ? "" : ",");
      paths.append(camel(new String(in.bytes, in.at, in.end - in.at, UTF_8)));
      in.widen(before);
    }
    return paths.toString();
  }

  private static String camel(String path) {
    StringBuilder camel = new StringBuilder();
    boolean up = false;
    for (int i = 0; i < path.length(); i++) {
      char each = path.charAt(i);
      if (each == '_') {
        up = true;
      } else {
        camel.append(up ? Character.toUpperCase(each) : each);
        up = false;
      }
    }
    return camel.toString();
  }
}
