package guidepost.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {

  private static final Setting<List<String>> LISTEN =
      Setting.of("listen", SettingType.list(SettingType.text("HOST")), List.of("a"), "Where.");
  private static final Setting<String> CERTIFICATE =
      Setting.<String>optional("tls.certificate", SettingType.text("FILE"), "Which.").reloadable();
  private static final Setting<Integer> PACE =
      Setting.of("notes.pace", SettingType.count(1, 100), 60, "How fast.");
  private static final Setting<Map<String, Duration>> TTL =
      Setting.of(
          "notes.ttl",
          SettingType.map(SettingType.duration(Duration.ZERO, Duration.ofDays(10))),
          Map.of("text", Duration.ofHours(24)),
          "How long.");
  private static final Setting<Long> MEMORY =
      Setting.of("memory", SettingType.bytes(1 << 10, 1L << 40), 4L << 20, "How much.");
  private static final Setting<Boolean> INSECURE =
      Setting.of("insecure", SettingType.toggle(), false, "Whether.");
  private static final Setting<String> PASSWORD =
      Setting.<String>optional("tls.password", SettingType.text("WORD"), "Secret.").secret();
  private static final Setting<Double> SPEED =
      Setting.of("trips.speed", SettingType.number(1, 1e5), 300.0, "How fast.");

  private static final SettingTable TABLE =
      new SettingTable(List.of(LISTEN, CERTIFICATE, PACE, TTL, MEMORY, INSECURE, PASSWORD, SPEED));

  @TempDir private Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("guidepost.yaml"), text);
  }

  private Settings read(String text) throws IOException, SettingsException {
    return Settings.read(TABLE, new Settings.Sources(Optional.of(file(text)), Map.of(), Map.of()));
  }

  @Test
  void shouldHaveDefaults() throws SettingsException {
    Settings settings = Settings.read(TABLE, Settings.Sources.NONE);
    assertThat(settings.get(PACE)).isEqualTo(60);
    assertThat(settings.find(CERTIFICATE)).isEmpty();
    assertThat(settings.origin(PACE)).hasToString("default");
  }

  @Test
  void shouldReadEachTypeFromAFile() throws IOException, SettingsException {
    Settings settings =
        read(
            """
            # all of them
            listen:
              - "[::1]:50051"
              - 10.0.0.1:50051
            memory: 64MiB
            insecure: true
            tls: {certificate: /etc/c.pem}
            notes:
              pace: 7
              ttl:
                hazard: 2h
                closure: 0
            trips.speed: 12.5
            """);
    assertThat(settings.get(LISTEN)).containsExactly("[::1]:50051", "10.0.0.1:50051");
    assertThat(settings.get(MEMORY)).isEqualTo(64L << 20);
    assertThat(settings.get(INSECURE)).isTrue();
    assertThat(settings.get(CERTIFICATE)).isEqualTo("/etc/c.pem");
    assertThat(settings.get(PACE)).isEqualTo(7);
    assertThat(settings.get(TTL))
        .containsExactly(
            Map.entry("hazard", Duration.ofHours(2)), Map.entry("closure", Duration.ZERO));
    assertThat(settings.get(SPEED)).isEqualTo(12.5);
    assertThat(settings.origin(PACE).toString()).endsWith("guidepost.yaml:9");
    assertThat(settings.text(TTL)).isEqualTo("hazard=2h, closure=0s");
    assertThat(settings.text(MEMORY)).isEqualTo("64MiB");
    assertThat(settings.text(LISTEN)).isEqualTo("[::1]:50051, 10.0.0.1:50051");
  }

  @Test
  void shouldLetAFlagBeatTheEnvironmentAndThatTheFile() throws IOException, SettingsException {
    Path file = file("notes: {pace: 1}\nmemory: 1KiB\nlisten: f\n");
    Settings settings =
        Settings.read(
            TABLE,
            new Settings.Sources(
                Optional.of(file),
                Map.of("GUIDEPOST_NOTES_PACE", "2", "GUIDEPOST_LISTEN", "b, c"),
                Map.of("--notes-pace", List.of("3"))));
    assertThat(settings.get(PACE)).isEqualTo(3);
    assertThat(settings.origin(PACE)).hasToString("--notes-pace");
    assertThat(settings.get(LISTEN)).containsExactly("b", "c");
    assertThat(settings.origin(LISTEN)).hasToString("GUIDEPOST_LISTEN");
    assertThat(settings.get(MEMORY)).isEqualTo(1 << 10);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          tls:\\n  certifcate: x | :2: unknown key tls.certifcate; did you mean tls.certificate?
          nonsense: x           | :1: unknown key nonsense
          notes: 3              | :1: notes: must be a group of keys
          notes:\\n  pace: x    | :2: notes.pace "x": must be 1..100
          notes:\\n  pace: 101  | :2: notes.pace "101": must be 1..100
          notes:\\n  pace: 1e1  | :2: notes.pace "1e1": must be 1..100
          notes:\\n  pace: [1]  | :2: notes.pace: must be a value, not a list
          notes:\\n  pace:      | :2: notes.pace: has no value; leave it out to have the default
          notes:\\n  pace: 99999999999999999999999999 | :2: notes.pace "99999999999999999999999999": must be 1..100
          notes:\\n  pace: 1\\nnotes.pace: 2 | :3: notes.pace is there twice; the first is at FILE:2
          memory: 1             | :1: memory "1": must be 1KiB..1024GiB
          memory: 1MB           | :1: memory "1MB": must be 1KiB..1024GiB, with a unit: GiB, MiB, KiB, B
          memory: 999999999999999999GiB | :1: memory "999999999999999999GiB": must be 1KiB..1024GiB
          insecure: yes         | :1: insecure "yes": must be true or false
          listen: {a: b}        | :1: listen: must be a list of values, not a group of keys
          notes: {ttl: [a]}     | :1: notes.ttl: must be a group of names with values, not a list
          notes: {ttl: {a: 5}}  | :1: notes.ttl "a=5": must be NAME=TIME, the value 0s..10d
          trips: {speed: NaN}   | :1: trips.speed "NaN": must be 1..100000
          tls: {password: []}   | :1: tls.password: must be a value, not a list
          """)
  void shouldNameLineKeyAndRule(String text, String problem) {
    String path = directory.resolve("guidepost.yaml").toString();
    assertThatThrownBy(() -> read(text.replace("\\n", "\n")))
        .isInstanceOf(SettingsException.class)
        .hasMessage(path + problem.replace("FILE", path));
  }

  @Test
  void shouldNameEveryProblem() throws IOException {
    Path file = file("memory: 1\nmemry: 2\n");
    assertThatThrownBy(
            () ->
                Settings.read(
                    TABLE,
                    new Settings.Sources(
                        Optional.of(file),
                        Map.of("GUIDEPOST_NOTES_PACE", "no"),
                        Map.of("--trips-speed", List.of("fast")))))
        .isInstanceOfSatisfying(
            SettingsException.class,
            e ->
                assertThat(e.problems())
                    .containsExactlyInAnyOrder(
                        file + ":2: unknown key memry; did you mean memory?",
                        file + ":1: memory \"1\": must be 1KiB..1024GiB",
                        "GUIDEPOST_NOTES_PACE \"no\": must be 1..100",
                        "--trips-speed \"fast\": must be 1..100000"));
  }

  @Test
  void shouldWarnOfMistypedVariablesOnly() throws SettingsException {
    Settings settings =
        Settings.read(
            TABLE,
            new Settings.Sources(
                Optional.empty(),
                Map.of(
                    "GUIDEPOST_NOTES_PASE", "1", "GUIDEPOST_SERVICE_HOST", "10.0.0.1", "HOME", "/"),
                Map.of()));
    assertThat(settings.warnings())
        .containsExactly(
            "GUIDEPOST_NOTES_PASE: unknown variable; did you mean GUIDEPOST_NOTES_PACE?");
  }

  @Test
  void shouldNeverShowASecret() throws IOException, SettingsException {
    Settings settings = read("tls: {password: tiger}\n");
    assertThat(settings.get(PASSWORD)).isEqualTo("tiger");
    assertThat(settings.text(PASSWORD)).isEqualTo("***");
    assertThatThrownBy(
            () ->
                Settings.read(
                    TABLE,
                    new Settings.Sources(
                        Optional.empty(),
                        Map.of(),
                        Map.of("--tls-password", List.of("a", "tiger")))))
        .hasMessageNotContaining("tiger");
  }

  @Test
  void shouldTellWhatChanged() throws IOException, SettingsException {
    Settings before = read("notes: {pace: 1}\n");
    assertThat(read("notes: {pace: 1}\n# other words\nmemory: 4096KiB").changed(before)).isEmpty();
    List<Setting<?>> changed = read("tls: {certificate: x}\n").changed(before);
    assertThat(changed).extracting(Setting::name).containsExactly("tls.certificate", "notes.pace");
  }

  @Test
  void shouldMakeThreeNamesByOneRule() {
    Setting<String> setting = Setting.optional("tls.client_ca", SettingType.text("F"), "");
    assertThat(setting.variable()).isEqualTo("GUIDEPOST_TLS_CLIENT_CA");
    assertThat(setting.flag()).isEqualTo("--tls-client-ca");
    assertThatThrownBy(
            () ->
                new SettingTable(
                    List.of(setting, Setting.optional("tls.client.ca", SettingType.text("F"), ""))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldListEverySettingInTheReference() {
    String page = TABLE.reference();
    TABLE.settings().forEach(setting -> assertThat(page).contains("| `" + setting + "` |"));
    assertThat(page).contains("| `tls.certificate` | FILE: not empty | none | Which. *Reload.* |");
  }
}
