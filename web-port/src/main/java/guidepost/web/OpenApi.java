package guidepost.web;

import static java.util.stream.Collectors.toSet;

import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.linecorp.armeria.common.MediaType;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the web port serves under `/v1`, as OpenAPI 3.1: made of the contracts, so it is always
/// theirs.
///
/// A list is described by one of its lines, and a watch by the data of one of its events, since
/// OpenAPI has no words for the whole.
///
/// Threads: one.
final class OpenApi {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String ERROR = "Error";

  /// Deeper parts of a request have no place in a query.
  private static final int QUERY_DEPTH_MAX = 4;

  private final Comments comments = Comments.read();
  private final ObjectNode schemas = JSON.createObjectNode();
  private final Set<String> described = new HashSet<>();

  private OpenApi() {}

  /// The document.
  static byte[] of(List<WebMethod> methods) {
    return JSON.writeValueAsBytes(new OpenApi().document(methods));
  }

  private ObjectNode document(List<WebMethod> methods) {
    ObjectNode root = JSON.createObjectNode().put("openapi", "3.1.0");
    root.putObject("info")
        .put("title", "Guidepost")
        .put("version", "v1")
        .put(
            "description",
            "A route server: longest match for networks, and features, trips and notes for"
                + " travellers. Every answer that is not 200 has the shape of Error.");
    ObjectNode paths = root.putObject("paths");
    TreeMap<String, WebMethod> sorted = new TreeMap<>();
    methods.forEach(each -> sorted.put(each.path() + " " + each.verb(), each));
    sorted.values().forEach(each -> add(paths, each));
    ObjectNode components = root.putObject("components");
    schemas.set(ERROR, error());
    components.set("schemas", schemas);
    components
        .putObject("securitySchemes")
        .putObject("bearer")
        .put("type", "http")
        .put("scheme", "bearer");
    root.putArray("security").add(JSON.createObjectNode()).addObject().putArray("bearer");
    return root;
  }

  private static ObjectNode error() {
    ObjectNode error = JSON.createObjectNode().put("type", "object");
    error.putArray("required").add("code").add("reason").add("field").add("message");
    ObjectNode properties = error.putObject("properties");
    describe(properties, "code", "The status of gRPC, by name.");
    describe(properties, "reason", "The rule, for programs; docs/reference/errors.md lists them.");
    describe(properties, "field", "The path of what it is about; empty if nothing.");
    describe(properties, "value", "What stood there.");
    describe(properties, "message", "Field, value and rule, for people.");
    properties
        .putObject("metadata")
        .put("type", "object")
        .put("description", "More facts, by name.")
        .putObject("additionalProperties")
        .put("type", "string");
    return error;
  }

  private static void describe(ObjectNode properties, String name, String text) {
    properties.putObject(name).put("type", "string").put("description", text);
  }

  private void add(ObjectNode paths, WebMethod method) {
    ObjectNode operation =
        paths
            .withObjectProperty(template(method))
            .putObject(method.verb().name().toLowerCase(Locale.ROOT));
    String text = comments.of(method.descriptor());
    String service = method.descriptor().getService().getName();
    operation.put("operationId", service + "_" + method.descriptor().getName());
    operation.putArray("tags").add(service);
    operation.put("summary", text.lines().findFirst().orElse(""));
    operation.put("description", text);
    ArrayNode parameters = operation.putArray("parameters");
    Descriptor request = method.descriptor().getInputType();
    for (String variable : method.path().variables()) {
      parameter(parameters, "path", last(variable), field(request, variable), true);
    }
    if (!method.body().equals("*")) {
      query(parameters, method, request, "", 0);
    }
    if (method.form() == WebMethod.Form.WATCH) {
      parameters
          .addObject()
          .put("name", "Last-Event-ID")
          .put("in", "header")
          .put("description", "The id of the last event that was read: the watch goes on after it.")
          .putObject("schema")
          .put("type", "string");
    }
    if (method.hasBody()) {
      body(operation, method);
    }
    answers(operation, method);
  }

