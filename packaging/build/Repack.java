import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Makes the jars of a package of those of the build: the same classes, uncompressed, so that the
/// package as a whole compresses better and starts quicker; native libraries of one platform only,
/// and those beside the jars instead of in them; entries in order and with one time, so that two
/// builds make the same bytes. What jars say of their licences is collected beside them.
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
  /// ours is Netty's; what Kafka's messages were generated from; what only a compiler to native code
  /// reads. The tests of the packages use TLS on both ports.
  private static final List<String> UNUSED =
      List.of(
          "com/linecorp/armeria/internal/shaded/bouncycastle/",
          "common/message/",
          "META-INF/native-image/");

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
        if (UNUSED.stream().noneMatch(name::startsWith)
            && (!isNative(name) || (!beside && isWanted(name)))) {
          write(out, name, bytes);
        }
      }
    }
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
}
