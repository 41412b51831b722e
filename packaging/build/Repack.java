import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Makes the jars of a package of those of the build: the same classes, uncompressed, so that the
/// package as a whole compresses better and starts quicker; native libraries of one platform only,
/// and those beside the jars instead of in them; entries in order and with one time, so that two
/// builds make the same bytes. Classes lose the names of local variables, which only debuggers show;
/// traces of the stack keep their lines. What jars say of their licences is collected beside them.
///
/// Usage: `java Repack.java FROM TO LICENSES PLATFORM EPOCH`, the platform `linux-x86_64` or
/// `linux-aarch64`, the time in seconds since 1970.
final class Repack {

  /// Native libraries end so, on some platform.
  private static final List<String> NATIVE = List.of(".so", ".dylib", ".jnilib", ".dll", ".a");

  /// Of these jars the libraries lie beside the jars: they are loaded from there.
  private static final Set<String> BESIDE =
      Set.of("rocksdbjni", "netty-tcnative-boringssl-static", "netty-transport-native-epoll");

  /// What nothing here reaches, in the jars that have it: what reads keys for Armeria's own TLS, where
  /// ours is Netty's; what Kafka's messages were generated from; messages of other services of Google's
  /// than ours refer to; an editor for GraphQL; an editor of text and a console, where ours reads a line
  /// only; what validates XML by schemas; meters of libraries that are not there; what only a compiler to
  /// native code reads. The tests of the packages use TLS on both ports and a terminal, and read and
  /// write GPX.
  private static final List<String> UNUSED =
      List.of(
          "com/linecorp/armeria/internal/shaded/bouncycastle/",
          "common/message/",
          "com/google/apps/",
          "com/google/cloud/",
          "com/google/geo/",
          "com/google/logging/",
          "com/google/longrunning/",
          "com/google/shopping/",
          "com/google/type/",
          "google/apps/",
          "google/cloud/",
          "com/linecorp/armeria/server/docs/graphql.worker",
          "org/jline/builtins/",
          "org/jline/console/",
          "org/jline/widget/",
          "com/ctc/wstx/msv/",
          "com/ctc/wstx/shaded/",
          "io/micrometer/core/instrument/binder/cache/",
          "io/micrometer/core/instrument/binder/commonspool2/",
          "io/micrometer/core/instrument/binder/db/",
          "io/micrometer/core/instrument/binder/httpcomponents/",
          "io/micrometer/core/instrument/binder/hystrix/",
          "io/micrometer/core/instrument/binder/jersey/",
          "io/micrometer/core/instrument/binder/jetty/",
          "io/micrometer/core/instrument/binder/jpa/",
          "io/micrometer/core/instrument/binder/mongodb/",
          "io/micrometer/core/instrument/binder/okhttp3/",
          "io/micrometer/core/instrument/binder/tomcat/",
          "META-INF/native-image/");

  /// Of these folders only what begins so is reached: what says how a method is called over HTTP, and
  /// which fields a request must have.
  private static final Map<String, List<String>> USED =
      Map.of(
          "com/google/api/",
          List.of("Annotations", "CustomHttp", "FieldBehavior", "Http"),
          "google/api/",
          List.of("annotations", "field_behavior", "http"));

  private final Path to;
  private final Path licenses;
  private final String platform;
  private final long epoch;

  private Repack(Path to, Path licenses, String platform, long epoch) {
    this.to = to;
    this.licenses = licenses;
    this.platform = platform;
    this.epoch = epoch;
  }

