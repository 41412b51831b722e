package guidepost.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Locale.ROOT;
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
    vendorHas(what, "bin", executable, release);
  }

  private void vendorHas(String what, String bin, String executable, String release)
      throws Exception {
    Path folder = Files.createDirectories(work.resolve("made/" + what + "-1.0").resolve(bin));
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

  @Test
  void shouldAskDnfOnFedora() throws Exception {
    Path asked = work.resolve("asked");
    has(
        "dnf",
        """
        echo dnf "$@" >>'%s'
        case "$*" in
          '-q list java-25-openjdk-devel') ;;
          '-q list maven') echo Available packages; echo maven.noarch  1:3.9.9-7.fc43  fedora ;;
          '-q list '*) exit 1 ;;
        esac\
        """
            .formatted(asked));
    has("sudo", "echo sudo >>'%s'; exec \"$@\"".formatted(asked));
    has("id", "echo 1000");
    Said said = launcher("setup", "--yes");
    assertThat(said.code).as(said.text).isZero();
    assertThat(said.text).contains("  sudo dnf install -y java-25-openjdk-devel maven\n");
    assertThat(Files.readString(asked))
        .endsWith("sudo\ndnf install -y java-25-openjdk-devel maven\n");
    assertThat(allInstalled()).isEmpty();
  }

  @Test
  void shouldAskHomebrewOnMacOs() throws Exception {
    thisIsMacOs();
    Path asked = work.resolve("asked");
    has(
        "brew",
        """
        echo brew "$@" >>'%s'
        case "$*" in 'info --formula openjdk@25' | 'info --formula maven' | install*) ;; *) exit 1 ;; esac\
        """
            .formatted(asked));
    has("id", "echo 501");
    Said said = launcher("setup", "--yes");
    assertThat(said.code).as(said.text).isZero();
    assertThat(Files.readString(asked)).endsWith("brew install openjdk@25 maven\n");
    assertThat(allInstalled()).isEmpty();
  }

  @Test
  void shouldDownloadForMacOsWhereThereIsNoHomebrew() throws Exception {
    thisIsMacOs();
    Said said = launcher("setup");
    assertThat(said.text)
        .contains("/OpenJDK25U-jdk_aarch64_mac_hotspot_")
        .contains("61979887f7506a24a57439ff99adb8b3a7fc89977d9cfe3b8984f58a981b7b9d");
    vendorHas("jdk", "Contents/Home/bin", "java,javac", "JAVA_VERSION=\"25.0.4\"\n");
    vendorHas("maven", "mvn", "");
    said = launcher("setup", "--yes");
    assertThat(said.code).as(said.text).isZero();
    said = launcher("setup");
    assertThat(said.text)
        .contains("there is a JDK: " + installed("jdk-"))
        .contains("nothing to do");
  }

  /// As far as a launcher can tell: other names, and neither flock nor sha256sum.
  private void thisIsMacOs() throws Exception {
    has("uname", "case $1 in -s) echo Darwin ;; -m) echo arm64 ;; esac");
    has("shasum", "[ \"$1 $2\" = '-a 256' ] && exec '%s' \"$3\"".formatted(whereIs("sha256sum")));
    Files.delete(work.resolve("bin/sha256sum"));
    Files.delete(work.resolve("bin/flock"));
  }

  @Test
  void shouldSayWhichPlatformHasNoJdk() throws Exception {
    has("uname", "case $1 in -s) echo Linux ;; -m) echo riscv64 ;; esac");
    Said said = launcher("setup", "--yes");
    assertThat(said.code).as(said.text).isEqualTo(2);
    assertThat(said.text).contains("no JDK is known for Linux on riscv64");
  }

  @Test
  void shouldSayThatAFolderCannotBeWrittenTo() throws Exception {
    vendorsHaveBoth();
    environment.put("GUIDEPOST_TOOLS", "/proc"); // where not even root makes a file
    Said said = launcher("setup", "--yes");
    assertThat(said.code).as(said.text).isEqualTo(2);
    assertThat(said.text)
        .contains("/proc cannot be written to; GUIDEPOST_TOOLS names another folder");
  }

  @Test
  void shouldTakeASumInCapitals() throws Exception {
    vendorsHaveBoth();
    environment.computeIfPresent("GUIDEPOST_JDK_SHA256", (name, sum) -> sum.toUpperCase(ROOT));
    Said said = launcher("setup", "--yes");
    assertThat(said.code).as(said.text).isZero();
    assertThat(allInstalled()).hasSize(2);
  }

  @Test
  void shouldFindAFolderThatIsNamedFromHereFromAnywhere() throws Exception {
    vendorsHaveBoth();
    // In the namespace a command begins in the root directory.
    environment.put("GUIDEPOST_TOOLS", Path.of("/").relativize(installed("")).toString());
    Said said = launcher("setup", "--yes");
    assertThat(said.code).as(said.text).isZero();
    assertThat(allInstalled()).hasSize(2);
    assertThat(launcher("setup").text)
        .contains("there is a JDK: " + installed("jdk-"))
        .contains("nothing to do");
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
