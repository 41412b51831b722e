package guidepost.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.cli.Recorder;
import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void columnsAreAlignedAndNothingIsCut() {
    Recorder recorder = new Recorder();
    Table table = new Table(recorder.terminal(), "NAME", "N");
    table.row("a", "1");
    table.row("a very long name with ü", "2");
    table.finish();

    assertThat(recorder.out())
        .isEqualTo(
            """
            NAME                     N
            a                        1
            a very long name with ü  2
            """);
  }

  @Test
  void controlCharactersAreShownAndNotSent() {
    Recorder recorder = new Recorder();
    Table table = new Table(recorder.terminal(), "NAME");
    table.row("a\u001b]0;x\u0007\nb\u007f\u009bü");
    table.finish();

    assertThat(recorder.out()).isEqualTo("NAME\na\\x1B]0;x\\x07\\x0Ab\\x7F\\x9Bü\n");
  }

  @Test
  void endlessTableIsPrintedAlong() {
    Recorder recorder = new Recorder();
    Table table = new Table(recorder.terminal(), "NAME", "N");
    for (int i = 0; i < 2000; i++) {
      table.row("row", Integer.toString(i));
    }

    assertThat(recorder.out()).endsWith("row   1999\n");
  }
}