  /// Methods of one path share it, whatever message a variable of it is in.
  private static String template(WebMethod method) {
    String template = method.path().toString();
    for (String variable : method.path().variables()) {
      template = template.replace("{" + variable + "}", "{" + last(variable) + "}");
    }
    return template;
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private static FieldDescriptor field(Descriptor request, String path) {
    FieldDescriptor field = null;
    Descriptor type = request;
    for (String name : path.split("\\.", -1)) {
      field = type.findFieldByName(name);
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        type = field.getMessageType();
      }
    }
    if (field == null) {
      throw new IllegalArgumentException("no field: " + path);
    }
    return field;
  }

  private void parameter(
      ArrayNode parameters, String in, String name, FieldDescriptor field, boolean required) {
    ObjectNode parameter = parameters.addObject();
    parameter.put("name", name).put("in", in).put("required", required);
    parameter.put("description", comments.of(field));
    parameter.set("schema", schema(field));
  }

  private void query(
      ArrayNode parameters, WebMethod method, Descriptor type, String prefix, int depth) {
    for (FieldDescriptor field : type.getFields()) {
      String path = prefix + field.getName();
      if (path.equals(method.body()) || method.path().variables().contains(path)) {
        continue;
      }
      String name = prefix + field.getJsonName();
      boolean message =
          field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
              && !isText(field.getMessageType());
      if (!message) {
        parameter(parameters, "query", name, field, depth == 0 && isRequired(field));
      } else if (!field.isRepeated() && depth < QUERY_DEPTH_MAX) {
        query(parameters, method, field.getMessageType(), name + ".", depth + 1);
      }
    }
  }

  private void body(ObjectNode operation, WebMethod method) {
    Descriptor request = method.descriptor().getInputType();
    Descriptor body =
        method.body().equals("*")
            ? request
            : request.findFieldByName(method.body()).getMessageType();
    String prefix = method.body().equals("*") ? "" : method.body() + ".";
    Set<String> ofPath =
        method.path().variables().stream()
            .filter(variable -> variable.startsWith(prefix))
            .map(variable -> variable.substring(prefix.length()))
            .collect(toSet());
    ObjectNode node = operation.putObject("requestBody").put("required", true);
    node.putObject("content")
        .putObject("application/json")
        .set("schema", ofPath.isEmpty() ? reference(body) : object(body, ofPath));
  }

  private void answers(ObjectNode operation, WebMethod method) {
    ObjectNode responses = operation.putObject("responses");
    ObjectNode content = responses.putObject("200").put("description", "OK").putObject("content");
    for (MediaType type : Forms.known(method).keySet()) {
      ObjectNode media = content.putObject(type.withoutParameters().toString());
      media.set("schema", schema(method, type));
    }
    ObjectNode error = responses.putObject("default").put("description", "Why it is not done.");
    error.putObject("content").putObject("application/json").set("schema", link(ERROR));
  }

  private ObjectNode schema(WebMethod method, MediaType type) {
    Descriptor response = method.descriptor().getOutputType();
    if (type.is(LinesFormat.TYPE)) {
      ObjectNode line = JSON.createObjectNode();
      ArrayNode any = line.putArray("anyOf");
      any.add(reference(Entries.field(response).getMessageType()));
      end(any.addObject(), "end", reference(response));
      end(any.addObject(), "error", link(ERROR));
      return line;
    }
    if (type.is(MediaType.JSON) || type.is(MediaType.EVENT_STREAM)) {
      return reference(response);
    }
    return JSON.createObjectNode()
        .put("type", type.subtype().endsWith("json") ? "object" : "string");
  }

  private static void end(ObjectNode line, String name, ObjectNode schema) {
    line.put("type", "object").putArray("required").add(name);
    line.putObject("properties").set(name, schema);
  }

  private ObjectNode reference(Descriptor type) {
    if (described.add(type.getFullName())) {
      schemas.set(type.getFullName(), object(type, Set.of()));
    }
    return link(type.getFullName());
  }

  private static ObjectNode link(String name) {
    return JSON.createObjectNode().put("$ref", "#/components/schemas/" + name);
  }

