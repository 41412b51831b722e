package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The page of the reference is what the table of settings says.
final class SettingsReferenceTest {

  private static final Path PAGE = Path.of("..", "docs", "reference", "settings.md");

  @Test
  void shouldBeCurrent() throws IOException {
    String made = ServerSettings.TABLE.reference();
    Files.writeString(Path.of("target", "settings.md"), made);
    assertThat(PAGE)
        .as("docs/reference/settings.md is made by \"guidepost config reference\"")
        .hasContent(made);
  }
}
