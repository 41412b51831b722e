import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Makes what commands start quicker from: the classes of a client command, from one call of every
/// kind (`demo`), and the classes of a server, from one that listens on an empty directory, with
/// TLS (JEP 483, 514 and 515).
///
/// A cache leaves out classes of a format before Java 6, since they cannot be verified ahead of
/// time; picocli's are of Java 5. They are written once more in a later format, with the stack maps
/// that it asks for, and otherwise as they are: that saves a fifth of a second a command.
///
/// A cache remembers where a sealed package came from, and then no start succeeds after the folder
/// was moved or copied: `sealing violation`, of xz's classes. So jars are unsealed.
///
/// The options beside those of a cache are the launcher's, since a cache of others is not used.
/// Without a cache a command starts all the same, so a failure is told and does not fail the build.
///
/// Usage: `java StartCaches.java TARGET`, where the jars are in `TARGET/lib`; the caches become
/// `TARGET/client.aot` and `TARGET/server.aot`.
final class StartCaches {

  private static final Attributes.Name SEALED = Attributes.Name.SEALED;

  private final Path target;
  private final Path directory;

  private StartCaches(Path target, Path directory) {
    this.target = target;
    this.directory = directory;
  }

  static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("guidepost-caches");
    try {
      StartCaches caches = new StartCaches(Path.of(arguments[0]), directory);
      caches.renewJars();
      caches.makeServer();
      caches.makeClient();
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void renewJars() throws IOException {
    List<Path> jars;
    try (Stream<Path> files = Files.list(target.resolve("lib"))) {
      jars = files.filter(file -> file.getFileName().toString().endsWith(".jar")).toList();
    }
    for (Path jar : jars) {
      if (jar.getFileName().toString().startsWith("picocli-") || isSealed(jar)) {
        renew(jar);
      }
    }
  }

  private static boolean isSealed(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.getManifest() != null
          && "true".equalsIgnoreCase(file.getManifest().getMainAttributes().getValue(SEALED));
    }
  }

  private void renew(Path jar) throws IOException {
    Path renewed = directory.resolve(jar.getFileName());
    try (ZipFile from = new ZipFile(jar.toFile());
        URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(renewed))) {
      ClassFile files =
          ClassFile.of(
              ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(classes)
                      .orElse(ClassHierarchyResolver.defaultResolver())));
      for (ZipEntry entry : from.stream().map(ZipEntry.class::cast).toList()) {
        byte[] bytes = from.getInputStream(entry).readAllBytes();
        ZipEntry same = new ZipEntry(entry.getName());
        same.setTime(entry.getTime());
        to.putNextEntry(same);
        to.write(
            switch (entry.getName()) {
              case JarFile.MANIFEST_NAME -> unsealed(bytes);
              case String name when name.endsWith(".class") -> renewed(files, bytes);
              default -> bytes;
            });
      }
    }
    Files.move(renewed, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] unsealed(byte[] bytes) throws IOException {
    Manifest manifest = new Manifest(new ByteArrayInputStream(bytes));
    manifest.getMainAttributes().remove(SEALED);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    manifest.write(written);
    return written.toByteArray();
  }

  private static byte[] renewed(ClassFile files, byte[] bytes) {
    ClassModel old = files.parse(bytes);
    if (old.majorVersion() >= ClassFile.JAVA_8_VERSION) {
      return bytes;
    }
    return files.transformClass(
        old,
        (to, element) -> {
          switch (element) {
            case ClassFileVersion _ -> to.withVersion(ClassFile.JAVA_8_VERSION, 0);
            case MethodModel method ->
                to.transformMethod(
                    method, MethodTransform.transformingCode(CodeTransform.ACCEPT_ALL));
            default -> to.with(element);
          }
        });
  }

  /// Of a process that makes calls and serves none: all classes of a cache are loaded at each
  /// start.
  private void makeClient() throws IOException, InterruptedException {
    Path cache = target.resolve("client.aot");
    Process server = start(cache, List.of("-XX:TieredStopAtLevel=1"), serve("asked"));
    try (BufferedReader said = server.inputReader()) {
      String ready = said.readLine();
      if (ready == null) {
        tellUnlessMade(cache, server);
        return;
      }
      String address = ready.replaceAll(".*\\[|,.*|].*", "");
      List<String> jvm =
          List.of("-XX:AOTCacheOutput=" + cache, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
      Process client = start(cache, jvm, List.of("demo", "--server", address));
      client.getInputStream().transferTo(OutputStream.nullOutputStream());
      tellUnlessMade(cache, client);
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  private void makeServer() throws IOException, InterruptedException {
    Path cache = target.resolve("server.aot");
    List<String> arguments = new ArrayList<>(serve("served"));
    arguments.addAll(secured(cache));
    Process server = start(cache, List.of("-XX:AOTCacheOutput=" + cache), arguments);
    try (BufferedReader said = server.inputReader()) {
      said.readLine();
      server.toHandle().destroy(); // the process only: its output is still read
      said.transferTo(Writer.nullWriter());
    }
    tellUnlessMade(cache, server);
  }

  /// What makes a server keep strangers out: TLS, and a token.
  private List<String> secured(Path cache) throws IOException, InterruptedException {
    Path pki = directory.resolve("pki");
    Path tokens = directory.resolve("tokens");
    Path access =
        Files.writeString(
            directory.resolve("access.yaml"),
            """
            identities:
              - {name: one, by: "token:one"}
            grants:
              - {who: one, role: reader, tables: [default]}
            """);
    run(cache, List.of("cert", "dev", pki.toString()));
    run(cache, List.of("token", "create", "one", "--access-tokens", tokens.toString()));
    return List.of(
        "--tls-certificate",
        pki.resolve("server.pem").toString(),
        "--tls-key",
        pki.resolve("server.key").toString(),
        "--access-file",
        access.toString(),
        "--access-tokens",
        tokens.toString());
  }

  private void run(Path cache, List<String> arguments) throws IOException, InterruptedException {
    Process command = start(cache, List.of("-XX:TieredStopAtLevel=1"), arguments);
    command.getInputStream().transferTo(OutputStream.nullOutputStream());
    command.waitFor();
  }

  private List<String> serve(String data) {
    return List.of(
        "serve", "--data", directory.resolve(data).toString(), "--listen", "127.0.0.1:0");
  }

  private static void tellUnlessMade(Path cache, Process process) throws InterruptedException {
    if (process.waitFor() != 0) {
      System.err.println(
          "no " + cache.getFileName() + ", commands start slower: see " + log(cache));
    }
  }

  private static Path log(Path cache) {
    return Path.of(cache + ".log");
  }

  /// With no settings of whoever builds.
  private Process start(Path cache, List<String> jvm, List<String> arguments) throws IOException {
    ProcessBuilder process =
        new ProcessBuilder(command(jvm, arguments))
            .redirectError(ProcessBuilder.Redirect.appendTo(log(cache).toFile()));
    process.environment().keySet().removeIf(name -> name.startsWith("GUIDEPOST_"));
    return process.start();
  }

  private List<String> command(List<String> jvm, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.add("-Xlog:disable");
    command.add("-XX:+UseCompactObjectHeaders");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Djava.library.path=" + target.resolve("lib"));
    command.addAll(List.of("-cp", target.resolve("lib") + "/*", "guidepost.cli.Main"));
    command.addAll(arguments);
    return command;
  }
}
