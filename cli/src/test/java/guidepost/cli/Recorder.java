package guidepost.cli;

import guidepost.cli.output.Terminal;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/// Runs commands as a script would and keeps what they print.
public final class Recorder {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private InputStream in = InputStream.nullInputStream();

  public Recorder reading(byte[] input) {
    in = new ByteArrayInputStream(input);
    return this;
  }

  public Recorder reading(String input) {
    return reading(input.getBytes(StandardCharsets.UTF_8));
  }

  public int run(String... args) {
    return Main.run(terminal(), args);
  }

  public Terminal terminal() {
    return new Terminal(in, out, new PrintWriter(err, true), stream -> false);
  }

  public String out() {
    return out.toString();
  }

  public String err() {
    return err.toString();
  }
}