  static void main(String[] arguments) throws IOException {
    Repack repack =
        new Repack(
            Path.of(arguments[1]),
            Path.of(arguments[2]),
            arguments[3],
            Long.parseLong(arguments[4]));
    Files.createDirectories(repack.to);
    try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
      for (Path file : files.sorted().toList()) {
        repack.take(file);
      }
    }
  }

  private void take(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.endsWith(".so") && isOfPlatform(name)) {
      Path copy = to.resolve(name);
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    } else if (name.endsWith(".jar") && !isOfOtherPlatform(name)) {
      repack(file, to.resolve(name));
    }
  }

  private boolean isOfPlatform(String name) {
    boolean arm = name.contains("aarch");
    return arm == platform.equals("linux-aarch64");
  }

  /// Some jars have nothing but a platform's library.
  private boolean isOfOtherPlatform(String name) {
    return name.contains("-osx-")
        || ((name.contains("linux-x86_64") || name.contains("linux-aarch_64"))
            && !isOfPlatform(name));
  }

  private void repack(Path from, Path target) throws IOException {
    String jar = from.getFileName().toString().replaceAll("\\.jar$", "");
    boolean beside = BESIDE.stream().anyMatch(jar::startsWith);
    try (ZipFile zip = new ZipFile(from.toFile());
        OutputStream file = new BufferedOutputStream(Files.newOutputStream(target));
        ZipOutputStream out = new ZipOutputStream(file)) {
      List<? extends ZipEntry> entries =
          zip.stream()
              .filter(entry -> !entry.isDirectory())
              .sorted(
                  Comparator.comparing((ZipEntry entry) -> !entry.getName().endsWith("MANIFEST.MF"))
                      .thenComparing(ZipEntry::getName))
              .toList();
      for (ZipEntry entry : entries) {
        byte[] bytes = zip.getInputStream(entry).readAllBytes();
        String name = entry.getName();
        if (isLicense(name)) {
          collect(jar, name, bytes);
        }
        if (isUsed(name) && (!isNative(name) || (!beside && isWanted(name)))) {
          write(out, name, name.endsWith(".class") ? withoutVariables(bytes) : bytes);
        }
      }
    }
  }

  private static boolean isUsed(String name) {
    boolean ofBrokers = name.startsWith("org/apache/kafka/") && name.contains("JsonConverter");
    return !ofBrokers // they write messages into their logs with these
        && UNUSED.stream().noneMatch(name::startsWith)
        && USED.entrySet().stream()
            .filter(each -> name.startsWith(each.getKey()))
            .allMatch(
                each -> {
                  String rest = name.substring(each.getKey().length());
                  return each.getValue().stream().anyMatch(rest::startsWith);
                });
  }

  private static boolean isNative(String name) {
    return NATIVE.stream().anyMatch(name::endsWith);
  }

  /// A library of this platform, by the folder that it lies in.
  private boolean isWanted(String name) {
    String lower = name.toLowerCase(java.util.Locale.ROOT);
    boolean x86 = lower.matches(".*(x86_64|x86-64|amd64).*");
    boolean arm = lower.matches(".*(aarch64|aarch_64|arm64).*");
    return lower.contains("linux")
        && !lower.contains("musl")
        && (platform.equals("linux-aarch64") ? arm : x86);
  }

  private static boolean isLicense(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1).toUpperCase(java.util.Locale.ROOT);
    return !name.endsWith(".class")
        && (last.startsWith("LICENSE")
            || last.startsWith("LICENCE")
            || last.startsWith("NOTICE")
            || last.startsWith("COPYING")
            || last.startsWith("COPYRIGHT"));
  }

  private void collect(String jar, String name, byte[] bytes) throws IOException {
    Path directory = Files.createDirectories(licenses.resolve(jar));
    Files.write(directory.resolve(name.replaceFirst("^META-INF/", "").replace('/', '_')), bytes);
  }

  private void write(ZipOutputStream out, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    CRC32 sum = new CRC32();
    sum.update(bytes);
    entry.setCrc(sum.getValue());
    entry.setTimeLocal(LocalDateTime.ofEpochSecond(epoch, 0, ZoneOffset.UTC));
    out.putNextEntry(entry);
    out.write(bytes);
  }

  /// The class without the tables of local variables.
  private static byte[] withoutVariables(byte[] bytes) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    ByteArrayOutputStream made = new ByteArrayOutputStream(bytes.length);
    DataOutputStream out = new DataOutputStream(made);
    copy(in, out, 8); // magic and version
    Set<Integer> unwanted = constants(in, out);
    copy(in, out, 6); // access, this, super
    copy(in, out, 2 * copyShort(in, out)); // interfaces
    for (int members = 0; members < 2; members++) { // fields, then methods
      for (int left = copyShort(in, out); left > 0; left--) {
        copy(in, out, 6);
        attributes(in, out, unwanted);
      }
    }
    attributes(in, out, unwanted);
    return made.toByteArray();
  }

  /// Copies the constants, and returns which of them are a name that is wanted no more, or minus
  /// that of the attribute where such are.
  private static Set<Integer> constants(ByteBuffer in, DataOutputStream out) throws IOException {
    Set<Integer> found = new HashSet<>();
    int count = copyShort(in, out);
    for (int i = 1; i < count; i++) {
      int tag = in.get();
      out.writeByte(tag);
      switch (tag) {
        case 1 -> {
          int length = copyShort(in, out);
          String text = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
          if (text.equals("LocalVariableTable") || text.equals("LocalVariableTypeTable")) {
            found.add(i);
          } else if (text.equals("Code")) {
            found.add(-i);
          }
          copy(in, out, length);
        }
        case 7, 8, 16, 19, 20 -> copy(in, out, 2);
        case 15 -> copy(in, out, 3);
        case 5, 6 -> {
          copy(in, out, 8);
          i++; // takes two places
        }
        default -> copy(in, out, 4);
      }
    }
    return found;
  }

  private static void attributes(ByteBuffer in, DataOutputStream out, Set<Integer> unwanted)
      throws IOException {
    ByteArrayOutputStream made = new ByteArrayOutputStream();
    DataOutputStream kept = new DataOutputStream(made);
    int count = 0;
    for (int left = Short.toUnsignedInt(in.getShort()); left > 0; left--) {
      int name = Short.toUnsignedInt(in.getShort());
      int length = in.getInt();
      if (unwanted.contains(name)) {
        in.position(in.position() + length);
        continue;
      }
      count++;
      kept.writeShort(name);
      if (unwanted.contains(-name)) {
        ByteArrayOutputStream code = new ByteArrayOutputStream(length);
        code(in, new DataOutputStream(code), unwanted);
        kept.writeInt(code.size());
        code.writeTo(kept);
      } else {
        kept.writeInt(length);
        copy(in, kept, length);
      }
    }
    out.writeShort(count);
    made.writeTo(out);
  }

  private static void code(ByteBuffer in, DataOutputStream out, Set<Integer> unwanted)
      throws IOException {
    copy(in, out, 4); // stack, locals
    int instructions = in.getInt();
    out.writeInt(instructions);
    copy(in, out, instructions);
    copy(in, out, 8 * copyShort(in, out)); // handlers of exceptions
    attributes(in, out, unwanted);
  }

  private static int copyShort(ByteBuffer in, DataOutputStream out) throws IOException {
    int value = Short.toUnsignedInt(in.getShort());
    out.writeShort(value);
    return value;
  }

  private static void copy(ByteBuffer in, DataOutputStream out, int length) throws IOException {
    out.write(in.array(), in.position(), length);
    in.position(in.position() + length);
  }
}
