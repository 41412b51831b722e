package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdOutputStream;
import guidepost.cli.files.Unpacked;
import guidepost.cli.output.ExitCodes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class DryRunTest {

  private static final int ROWS = 60_000;

  private final Recorder terminal = new Recorder();

  /// Ways to compress.
  enum Packing {
    NONE,
    GZIP,
    XZ,
    ZSTD;

    byte[] pack(String text) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (OutputStream out = stream(bytes)) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
      return bytes.toByteArray();
    }

    private OutputStream stream(OutputStream out) throws IOException {
      return switch (this) {
        case NONE -> out;
        case GZIP -> new GZIPOutputStream(out);
        case XZ -> new XZOutputStream(out, new LZMA2Options(1));
        case ZSTD -> new ZstdOutputStream(out);
      };
    }
  }

  @Test
  void rowsReadAreRowsAcceptedAndRowsRejected() {
    int code =
        terminal
            .reading("10.0.0.0/8\n10.0.0.1/8\nbanana\n")
            .run("route", "import", "-", "--interface", "eth0", "--dry-run");

    assertThat(code).isEqualTo(ExitCodes.REJECTED);
    assertThat(terminal.out()).startsWith("read 3 = accepted 1 + rejected 2 in ");
    assertThat(terminal.err())
        .isEqualTo(
            """
            line 2: dest "10.0.0.1/8": has host bits set for length 8; did you mean 10.0.0.0/8?
            line 3: dest "banana": must be an IPv4 dotted quad or an IPv6 address
            """);
  }

  @Test
  void firstTenRejectsAreShownAndTheRestCounted() {
    terminal
        .reading("banana,1\n".repeat(14))
        .run("route", "import", "-", "--format", "prefixes", "--dry-run");

    assertThat(terminal.err()).contains("line 10: ", "... and 4 more").doesNotContain("line 11: ");
  }

  @Test
  void withJsonTheSumAndTheRejectsAreObjects() {
    int code =
        terminal
            .reading("name,lat,lon\na,1,2\nb,91,2\n")
            .run("feature", "import", "-", "--dry-run", "--json");

    assertThat(code).isEqualTo(ExitCodes.REJECTED);
    assertThat(terminal.out())
        .startsWith("{\"read\":2,\"accepted\":1,\"rejected\":1,\"unchanged\":0,\"seconds\":")
        .endsWith(",\"dry_run\":true}\n")
        .doesNotContain("revision");
    assertThat(terminal.err())
        .isEqualTo("{\"line\":3,\"reason\":\"latitude must be -90..90 degrees: 91.0\"}\n");
  }

  @Test
  void withoutAnAnswerNothingIsSaidOfARevision() {
    assertThat(terminal.reading("").run("route", "import", "-", "--dry-run")).isZero();
    assertThat(terminal.out())
        .startsWith("read 0 = accepted 0 + rejected 0 in ")
        .endsWith("/s, nothing was sent\n");
  }

  @Test
  void rowsWithoutANextHopEndWithWhatToGive() {
    terminal.reading("10.0.0.0/8\n11.0.0.0/8\n").run("route", "import", "-", "--dry-run");

    assertThat(terminal.err())
        .isEqualTo(
            """
            line 1: nh "": must not be empty without an interface
            line 2: nh "": must not be empty without an interface
            give --nh or --interface, which fill in what rows do not say: --nh 192.0.2.1
            """);
  }

  @Test
  void adviceIsGivenToPeopleForTheRuleThatItHelpsWith() {
    terminal.reading("10.0.0.1/8\n").run("route", "import", "-", "--dry-run");
    assertThat(terminal.err()).doesNotContain("--nh");

    Recorder program = new Recorder();
    program.reading("10.0.0.0/8\n").run("route", "import", "-", "--dry-run", "--json");
    assertThat(program.err())
        .isEqualTo(
            "{\"line\":1,\"reason\":\"nh \\\"\\\": must not be empty without an interface\"}\n");

    Recorder kernel = new Recorder();
    kernel.reading("[{\"dst\":\"10.0.0.0/8\"}]").run("route", "import", "-", "--dry-run");
    assertThat(kernel.err())
        .isEqualTo("entry 1: nh \"\": must not be empty without an interface\n");
  }

  @Test
  void controlCharactersOfARowAreShownAndNotSent() {
    String row = "10.0.0.\u001b]0;x\u0007\u009b2J\n";
    terminal.reading(row).run("route", "import", "-", "--format", "prefixes", "--dry-run");
    assertThat(terminal.err()).startsWith("line 1: dest \"10.0.0.\\x1B]0;x\\x07\\x9B2J\": must be");

    Recorder program = new Recorder();
    program.reading(row).run("route", "import", "-", "--format", "prefixes", "--dry-run", "--json");
    assertThat(program.err())
        .startsWith("{\"line\":1,\"reason\":\"dest \\\"10.0.0.\\u001B]0;x\\u0007\\u009B2J");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "route | [{\"dst\":\"10.0.0.0/8\",\"dev\":\"e\"}, {\"d | line 1, column 37",
        "feature | [{\"location\":{\"latitude\":1}}, {\"d | line 1, column 34",
      })
  void brokenJsonIsSaidInOurWords(String noun, String text, String place) {
    assertThat(terminal.reading(text).run(noun, "import", "-", "--dry-run"))
        .isEqualTo(ExitCodes.REJECTED);
    assertThat(terminal.err())
        .isEqualTo(
            "guidepost: standard input: %s: the JSON ends in the middle of a name; read 1 row before that\n"
                .formatted(place));
  }

  @ParameterizedTest
  @EnumSource
  void packedTextIsKnownByItsFirstBytes(Packing packing) throws Exception {
    int code =
        terminal
            .reading(packing.pack(rows()))
            .run("route", "import", "-", "--interface", "eth0", "--dry-run");

    assertThat(terminal.err()).isEmpty();
    assertThat(code).isZero();
    assertThat(terminal.out()).startsWith("read %d = accepted %d ".formatted(ROWS, ROWS));
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "XZ", "ZSTD"})
  void textThatIsCutOffIsAnErrorAndNeverTheEnd(Packing packing) throws Exception {
    byte[] packed = packing.pack(rows());
    int code =
        terminal
            .reading(Arrays.copyOf(packed, packed.length - 20))
            .run("route", "import", "-", "--interface", "eth0", "--dry-run");

    assertThat(code).isEqualTo(ExitCodes.REJECTED);
    assertThat(terminal.err())
        .startsWith("guidepost: standard input: ")
        .contains(" rows before that");
    assertThat(terminal.err()).doesNotContain("null");
    assertThat(terminal.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GZIP, 100",
    "GZIP, 5000",
    "GZIP, 300000",
    "XZ, 100000",
    "XZ, 300000",
    "ZSTD, 200000",
    "ZSTD, 300000"
  })
  void everyCompleteRowBeforeTheCutIsRead(Packing packing, int length) throws Exception {
    byte[] cut = Arrays.copyOf(packing.pack(scatteredRows()), length);
    long complete = rowsUnpackedOneByteAtATime(cut);
    int code =
        terminal.reading(cut).run("route", "import", "-", "--interface", "eth0", "--dry-run");

    assertThat(code).isEqualTo(ExitCodes.REJECTED);
    assertThat(complete).isPositive().isLessThan(ROWS);
    assertThat(terminal.err()).endsWith("; read %d rows before that\n".formatted(complete));
  }

  private static long rowsUnpackedOneByteAtATime(byte[] packed) throws IOException {
    long rows = 0;
    try (InputStream in = Unpacked.open(new ByteArrayInputStream(packed))) {
      for (int c = in.read(); c >= 0; c = in.read()) {
        rows += c == '\n' ? 1 : 0;
      }
      throw new AssertionError("was not cut off");
    } catch (EOFException | ZstdIOException e) {
      return rows;
    }
  }

  /// Rows that hardly pack, so that a cut leaves many.
  private static String scatteredRows() {
    StringBuilder rows = new StringBuilder();
    for (int i = 1; i <= ROWS; i++) {
      int address = i * 0x9E3779B1;
      rows.append(1 + (address >>> 24) % 200).append('.').append(address >>> 16 & 255).append('.');
      rows.append(address >>> 8 & 255).append('.').append(address & 255).append("/32\n");
    }
    return rows.toString();
  }

  private static String rows() {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      rows.append("10.").append(i >> 16).append('.').append(i >> 8 & 255).append('.');
      rows.append(i & 255).append("/32\n");
    }
    return rows.toString();
  }
}
