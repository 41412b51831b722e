package guidepost.cli.watches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.calls.Failures;
import guidepost.cli.Recorder;
import guidepost.cli.options.ClientOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What a person is told of a watch that breaks off, by a clock of the test's own.
final class WatchPrinterTest {

  private static StatusRuntimeException broken() {
    return Status.UNAVAILABLE
        .withDescription("io exception")
        .withCause(new IOException("Connection refused"))
        .asRuntimeException();
  }

  private static final class Lines implements WatchLines<String, String> {
    @Override
    public String entry(String entry) {
      return "holds " + entry;
    }

    @Override
    public String change(String change) {
      return change;
    }
  }

  private long now;
  private final Recorder recorder = new Recorder();
  private final WatchPrinter<String, String> printer =
      new WatchPrinter<>(
          recorder.terminal(),
          new ClientOptions(),
          "routes",
          ChangeRange.ALL,
          new Lines(),
          () -> now);

  private void cut(StatusRuntimeException why) {
    printer.cut(why, Duration.ofMillis(100));
    now += TimeUnit.MILLISECONDS.toNanos(1_500);
  }

  @Test
  void shouldSayOnceThatTheConnectionIsLostAndOnceThatItGoesOn() {
    printer.changes(List.of("added a"), 1);
    for (int i = 0; i < 11; i++) {
      cut(broken());
    }
    printer.quiet(1);
    printer.changes(List.of("added b"), 2);
    assertThat(recorder.out().lines()).containsExactly("added a", "added b");
    assertThat(recorder.err().lines())
        .containsExactly(
            "guidepost: the connection to the server is lost; trying again until the watch goes on",
            "guidepost: the watch goes on after 16.5 s");
  }

  @Test
  void shouldSayItOfEachCutAndHowItEndsWhateverComesFirst() {
    printer.complete(1);
    cut(broken());
    printer.snapshot(List.of("a"));
    cut(broken());
    printer.complete(2);
    cut(broken());
    printer.changes(List.of("added b"), 3);
    assertThat(recorder.err().lines().filter(line -> line.endsWith("goes on after 1.5 s")))
        .hasSize(3);
  }

  @Test
  void shouldRepeatWhatTheServerSaysItself() {
    printer.changes(List.of("added a"), 1);
    cut(Failures.shuttingDown());
    cut(broken());
    assertThat(recorder.err().lines())
        .containsExactly(
            "guidepost: the server ended the watch (the server is shutting down); trying again"
                + " until the watch goes on");
  }

  @Test
  void shouldEndWhereTheServerNeverAnswered() {
    assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> cut(broken()));
  }
}
