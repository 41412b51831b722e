package guidepost.cli;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/// Runs commands as a script would and keeps what they print.
final class Recorder {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private InputStream in = InputStream.nullInputStream();

  Recorder reading(byte[] input) {
    in = new ByteArrayInputStream(input);
    return this;
  }

  Recorder reading(String input) {
    return reading(input.getBytes(StandardCharsets.UTF_8));
  }

  int run(String... args) {
    return Main.run(terminal(), args);
  }

  Terminal terminal() {
    return new Terminal(in, out, new PrintWriter(err, true), stream -> false);
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }
}
