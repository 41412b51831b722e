package guidepost.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import guidepost.calls.Reason;
import guidepost.calls.RejectedException;
import guidepost.calls.Rejection;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reads the values of fields as they stand in JSON, in a query and in a path, and names the field
/// of each that it cannot read.
///
/// Threads: any.
final class FieldReader {

  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);

  private FieldReader() {}

  /// The field of that name, in lowerCamelCase or as the contract has it.
  static Optional<FieldDescriptor> find(Descriptor type, String name) {
    FieldDescriptor field = type.findFieldByName(name);
    if (field != null) {
      return Optional.of(field);
    }
    return type.getFields().stream().filter(each -> each.getJsonName().equals(name)).findFirst();
  }

  /// Why a name that is no field of a message is refused.
  ///
  /// @param path of the field, as the client has it
  static RejectedException unknown(String path, Descriptor type) {
    String known =
        type.getFields().stream()
            .map(FieldDescriptor::getJsonName)
            .sorted()
            .collect(Collectors.joining(", "));
    String rule =
        known.isEmpty() ? "unknown field; there are none" : "unknown field; known are " + known;
    return new Rejection(
            Reason.FIELD_UNKNOWN.code(),
            Reason.FIELD_UNKNOWN.name(),
            shortened(path),
            "",
            "%s: %s".formatted(shortened(path), rule))
        .asException();
  }

  private static String shortened(String path) {
    return path.length() <= 100 ? path : path.substring(0, 100) + "…";
  }

  static RejectedException wrong(String path, String value, String rule) {
    return Rejection.of(Reason.FIELD_MALFORMED, shortened(path), value, rule).asException();
  }

  /// The value that a text stands for.
  ///
  /// @param path of the field, for errors
  static Object value(FieldDescriptor field, String path, String text) {
    return switch (field.getType()) {
      case STRING -> string(path, text);
      case BYTES -> bytes(path, text);
      case BOOL -> bool(path, text);
      case ENUM -> enumeration(field, path, text);
      case DOUBLE -> real(path, text);
      case FLOAT -> (float) real(path, text);
      case INT32, SINT32, SFIXED32 -> (int) whole(path, text, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case UINT32, FIXED32 -> (int) whole(path, text, 0, 0xffff_ffffL);
      case INT64, SINT64, SFIXED64 -> whole(path, text, Long.MIN_VALUE, Long.MAX_VALUE);
      case UINT64, FIXED64 -> unsigned(path, text);
      case MESSAGE -> message(field.getMessageType(), path, text);
      case GROUP -> throw new IllegalArgumentException("no groups in proto3");
    };
  }

  /// JSON can escape half of a character, which no message can hold.
  private static String string(String path, String text) {
    if (!UTF_8.newEncoder().canEncode(text)) {
      throw wrong(path, text, "must be Unicode text: it has half of a surrogate pair");
    }
    return text;
  }

  private static ByteString bytes(String path, String text) {
    try {
      boolean forUrls = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
      Base64.Decoder decoder = forUrls ? Base64.getUrlDecoder() : Base64.getDecoder();
      return ByteString.copyFrom(decoder.decode(text.getBytes(UTF_8)));
    } catch (IllegalArgumentException e) {
      throw wrong(path, text, "must be base64");
    }
  }

  private static boolean bool(String path, String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(path, text, "must be true or false");
    };
  }

  private static EnumValueDescriptor enumeration(FieldDescriptor field, String path, String text) {
    EnumValueDescriptor named = field.getEnumType().findValueByName(text);
    if (named != null) {
      return named;
    }
    if (!text.isEmpty() && text.length() <= 10 && text.chars().allMatch(Character::isDigit)) {
      return field
          .getEnumType()
          .findValueByNumberCreatingIfUnknown((int) whole(path, text, 0, Integer.MAX_VALUE));
    }
    throw wrong(
        path,
        text,
        "must be one of "
            + field.getEnumType().getValues().stream()
                .map(EnumValueDescriptor::getName)
                .collect(Collectors.joining(", ")));
  }

  private static double real(String path, String text) {
    try {
      return switch (text) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> decimal(text).doubleValue();
      };
    } catch (NumberFormatException e) {
      throw wrong(path, text, "must be a number");
    }
  }

  /// Few digits: the time that many take grows with their square.
  private static BigDecimal decimal(String text) {
    if (text.length() > 64) {
      throw new NumberFormatException("too long");
    }
    BigDecimal value = new BigDecimal(text);
    if (Math.abs((long) value.scale()) > 400) {
      throw new NumberFormatException("too large, or too small");
    }
    return value;
  }

  private static long whole(String path, String text, long min, long max) {
    try {
      long value = exact(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // told below
    }
    throw wrong(path, text, "must be a whole number, %d..%d".formatted(min, max));
  }

  /// JSON knows no whole numbers: `1.0` and `1e2` are some.
  private static long exact(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return decimal(text).longValueExact();
    }
  }

  private static long unsigned(String path, String text) {
    try {
      BigInteger value = decimal(text).toBigIntegerExact();
      if (!text.startsWith("+") && value.signum() >= 0 && value.bitLength() <= Long.SIZE) {
        return value.longValue();
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // told below
    }
    throw wrong(path, text, "must be a whole number, 0.." + Long.toUnsignedString(-1));
  }

  /// Of the messages that are a text in JSON.
  private static DynamicMessage message(Descriptor type, String path, String text) {
    return switch (type.getFullName()) {
      case "google.protobuf.Timestamp" -> timestamp(type, path, text);
      case "google.protobuf.Duration" -> duration(type, path, text);
      case "google.protobuf.FieldMask" -> mask(type, text);
      default -> throw wrong(path, text, "must be an object");
    };
  }

  private static DynamicMessage timestamp(Descriptor type, String path, String text) {
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      return parts(type, time.getEpochSecond(), time.getNano());
    } catch (DateTimeException e) {
      throw wrong(path, text, "must be a time such as 2026-11-29T12:00:00Z");
    }
  }

  private static DynamicMessage duration(Descriptor type, String path, String text) {
    try {
      if (!text.endsWith("s")) {
        throw new NumberFormatException("no unit");
      }
      BigDecimal nanos = decimal(text.substring(0, text.length() - 1)).multiply(NANOS);
      BigDecimal[] split = nanos.divideAndRemainder(NANOS);
      return parts(type, split[0].longValueExact(), split[1].intValueExact());
    } catch (ArithmeticException | NumberFormatException e) {
      throw wrong(path, text, "must be seconds such as 1.5s");
    }
  }

  private static DynamicMessage parts(Descriptor type, long seconds, int nanos) {
    return DynamicMessage.newBuilder(type)
        .setField(type.findFieldByNumber(1), seconds)
        .setField(type.findFieldByNumber(2), nanos)
        .build();
  }

  private static DynamicMessage mask(Descriptor type, String text) {
    DynamicMessage.Builder mask = DynamicMessage.newBuilder(type);
    Arrays.stream(text.split(","))
        .filter(path -> !path.isEmpty())
        .forEach(path -> mask.addRepeatedField(type.findFieldByNumber(1), snake(path)));
    return mask.build();
  }

  private static String snake(String path) {
    return path.codePoints()
        .mapToObj(
            each ->
                Character.isUpperCase(each)
                    ? "_" + Character.toString(Character.toLowerCase(each))
                    : Character.toString(each))
        .collect(Collectors.joining());
  }
}