  /// @param without fields, by name, that stand in the path instead
  private ObjectNode object(Descriptor type, Set<String> without) {
    ObjectNode object = JSON.createObjectNode().put("type", "object");
    object.put("description", comments.of(type));
    ObjectNode properties = object.putObject("properties");
    List<FieldDescriptor> fields =
        type.getFields().stream().filter(field -> !without.contains(field.getName())).toList();
    fields.forEach(field -> properties.set(field.getJsonName(), described(field)));
    ArrayNode required = JSON.createArrayNode();
    fields.stream().filter(OpenApi::isRequired).forEach(f -> required.add(f.getJsonName()));
    if (!required.isEmpty()) {
      object.set("required", required);
    }
    return object.put("additionalProperties", false);
  }

  private ObjectNode described(FieldDescriptor field) {
    ObjectNode schema = schema(field);
    String text = comments.of(field);
    if (!text.isEmpty()) {
      schema.put("description", text);
    }
    boolean output =
        field.getOptions().getExtension(FieldBehaviorProto.fieldBehavior).stream()
            .anyMatch(each -> each == FieldBehavior.OUTPUT_ONLY);
    return output ? schema.put("readOnly", true) : schema;
  }

  private static boolean isRequired(FieldDescriptor field) {
    return field.getOptions().getExtension(FieldBehaviorProto.fieldBehavior).stream()
        .anyMatch(each -> each == FieldBehavior.REQUIRED);
  }

  private ObjectNode schema(FieldDescriptor field) {
    if (field.isMapField()) {
      ObjectNode map = JSON.createObjectNode().put("type", "object");
      map.set("additionalProperties", single(field.getMessageType().findFieldByNumber(2)));
      return map;
    }
    if (field.isRepeated()) {
      ObjectNode list = JSON.createObjectNode().put("type", "array");
      list.set("items", single(field));
      return list;
    }
    return single(field);
  }

  private static boolean isText(Descriptor type) {
    return type.getFullName().startsWith("google.protobuf.");
  }

  private ObjectNode single(FieldDescriptor field) {
    ObjectNode node = JSON.createObjectNode();
    return switch (field.getType()) {
      case STRING -> node.put("type", "string");
      case BYTES -> node.put("type", "string").put("format", "byte");
      case BOOL -> node.put("type", "boolean");
      case DOUBLE -> node.put("type", "number").put("format", "double");
      case FLOAT -> node.put("type", "number").put("format", "float");
      case INT32, SINT32, SFIXED32 -> node.put("type", "integer").put("format", "int32");
      case UINT32, FIXED32 ->
          node.put("type", "integer").put("minimum", 0).put("maximum", 0xffff_ffffL);
      case INT64, SINT64, SFIXED64 -> textOrNumber(node).put("pattern", "^-?[0-9]{1,19}$");
      case UINT64, FIXED64 -> textOrNumber(node).put("pattern", "^[0-9]{1,20}$").put("minimum", 0);
      case ENUM -> enumeration(node, field);
      case MESSAGE -> message(node, field.getMessageType());
      case GROUP -> throw new IllegalArgumentException("no groups in proto3");
    };
  }

  /// Answers have text, since many programs' numbers have 53 bits; requests may have either.
  private static ObjectNode textOrNumber(ObjectNode node) {
    node.putArray("type").add("string").add("integer");
    return node;
  }

  private static ObjectNode enumeration(ObjectNode node, FieldDescriptor field) {
    ArrayNode any = node.putArray("anyOf");
    ArrayNode names = any.addObject().put("type", "string").putArray("enum");
    field.getEnumType().getValues().stream().map(EnumValueDescriptor::getName).forEach(names::add);
    any.addObject().put("type", "integer").put("description", "Its number, which is read too.");
    return node;
  }

  private ObjectNode message(ObjectNode node, Descriptor type) {
    return switch (type.getFullName()) {
      case "google.protobuf.Timestamp" -> node.put("type", "string").put("format", "date-time");
      case "google.protobuf.Duration" ->
          node.put("type", "string").put("pattern", "^-?[0-9]+(\\.[0-9]{1,9})?s$");
      case "google.protobuf.FieldMask" -> node.put("type", "string");
      default -> reference(type);
    };
  }
}
