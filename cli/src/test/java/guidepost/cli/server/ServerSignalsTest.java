package guidepost.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.testing.Patience;
import java.io.BufferedReader;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a signal does to a process that listens to signals, and does not serve yet.
final class ServerSignalsTest {

  @SuppressWarnings("NullAway.Init")
  private Process process;

  @SuppressWarnings("NullAway.Init")
  private BufferedReader out;

  /// Begins as a server does, and gets no further until something is typed.
  static final class Starting {
    private Starting() {}

    /// Runs it.
    public static void main(String[] arguments) throws Exception {
      ServerSignals signals = ServerSignals.listen();
      System.out.println("listening");
      if (System.in.read() >= 0) {
        CountDownLatch stopped = new CountDownLatch(1);
        signals.stopWith(stopped::countDown);
        System.out.println("serving");
        stopped.await();
        System.out.println("stopped");
      }
    }
  }

  /// With the signals as a terminal leaves them: a shell lets what runs in the background ignore
  /// some.
  @BeforeEach
  void start() throws Exception {
    process =
        new ProcessBuilder(
                "env",
                "--default-signal=INT,TERM,HUP",
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Starting.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    out = process.inputReader();
    assertThat(out.readLine()).isEqualTo("listening");
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder(List.of("kill", "-" + name, Long.toString(process.pid()))).start().waitFor();
  }

  private void shouldEndWithZero() throws Exception {
    assertThat(process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void shouldEndWithZeroBeforeThereIsSomethingToStop(String signal) throws Exception {
    signal(signal);
    shouldEndWithZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void shouldStopWhatServes(String signal) throws Exception {
    serve();
    signal(signal);
    assertThat(out.readLine()).isEqualTo("stopped");
    shouldEndWithZero();
  }

  @Test
  void shouldGoOnWhenATerminalHangsUp() throws Exception {
    signal("HUP");
    serve();
    signal("HUP");
    signal("TERM");
    assertThat(out.readLine()).isEqualTo("stopped");
    shouldEndWithZero();
  }

  private void serve() throws Exception {
    process.outputWriter().write('\n');
    process.outputWriter().flush();
    assertThat(out.readLine()).isEqualTo("serving");
  }
}
