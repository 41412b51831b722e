package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class DryRunTest {

  private static final int ROWS = 200_000;

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
    assertThat(terminal.out()).startsWith("read 3 = accepted 1 + rejected 2 (unchanged 0) in ");
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
        .endsWith("\"revision\":0,\"dry_run\":true}\n");
    assertThat(terminal.err())
        .isEqualTo("{\"line\":3,\"reason\":\"latitude must be -90..90 degrees: 91.0\"}\n");
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

  private static String rows() {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      rows.append("10.").append(i >> 16).append('.').append(i >> 8 & 255).append('.');
      rows.append(i & 255).append("/32\n");
    }
    return rows.toString();
  }
}
