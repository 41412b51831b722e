package guidepost.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class YamlFileTest {

  private static YamlNode.Entries parse(String text) throws SettingsException {
    return YamlFile.parse("file.yaml", text);
  }

  private static YamlNode value(YamlNode.Entries entries, String key) {
    return Objects.requireNonNull(entries.entries().get(key)).value();
  }

  @Test
  void shouldKeepTextAsWrittenWithItsLine() throws SettingsException {
    YamlNode.Entries file = parse("a: off\nb:\n  c: 0x10 # sixteen\n  d: [12:30, 'no']\n");
    assertThat(value(file, "a")).isEqualTo(new YamlNode.Text("off", 1));
    YamlNode.Entries b = (YamlNode.Entries) value(file, "b");
    assertThat(value(b, "c")).isEqualTo(new YamlNode.Text("0x10", 3));
    YamlNode.Items d = (YamlNode.Items) value(b, "d");
    assertThat(d.items())
        .containsExactly(new YamlNode.Text("12:30", 4), new YamlNode.Text("no", 4));
  }

  @Test
  void shouldTakeAnEmptyFile() throws SettingsException {
    assertThat(parse("").entries()).isEmpty();
    assertThat(parse("# nothing yet\n").entries()).isEmpty();
    assertThat(parse("---\n").entries()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a: &x 1                   | file.yaml:1: anchors are not taken: write each value out
          a: 1\\nb: *x              | file.yaml:2: aliases are not taken: write the value out
          a: !!str 1                | file.yaml:1: tags are not taken: tag:yaml.org,2002:str
          a: !foo {b: 1}            | file.yaml:1: tags are not taken: !foo
          a: !foo [1]               | file.yaml:1: tags are not taken: !foo
          a: 1\\nb: 2\\na: 3        | file.yaml:3: key a is there twice; the first is on line 1
          a:\\n  <<: {b: 1}         | file.yaml:2: merge keys are not taken: write the values out
          [a]: 1                    | file.yaml:1: a key must be a word
          - a                       | file.yaml:1: must be keys with values, such as "listen: 127.0.0.1:50051"
          a: 1\\n---\\nb: 2         | file.yaml:3: must be one document; a line "---" begins another
          """)
  void shouldRejectWhatMayMeanSomethingElse(String text, String problem) {
    assertThatThrownBy(() -> parse(text.replace("\\n", "\n")))
        .isInstanceOf(SettingsException.class)
        .hasMessage(problem);
  }

  @Test
  void shouldSayWhereAFileIsNoYaml() {
    assertThatThrownBy(() -> parse("a: 1\nb: [1\nc: 2\n"))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("file.yaml:3: is not YAML: ");
  }

  @Test
  void shouldBoundDepthAndLength() {
    assertThatThrownBy(() -> parse("a: " + "[".repeat(100_000)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("at most 32 levels");
    assertThatThrownBy(() -> parse("a: '" + "x".repeat(2 << 20) + "'"))
        .isInstanceOf(SettingsException.class);
  }

  @Test
  void shouldSayWhyAFileCannotBeRead(@TempDir Path directory) throws IOException {
    Path absent = directory.resolve("absent.yaml");
    assertThatThrownBy(() -> YamlFile.read(absent)).hasMessage(absent + ": no such file");
    Path binary = directory.resolve("binary.yaml");
    Files.write(binary, new byte[] {'a', ':', (byte) 0xC3, '('});
    assertThatThrownBy(() -> YamlFile.read(binary)).hasMessage(binary + ": must be UTF-8");
    Path large = directory.resolve("large.yaml");
    Files.write(large, new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> YamlFile.read(large))
        .hasMessage(large + ": must be at most 1048576 bytes");
  }
}
