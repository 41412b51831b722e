package guidepost.cli.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.cli.Main;
import guidepost.server.Engines;
import guidepost.server.GuidepostServer;
import guidepost.server.ListenAddress;
import guidepost.server.ServerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program as people run it, with a file of profiles.
final class ProfileCommandsTest {

  private static final String FILE =
      """
      # mine
      current: prod
      profiles:
        prod:
          server: routes.example
          ca: ca.pem
          token: guidepost_secret
        lab: {server: "127.0.0.1:1"} # the second floor
      """;

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void write() throws Exception {
    file = Files.writeString(directory.resolve("profiles.yaml"), FILE);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  /// What a command printed, and how it ended.
  private record Ran(int code, String out, String err) {}

  private Ran run(String line) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(line.split(" ", -1)));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("GUIDEPOST_PROFILES", file.toString());
    builder.environment().put("GUIDEPOST_SERVER", "");
    int code = builder.start().waitFor();
    return new Ran(code, read(out), read(err));
  }

  private static String read(Path path) throws IOException {
    return Files.readString(path, StandardCharsets.UTF_8);
  }

  @Test
  void shouldSetOneProfileAndLeaveTheRestOfTheFile() throws Exception {
    Ran added = run("profile set road --server road.example:443 --tls --token-file /t/road");
    assertThat(added.out()).isEqualTo("added road: road.example:443\n");
    Ran changed = run("profile set lab --server 127.0.0.1:2");
    assertThat(changed.out()).isEqualTo("changed lab: 127.0.0.1:2\n");
    String text = Files.readString(file);
    assertThat(text).contains("token: guidepost_secret").doesNotContain("127.0.0.1:1");
    assertThat(run("profile show road").out())
        .contains("server road.example:443")
        .contains("token_file /t/road")
        .contains("tls true");
    assertThat(run("profile list").out()).contains("prod").contains("lab").contains("127.0.0.1:2");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(run("profile set a*b --server x:1").code()).isEqualTo(2);
    assertThat(Files.readString(file)).isEqualTo(text);
  }

  @Test
  void shouldMakeTheFileOfTheFirstProfile() throws Exception {
    Files.delete(file);
    assertThat(run("profile set lab --server 127.0.0.1:2").code()).isZero();
    assertThat(file)
        .hasContent(
            """
            profiles:
              lab:
                server: "127.0.0.1:2"
            """);
  }

  @Test
  void shouldListAndShowThemWithoutTheirTokens() throws Exception {
    Ran list = run("profile list");
    assertThat(list.out())
        .isEqualTo(
            """
               PROFILE  SERVER                TLS  SHOWS
            *  prod     routes.example:50051  yes  token
               lab      127.0.0.1:1           no
            """);
    assertThat(run("profile show").out())
        .isEqualTo(
            """
            profile prod
            current true
            server routes.example:50051
            tls true
            ca %s
            token ***
            """
                .formatted(directory.resolve("ca.pem")));
  }

  @Test
  void shouldMakeAnotherTheCurrentOneAndChangeNothingElse() throws Exception {
    assertThat(run("profile use lab").out()).isEqualTo("using lab: 127.0.0.1:1\n");
    assertThat(file).hasContent(FILE.replace("current: prod", "current: lab"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(run("route list").err()).contains("server 127.0.0.1:1: not available");
    Ran absent = run("profile use third");
    assertThat(absent.code()).isEqualTo(2);
    assertThat(absent.err()).contains("profile \"third\": is not in ", "it has prod, lab");
  }

  @Test
  void shouldAskTheServerOfTheProfileThatStandsBeforeTheCommand(@TempDir Path data)
      throws Exception {
    try (GuidepostServer server =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(data))
                .listeningOn(List.of(ListenAddress.parse("127.0.0.1:0"))))) {
      Files.writeString(
          file, "profiles: {here: {server: \"%s\"}}".formatted(server.addresses().getFirst()));
      Ran added = run("--profile here route add 10.0.0.0/8 --nh 192.0.2.1");
      assertThat(added.err()).isEmpty();
      assertThat(added.out()).startsWith("added 10.0.0.0/8 via 192.0.2.1");
      assertThat(run("--profile=here route list --count").out()).isEqualTo("1\n");
    }
  }
}
