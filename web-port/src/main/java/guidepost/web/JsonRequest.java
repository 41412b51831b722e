package guidepost.web;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import guidepost.calls.Reason;
import guidepost.calls.RejectedException;
import guidepost.calls.Rejection;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/// Reads a message from the JSON of a body. What the message does not have is refused by name: a
/// note whose `poimt` nobody misses would land at 0, 0.
///
/// Threads: any.
final class JsonRequest {

  /// No message has as many levels; a parser needs stack for each.
  static final int DEPTH_MAX = 32;

  private static final int NAME_MAX = 1_024;
  private static final int NUMBER_MAX = 64;

  /// Where the parser speaks of its own settings and sources.
  private static final Pattern PARSER =
      Pattern.compile(" *\\((?:start marker|through|from) .*|: enable .*|[`\\[].*", Pattern.DOTALL);

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxNumberLength(NUMBER_MAX)
                  .maxNameLength(NAME_MAX)
                  .build())
          .build();

  private JsonRequest() {}

  /// Reads a message.
  ///
  /// @param path of the message within the request; empty if it is the whole
  /// @throws RejectedException if it cannot
  static DynamicMessage read(byte[] json, Descriptor type, String path) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
      parser.nextToken();
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw malformed("body: must be a JSON object");
      }
      object(parser, message, path);
      if (parser.nextToken() != null) {
        throw malformed("body: must end after one JSON object");
      }
      return message.build();
    } catch (UnexpectedEndOfInputException e) {
      throw malformed(
          "body: must be JSON: it ends too early, after %d bytes".formatted(json.length));
    } catch (StreamConstraintsException e) {
      throw malformed(
          "body: must have at most %d levels, names of at most %d characters and numbers of at most %d"
              .formatted(DEPTH_MAX, NAME_MAX, NUMBER_MAX));
    } catch (JacksonException e) {
      throw malformed("body: must be JSON: " + what(e));
    }
  }

  /// The parser's words without those about itself.
  private static String what(JacksonException e) {
    String text = PARSER.matcher(e.getOriginalMessage()).replaceFirst("");
    TokenStreamLocation at = e.getLocation();
    return at == null || at.getLineNr() < 1
        ? text
        : "line %d, column %d: %s".formatted(at.getLineNr(), at.getColumnNr(), text);
  }

  private static RejectedException malformed(String text) {
    return Rejection.of(Reason.MESSAGE_MALFORMED, text.lines().findFirst().orElse("body"))
        .asException();
  }

  private static void object(JsonParser parser, DynamicMessage.Builder message, String path) {
    Descriptor type = message.getDescriptorForType();
    Set<FieldDescriptor> seen = new HashSet<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      String at = path.isEmpty() ? name : path + "." + name;
      FieldDescriptor field =
          FieldReader.find(type, name).orElseThrow(() -> FieldReader.unknown(at, type));
      String known = path.isEmpty() ? field.getName() : path + "." + field.getName();
      parser.nextToken();
      requireFirst(seen.add(field), message, field, known, parser);
      if (parser.currentToken() != JsonToken.VALUE_NULL) {
        field(parser, message, field, known);
      }
    }
  }

  /// A field has two names, and excludes the others of its oneof.
  private static void requireFirst(
      boolean first,
      DynamicMessage.Builder message,
      FieldDescriptor field,
      String path,
      JsonParser parser) {
    OneofDescriptor oneof = field.getRealContainingOneof();
    if (!first || (oneof != null && message.hasOneof(oneof))) {
      throw FieldReader.wrong(
          path, text(parser), "must be given once, and without its alternatives");
    }
  }

  private static void field(
      JsonParser parser, DynamicMessage.Builder message, FieldDescriptor field, String path) {
    if (field.isMapField()) {
      map(parser, message, field, path);
    } else if (field.isRepeated()) {
      list(parser, message, field, path);
    } else {
      message.setField(field, value(parser, field, path));
    }
  }

  private static void list(
      JsonParser parser, DynamicMessage.Builder message, FieldDescriptor field, String path) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw FieldReader.wrong(path, text(parser), "must be a list");
    }
    for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
      message.addRepeatedField(field, value(parser, field, path + "[" + i + "]"));
    }
  }

  private static void map(
      JsonParser parser, DynamicMessage.Builder message, FieldDescriptor field, String path) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw FieldReader.wrong(path, text(parser), "must be an object");
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      FieldDescriptor values = field.getMessageType().findFieldByNumber(2);
      addEntry(message, field, key, value(parser, values, path + "." + key), path);
    }
  }

  /// Adds an entry of a map from text.
  static void addEntry(
      DynamicMessage.Builder message,
      FieldDescriptor field,
      String key,
      String value,
      String path) {
    FieldDescriptor values = field.getMessageType().findFieldByNumber(2);
    addEntry(message, field, key, FieldReader.value(values, path, value), path);
  }

  private static void addEntry(
      DynamicMessage.Builder message,
      FieldDescriptor field,
      String key,
      Object value,
      String path) {
    Descriptor entry = field.getMessageType();
    message.addRepeatedField(
        field,
        DynamicMessage.newBuilder(entry)
            .setField(
                entry.findFieldByNumber(1),
                FieldReader.value(entry.findFieldByNumber(1), path, key))
            .setField(entry.findFieldByNumber(2), value)
            .build());
  }

  private static Object value(JsonParser parser, FieldDescriptor field, String path) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
          throw FieldReader.wrong(path, "{", "must be a single value");
        }
        DynamicMessage.Builder inner = DynamicMessage.newBuilder(field.getMessageType());
        object(parser, inner, path);
        yield inner.build();
      }
      case VALUE_STRING -> FieldReader.value(field, path, text(parser));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        requireNoText(field, path, text(parser));
        yield FieldReader.value(field, path, text(parser));
      }
      case VALUE_TRUE, VALUE_FALSE -> {
        if (field.getType() != FieldDescriptor.Type.BOOL) {
          throw FieldReader.wrong(path, text(parser), "must not be true or false");
        }
        yield FieldReader.value(field, path, text(parser));
      }
      default ->
          throw FieldReader.wrong(
              path,
              text(parser),
              field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                  ? "must be an object"
                  : "must be a single value");
    };
  }

  private static void requireNoText(FieldDescriptor field, String path, String number) {
    switch (field.getType()) {
      case STRING, BYTES, MESSAGE, BOOL ->
          throw FieldReader.wrong(path, number, "must not be a number");
      default -> {}
    }
  }

  private static String text(JsonParser parser) {
    String text = parser.getString();
    return text == null ? "" : text;
  }
}
