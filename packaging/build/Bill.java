import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes the bill of a package of the one that the build made: of the jars those that are in the
/// package, no more and no fewer; what the pages are made of, which no Maven knows; and the Java
/// runtime, which is that of the JDK that runs this.
///
/// Usage: `java -cp ".../*" Bill.java BILL LIB PACKAGE-LOCK TO`; PACKAGE-LOCK may be absent, as where the
/// pages could not be built.
final class Bill {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final ObjectNode bill;
  private final Set<String> gone = new HashSet<>();

  private Bill(ObjectNode bill) {
    this.bill = bill;
  }

  static void main(String[] arguments) throws Exception {
    Bill made = new Bill((ObjectNode) JSON.readTree(Path.of(arguments[0]).toFile()));
    made.keep(jars(Path.of(arguments[1])));
    Path lock = Path.of(arguments[2]);
    if (Files.exists(lock)) {
      made.add(JSON.readTree(lock.toFile()));
    }
    made.addRuntime(Runtime.version().toString());
    made.forget();
    Files.writeString(Path.of(arguments[3]), JSON.writeValueAsString(made.bill) + "\n");
  }

  private static Set<String> jars(Path directory) throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private void keep(Set<String> jars) {
    Set<String> unnamed = new TreeSet<>(jars);
    unnamed.remove(jar(bill.path("metadata").path("component")));
    ArrayNode kept = JSON.createArrayNode();
    for (JsonNode component : bill.path("components")) {
      String jar = jar(component);
      if (jars.contains(jar)) {
        kept.add(component);
        unnamed.remove(jar);
      } else {
        gone.add(component.path("bom-ref").asString());
      }
    }
    if (!unnamed.isEmpty()) {
      throw new IllegalStateException("the bill does not name " + unnamed);
    }
    bill.set("components", kept);
  }

  /// The file of a component; its classifier stands in its purl alone.
  private static String jar(JsonNode component) {
    String purl = component.path("purl").asString();
    int at = purl.indexOf("classifier=");
    String classifier = at < 0 ? "" : "-" + purl.substring(at + 11).replaceFirst("&.*", "");
    return component.path("name").asString()
        + "-"
        + component.path("version").asString()
        + classifier
        + ".jar";
  }

  /// What those who look for known faults ask for first.
  private void addRuntime(String version) {
    String purl = "pkg:generic/openjdk@" + version.replace("+", "%2B");
    ObjectNode runtime = ((ArrayNode) bill.path("components")).addObject();
    runtime.put("type", "platform").put("bom-ref", purl);
    runtime.put("publisher", System.getProperty("java.vendor"));
    runtime.put("name", "openjdk").put("version", version);
    runtime
        .putArray("licenses")
        .addObject()
        .put("expression", "GPL-2.0-only WITH Classpath-exception-2.0");
    runtime.put("purl", purl);
  }

  /// What npm packs into the pages: all that the lock does not say is for development only.
  private void add(JsonNode lock) {
    ArrayNode components = (ArrayNode) bill.path("components");
    for (Map.Entry<String, JsonNode> each : lock.path("packages").properties()) {
      JsonNode one = each.getValue();
      if (each.getKey().startsWith("node_modules/")
          && !one.path("dev").asBoolean()
          && !one.path("devOptional").asBoolean()
          && !one.path("link").asBoolean()) {
        components.add(ofPages(each.getKey().replaceFirst(".*node_modules/", ""), one));
      }
    }
  }

  private static ObjectNode ofPages(String name, JsonNode lock) {
    String version = lock.path("version").asString();
    String purl = "pkg:npm/" + name.replace("@", "%40") + "@" + version;
    ObjectNode component = JSON.createObjectNode();
    component.put("type", "library").put("bom-ref", purl);
    if (name.startsWith("@")) {
      component.put("group", name.substring(0, name.indexOf('/')));
    }
    component.put("name", name.substring(name.indexOf('/') + 1)).put("version", version);
    String[] integrity = lock.path("integrity").asString().split("-", 2);
    if (integrity[0].equals("sha512")) {
      component
          .putArray("hashes")
          .addObject()
          .put("alg", "SHA-512")
          .put("content", HexFormat.of().formatHex(Base64.getDecoder().decode(integrity[1])));
    }
    String license = lock.path("license").asString();
    ObjectNode choice = component.putArray("licenses").addObject();
    if (license.contains(" ")) {
      choice.put("expression", license);
    } else {
      choice.putObject("license").put("id", license);
    }
    return component.put("purl", purl);
  }

  /// Who needed what is not in the package needs it no more.
  private void forget() {
    ArrayNode kept = JSON.createArrayNode();
    for (JsonNode dependency : bill.path("dependencies")) {
      if (!gone.contains(dependency.path("ref").asString())) {
        ArrayNode on = JSON.createArrayNode();
        for (JsonNode each : dependency.path("dependsOn")) {
          if (!gone.contains(each.asString())) {
            on.add(each);
          }
        }
        ((ObjectNode) dependency).set("dependsOn", on);
        kept.add(dependency);
      }
    }
    bill.set("dependencies", kept);
  }
}
