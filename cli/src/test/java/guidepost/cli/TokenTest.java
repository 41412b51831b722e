package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.cli.output.ExitCodes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Static tokens by the command line.
final class TokenTest {

  @TempDir private Path directory;

  private ServedCommands.Ran token(String... words) {
    String[] all = new String[words.length + 3];
    all[0] = "token";
    System.arraycopy(words, 0, all, 1, words.length);
    all[words.length + 1] = "--access-tokens";
    all[words.length + 2] = directory.resolve("tokens").toString();
    return ServedCommands.runAlone("", all);
  }

  @Test
  void shouldShowATokenOnceAndKeepItNowhere() throws Exception {
    ServedCommands.Ran made = token("create", "anna", "--expires", "2h");
    assertThat(made.code()).isZero();
    String secret = made.out().strip();
    assertThat(secret).startsWith("guidepost_").hasSizeGreaterThan(50);
    assertThat(Files.readString(directory.resolve("tokens")))
        .startsWith("anna ")
        .doesNotContain(secret.substring("guidepost_".length()));
    assertThat(token("list").out()).contains("anna").doesNotContain(secret);
    assertThat(token("list", "--json").out()).contains("\"name\":\"anna\"").contains("expires");
  }

  @Test
  void shouldRevokeAToken() {
    token("create", "anna");
    assertThat(token("revoke", "anna").out()).isEqualTo("revoked anna\n");
    ServedCommands.Ran again = token("revoke", "anna");
    assertThat(again.code()).isEqualTo(ExitCodes.REJECTED);
    assertThat(again.err()).contains("no token has the name \"anna\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "0s", "2020-01-01T00:00:00Z", "-5d", "99999999d"})
  void shouldRefuseAnEndThatIsNone(String expires) {
    ServedCommands.Ran refused = token("create", "anna", "--expires=" + expires);
    assertThat(refused.code()).isEqualTo(ExitCodes.USAGE);
    assertThat(refused.err()).contains("must be a time to come");
  }

  @Test
  void shouldSayHowToNameTheFile() {
    ServedCommands.Ran refused = ServedCommands.runAlone("", "token", "list");
    assertThat(refused.code()).isEqualTo(ExitCodes.USAGE);
    assertThat(refused.err()).contains("--access-tokens FILE");
  }
}
