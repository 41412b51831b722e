package guidepost.routes.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokenStreamTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prefixes | 10.0.0.0/8",
        "csv      | 10.0.0.0,8,192.0.2.1",
        "ip-json  | '{\"dst\":\"10.0.0.0/8\",\"dev\":\"eth0\"},'",
        "jsonl    | '{\"prefix\":\"10.0.0.0/8\"}'",
      })
  void failureOfTheStreamIsNeverTakenForTheEndOfTheText(String format, String row)
      throws IOException {
    String rows = (format.equals("ip-json") ? "[" : "") + (row + "\n").repeat(100_000);
    InputStream cutOff = new SequenceInputStream(Feeds.stream(rows), new CutOff());
    List<RouteRow> read = new ArrayList<>();
    RouteFeed feed = RouteFeed.open(cutOff, RouteFormat.of(format), RouteDefaults.NONE);

    assertThatThrownBy(() -> feed.read(read::add))
        .isInstanceOf(EOFException.class)
        .hasMessage("Unexpected end of packed data");
    assertThat(read).isNotEmpty();
  }

  /// What an unpacker does with a file that was cut off.
  private static final class CutOff extends InputStream {
    @Override
    public int read() throws IOException {
      throw new EOFException("Unexpected end of packed data");
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return read();
    }
  }
}
