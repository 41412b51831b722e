package guidepost.cli.notes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;

class ChatScreenTest {

  @Test
  void personTypesLinesUntilTheEndOfTheInput() throws Exception {
    ByteArrayInputStream keys =
        new ByteArrayInputStream("Grüezi\rmitenand\r".getBytes(StandardCharsets.UTF_8));
    DumbTerminal terminal =
        new DumbTerminal("test", "ansi", keys, new ByteArrayOutputStream(), StandardCharsets.UTF_8);
    try (ChatScreen.Person person = ChatScreen.Person.on(terminal)) {
      assertThat(person.read()).hasValue("Grüezi");
      assertThat(person.read()).hasValue("mitenand");
      assertThat(person.read()).isEmpty();
    }
  }
}
