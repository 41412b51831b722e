package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
  void endlessTableIsPrintedAlong() {
    Recorder recorder = new Recorder();
    Table table = new Table(recorder.terminal(), "NAME", "N");
    for (int i = 0; i < 2000; i++) {
      table.row("row", Integer.toString(i));
    }

    assertThat(recorder.out()).endsWith("row   1999\n");
  }
}
