package guidepost.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import guidepost.testing.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher on a machine without a JDK 25 and without Maven: a mount namespace in which neither
/// is seen, and a PATH with what a shell needs.
final class SetupTest {

  private static final List<String> TOOLS =
      List.of(
          "bash",
          "cut",
          "dirname",
          "env",
          "find",
          "flock",
          "gzip",
          "id",
          "mkdir",
          "mktemp",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sh",
          "sha256sum",
          "tar",
          "uname",
          "curl",
          "touch");

  @TempDir Path work;
  private SmallDisk namespace;
  private HttpServer vendor;
  private final Map<String, String> environment = new TreeMap<>();

  /// What a command said, and its exit code.
  private record Said(int code, String text) {}

  @BeforeEach
  void hideWhatThereIs() throws Exception {
    namespace = SmallDisk.require(Path.of("/usr/lib/jvm"), 1);
    Path bin = Files.createDirectory(work.resolve("bin"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(bin.resolve(tool), whereIs(tool));
    }
    vendor = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    vendor.start();
    environment.put("PATH", bin.toString());
    environment.put("HOME", work.toString());
  }

  @AfterEach
  void stop() {
    if (namespace != null) {
      namespace.close();
      vendor.stop(0);
    }
  }

  private static Path whereIs(String tool) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .map(directory -> Path.of(directory).resolve(tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  private Said launcher(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(namespace.prefix());
    command.add(Path.of("..", "guidepost").toRealPath().toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Path nsenter = whereIs("nsenter");
    command.set(0, nsenter.toString());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.outputWriter().close();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), text);
  }

  /// Has the vendor give a packed folder with an executable that says its name.
  private void vendorHas(String what, String executable, String release) throws Exception {
    Path folder = Files.createDirectories(work.resolve("made/" + what + "-1.0/bin"));
    for (String name : executable.split(",", -1)) {
      Path file =
          Files.writeString(
              folder.resolve(name),
              "#!/bin/sh\necho this is " + name + "\ntest -z \"$GUIDEPOST_FAKE_FAILS\"\n");
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    Files.writeString(folder.resolveSibling("release"), release);
    Path file = work.resolve(what + ".tar.gz");
    Process tar =
        new ProcessBuilder(
                "tar",
                "-czf",
                file.toString(),
                "-C",
                work.resolve("made").toString(),
                what + "-1.0")
            .start();
    assertThat(tar.waitFor()).isZero();
    byte[] bytes = Files.readAllBytes(file);
    vendor.createContext("/" + what, exchange -> answer(exchange, bytes, bytes.length));
    String variable = what.equals("jdk") ? "GUIDEPOST_JDK_" : "GUIDEPOST_MAVEN_";
    environment.put(variable + "URL", address(what));
    environment.put(variable + "SHA256", sum(bytes));
  }

  private String address(String what) {
    return "http://127.0.0.1:%d/%s".formatted(vendor.getAddress().getPort(), what);
  }

  private static void answer(HttpExchange exchange, byte[] bytes, long said) throws IOException {
    exchange.sendResponseHeaders(200, said);
    try (var body = exchange.getResponseBody()) {
      body.write(bytes);
    }
  }

  private static String sum(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private void vendorsHaveBoth() throws Exception {
    vendorHas("jdk", "java,javac", "JAVA_VERSION=\"25.0.4\"\n");
    vendorHas("maven", "mvn", "");
  }

  private Path installed(String name) {
    return work.resolve(".local/share/guidepost").resolve(name);
  }

  private List<Path> allInstalled() throws IOException {
    Path folder = installed("");
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void shouldSayWhatToTypeWhereThereIsNoJdk() throws Exception {
    Said said = launcher("serve");
    assertThat(said.code).as(said.text).isEqualTo(2);
    assertThat(said.text)
        .contains("needs a JDK 25 or newer")
        .contains("sudo apt install openjdk-25-jdk-headless")
        .contains("sudo dnf install java-25-openjdk-devel")
        .contains("brew install openjdk@25")
        .contains("sdk install java 25-tem")
        .contains("./guidepost setup")
        .contains("GUIDEPOST_JAVA_HOME");
  }

  @Test
  void shouldDoNothingWithoutBeingSure() throws Exception {
    vendorsHaveBoth();
    Said said = launcher("setup");
    assertThat(said.code).as(said.text).isEqualTo(2);
    assertThat(said.text)
        .contains("download " + environment.get("GUIDEPOST_JDK_URL"))
        .contains(environment.get("GUIDEPOST_MAVEN_SHA256"))
        .contains("add --yes");
    assertThat(allInstalled()).isEmpty();
  }

  @Test
  void shouldDownloadWhatNoPackageManagerHas() throws Exception {
    vendorsHaveBoth();
    Said said = launcher("setup", "--yes");
    assertThat(said.code).as(said.text).isZero();
    assertThat(allInstalled()).hasSize(2);
    assertThat(launcher("check-jdk").code).isZero();
    said = launcher("setup");
    assertThat(said.text)
        .contains("there is a JDK: " + installed("jdk-"))
        .contains("there is a Maven: " + installed("apache-maven-"))
        .contains("nothing to do");
    assertThat(said.code).isZero();
  }

  @Test
  void shouldRefuseWhatIsNotWhatWasExpected() throws Exception {
    vendorsHaveBoth();
    String other = sum(new byte[1]);
    environment.put("GUIDEPOST_JDK_SHA256", other);
    Said said = launcher("setup", "--yes");
    assertThat(said.code).as(said.text).isEqualTo(2);
    assertThat(said.text).contains("must be " + other).contains("nothing was installed");
    assertThat(allInstalled()).isEmpty();
  }

  @Test
  void shouldKeepTheSumsOfTheVendorForAnotherAddress() throws Exception {
    vendorsHaveBoth();
    environment.remove("GUIDEPOST_JDK_SHA256");
    assertThat(launcher("setup", "--yes").text).contains("is not what was expected");
    assertThat(allInstalled()).isEmpty();
  }

  @Test
  void shouldLeaveNothingOfADownloadThatWasCutOff() throws Exception {
    vendorsHaveBoth();
    vendor.createContext("/cut", exchange -> answer(exchange, new byte[1_000], 1_000_000));
    environment.put("GUIDEPOST_JDK_URL", address("cut"));
    Said said = launcher("setup", "--yes");
    assertThat(said.code).as(said.text).isEqualTo(2);
    assertThat(said.text).contains("cannot download");
    assertThat(allInstalled()).isEmpty();
  }

  @Test
  void shouldAskThePackageManagerFirst() throws Exception {
    Path asked = work.resolve("asked");
    for (String each : List.of("apt-get", "apt-cache", "sudo")) {
      has(each, "echo %s \"$@\" >>'%s'".formatted(each, asked));
    }
    Said said = launcher("setup", "--yes");
    assertThat(said.code).as(said.text).isZero();
    assertThat(Files.readString(asked))
        .contains("apt-cache show --no-all-versions openjdk-25-jdk-headless\n")
        .contains("apt-get install -y --no-install-recommends openjdk-25-jdk-headless maven\n");
    assertThat(allInstalled()).isEmpty();
  }

  private void has(String tool, String script) throws IOException {
    Path file = work.resolve("bin").resolve(tool);
    Files.deleteIfExists(file);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void shouldTakeNoMavenThatIsTooOld() throws Exception {
    vendorsHaveBoth();
    has("mvn", "echo this is an old one");
    Files.createFile(Files.createDirectory(work.resolve("lib")).resolve("maven-core-3.6.3.jar"));
    Said said = launcher("setup", "--yes");
    assertThat(said.code).as(said.text).isZero();
    assertThat(said.text).contains("there is a Maven 3.6.3").contains("needed is 3.8.7");
    assertThat(allInstalled()).hasSize(2);
    assertThat(launcher("setup").text)
        .contains("there is a Maven: " + installed("apache-maven-"))
        .contains("nothing to do");
  }

  @Test
  void shouldTakeNoOldMavenOfThePackageManagerAndAskNobodyWhoMayNotInstall() throws Exception {
    vendorsHaveBoth();
    has("apt-get", "exit 1");
    has("apt-cache", "echo Version: 3.6.3-5");
    assertThat(launcher("setup").text)
        .contains("apt-get install -y --no-install-recommends openjdk-25-jdk-headless\n")
        .contains("download " + environment.get("GUIDEPOST_MAVEN_URL"));
    has("id", "echo 1000");
    Said said = launcher("setup", "--yes");
    assertThat(said.code).as(said.text).isZero();
    assertThat(allInstalled()).hasSize(2);
  }

  @Test
  void shouldKeepNoJdkThatDoesNotRunHere() throws Exception {
    vendorsHaveBoth();
    environment.put("GUIDEPOST_FAKE_FAILS", "yes");
    Said said = launcher("setup", "--yes");
    assertThat(said.code).as(said.text).isEqualTo(2);
    assertThat(said.text).contains("does not run on this system").contains("nothing was installed");
    assertThat(allInstalled()).isEmpty();
  }

  @Test
  void shouldAskForAFolderWhereThereIsNoHome() throws Exception {
    vendorsHaveBoth();
    environment.remove("HOME");
    Said said = launcher("setup", "--yes");
    assertThat(said.code).as(said.text).isEqualTo(2);
    assertThat(said.text).contains("GUIDEPOST_TOOLS must name a folder");
    environment.put("GUIDEPOST_TOOLS", installed("").toString());
    assertThat(launcher("setup", "--yes").code).isZero();
    assertThat(allInstalled()).hasSize(2);
  }

  @Test
  void shouldKnowNoOtherOption() throws Exception {
    Said said = launcher("setup", "--force");
    assertThat(said.code).isEqualTo(2);
    assertThat(said.text).contains("unknown option \"--force\"; there is only --yes");
  }
}
