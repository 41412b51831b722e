package guidepost.web;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Empty;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.QueryParams;
import guidepost.calls.RejectedException;
import guidepost.common.v1.WatchStart;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// An rpc as its contract's google.api.http places it on the web port.
///
/// | in the request | is |
/// |---|---|
/// | the path | its variables |
/// | the body | the message, or the one field that the contract names |
/// | the query | what is in neither: `filter.sources=a&filter.sources=b` |
///
/// Threads: any; immutable.
///
/// @param served by its service, with the limit of a message
/// @param descriptor of the contract
/// @param verb of HTTP
/// @param path of HTTP
/// @param body the field that is the body, `*` for all of the message, empty for none
/// @param form of its answers
/// @param shape of its answers in JSON
record WebMethod(
    ServerMethodDefinition<?, ?> served,
    MethodDescriptor descriptor,
    HttpMethod verb,
    HttpPath path,
    String body,
    Form form,
    JsonShape shape) {

  /// What becomes of the answers.
  enum Form {
    /// One, as JSON.
    ONE,
    /// Entries, a line each.
    LIST,
    /// What changes, an event each.
    WATCH
  }

  /// Those of a service that have a place.
  static Stream<WebMethod> of(ServerServiceDefinition service) {
    if (!(service.getServiceDescriptor().getSchemaDescriptor()
        instanceof ProtoServiceDescriptorSupplier contract)) {
      return Stream.empty();
    }
    ServiceDescriptor described = contract.getServiceDescriptor();
    return service.getMethods().stream()
        .flatMap(
            method -> {
              String name = method.getMethodDescriptor().getBareMethodName();
              return of(method, described.findMethodByName(name)).stream();
            });
  }

  private static Optional<WebMethod> of(
      ServerMethodDefinition<?, ?> served, MethodDescriptor method) {
    if (method.isClientStreaming() || !method.getOptions().hasExtension(AnnotationsProto.http)) {
      return Optional.empty();
    }
    HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
    String template =
        switch (rule.getPatternCase()) {
          case GET -> rule.getGet();
          case PUT -> rule.getPut();
          case POST -> rule.getPost();
          case DELETE -> rule.getDelete();
          case PATCH -> rule.getPatch();
          case CUSTOM, PATTERN_NOT_SET ->
              throw new IllegalStateException(method.getFullName() + ": has no path");
        };
    return Optional.of(
        new WebMethod(
            served,
            method,
            HttpMethod.valueOf(rule.getPatternCase().name()),
            HttpPath.parse(template),
            rule.getBody(),
            form(method),
            JsonShape.of(method.getOutputType())));
  }

  private static Form form(MethodDescriptor method) {
    if (!method.isServerStreaming()) {
      return Form.ONE;
    }
    return watchStart(method.getInputType()).isPresent() ? Form.WATCH : Form.LIST;
  }

  /// The field that says where a watch starts.
  static Optional<FieldDescriptor> watchStart(Descriptor request) {
    return request.getFields().stream()
        .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
        .filter(
            field ->
                field
                    .getMessageType()
                    .getFullName()
                    .equals(WatchStart.getDescriptor().getFullName()))
        .findFirst();
  }

  /// The full name of the rpc.
  String rpc() {
    return descriptor.getFullName();
  }

  boolean hasBody() {
    return !body.isEmpty();
  }

  /// The request that a request of HTTP makes.
  ///
  /// @param variables of the path
  /// @param json the body; empty if it has none
  /// @throws RejectedException if something of it is not of the message
  DynamicMessage request(Map<String, String> variables, QueryParams query, byte[] json) {
    Descriptor type = descriptor.getInputType();
    DynamicMessage.Builder message = readBody(type, json);
    if (body.equals("*")) {
      query.names().stream()
          .findFirst()
          .ifPresent(
              name -> {
                throw FieldReader.unknown(name, Empty.getDescriptor());
              });
    } else {
      for (String name : query.names()) {
        add(message, name, query.getAll(name));
      }
    }
    variables.forEach((name, text) -> set(message, name, "", name, List.of(text), true));
    return message.build();
  }

  private DynamicMessage.Builder readBody(Descriptor type, byte[] json) {
    if (body.equals("*")) {
      return JsonRequest.read(json, type, "").toBuilder();
    }
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    if (hasBody()) {
      FieldDescriptor field = type.findFieldByName(body);
      message.setField(field, JsonRequest.read(json, field.getMessageType(), ""));
    }
    return message;
  }

  private void add(DynamicMessage.Builder message, String path, List<String> texts) {
    String first = path.split("\\.", 2)[0];
    if (first.equals(body) || path().variables().contains(path)) {
      throw FieldReader.wrong(path, texts.getFirst(), "must not stand in the query");
    }
    set(message, path, "", path, texts, false);
  }

  /// @param path of a field as the request has it
  /// @param outer how the contract, and so every error, names the fields around the rest; with a
  ///   dot at its end
  /// @param rest of the path
  /// @param ofPath true for a variable of the path, which the body may say too, but not otherwise
  private static void set(
      DynamicMessage.Builder message,
      String path,
      String outer,
      String rest,
      List<String> texts,
      boolean ofPath) {
    Descriptor type = message.getDescriptorForType();
    int dot = rest.indexOf('.');
    String name = dot < 0 ? rest : rest.substring(0, dot);
    FieldDescriptor field =
        FieldReader.find(type, name).orElseThrow(() -> FieldReader.unknown(path, type));
    String at = outer + field.getName();
    if (field.isMapField() && dot >= 0) {
      String key = rest.substring(dot + 1);
      JsonRequest.addEntry(message, field, key, only(at + "." + key, texts), at + "." + key);
    } else if (dot >= 0) {
      if (field.isRepeated() || field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        throw FieldReader.unknown(path, type);
      }
      DynamicMessage.Builder inner = ((DynamicMessage) message.getField(field)).toBuilder();
      set(inner, path, at + ".", rest.substring(dot + 1), texts, ofPath);
      requireAlone(message, field, at);
      message.setField(field, inner.build());
    } else if (field.isRepeated()) {
      texts.forEach(text -> message.addRepeatedField(field, FieldReader.value(field, at, text)));
    } else {
      Object value = FieldReader.value(field, at, only(at, texts));
      if (ofPath) {
        requireSame(message, field, at, value);
      } else {
        requireAlone(message, field, at);
      }
      message.setField(field, value);
    }
  }

  private static void requireSame(
      DynamicMessage.Builder message, FieldDescriptor field, String path, Object ofPath) {
    Object ofBody = message.getField(field);
    if (!ofBody.equals(field.getDefaultValue()) && !ofBody.equals(ofPath)) {
      throw FieldReader.wrong(
          path,
          ofBody.toString(),
          "must be left out, or be \"%s\" as in the path".formatted(ofPath));
    }
  }

  private static void requireAlone(
      DynamicMessage.Builder message, FieldDescriptor field, String path) {
    var oneof = field.getRealContainingOneof();
    if (oneof != null
        && message.hasOneof(oneof)
        && !field.equals(message.getOneofFieldDescriptor(oneof))) {
      throw FieldReader.wrong(path, "", "must be given without its alternatives");
    }
  }

  private static String only(String path, List<String> texts) {
    if (texts.size() != 1) {
      throw FieldReader.wrong(path, texts.get(1), "must be given once");
    }
    return texts.getFirst();
  }

  /// The methods by their place: what a request asks for, or why nothing.
  static final class Table {
    private final Map<String, List<WebMethod>> byFirst = new HashMap<>();
    private final List<WebMethod> all;

    Table(List<WebMethod> methods) {
      all = List.copyOf(methods);
      for (WebMethod each : methods) {
        byFirst.computeIfAbsent(each.path().segments().get(1), _ -> new ArrayList<>()).add(each);
      }
    }

    List<WebMethod> all() {
      return all;
    }

    /// A method, and the variables of its path.
    record Found(WebMethod method, Map<String, String> variables) {}

    /// All methods of HTTP that a path has. `/v1/notes/7:close` names an action, never a note whose
    /// id ends so: a colon that is part of an id comes as `%3A`.
    List<Found> find(String path) {
      String[] segments = path.split("/", 4);
      if (segments.length < 3 || !segments[1].equals("v1")) {
        return List.of();
      }
      int colon = segments[2].indexOf(':');
      String first = colon < 0 ? segments[2] : segments[2].substring(0, colon);
      List<Found> found =
          byFirst.getOrDefault(first, List.of()).stream()
              .flatMap(
                  method -> method.path().match(path).map(each -> new Found(method, each)).stream())
              .toList();
      List<Found> actions =
          found.stream().filter(each -> !each.method().path().verb().isEmpty()).toList();
      return actions.isEmpty() ? found : actions;
    }
  }
}
