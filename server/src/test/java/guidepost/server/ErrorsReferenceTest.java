package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.calls.Reason;
import guidepost.routes.service.RouteReason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/reference/errors.md` is made of the tables of reasons in the code.
final class ErrorsReferenceTest {

  private static final String HEAD =
      """
      # Reasons

      A call or an operation that is not done carries a reason, for programs: `reason` of `google.rpc.ErrorInfo` (domain `guidepost`) and of
      an operation's result. Beside it stand `field`, the path of what is wrong in the request, and `value`, what stood there. INVALID_ARGUMENT carries
      `google.rpc.BadRequest` too, and what may succeed later `google.rpc.RetryInfo`. Reasons never change; texts may. This page is made of the
      code (`ErrorsReferenceTest`).

      """;

  private record Row(String reason, String code, String meaning, String remedy) {

    static Row of(Reason reason) {
      return new Row(reason.name(), reason.code().name(), reason.meaning(), reason.remedy());
    }

    static Row of(RouteReason reason) {
      return new Row(reason.name(), reason.code().name(), reason.meaning(), reason.remedy());
    }

    String line() {
      return "| `%s` | %s | %s | %s |\n".formatted(reason, code, meaning, remedy);
    }
  }

  private static String table(String title, Stream<Row> rows) {
    return "## %s\n\n| reason | status | what is wrong | what to do |\n|---|---|---|---|\n"
            .formatted(title)
        + rows.map(Row::line).collect(Collectors.joining());
  }

  private static String writes(String reasons) {
    return """

    ## Writes that can be sent again

    Of a write that ended for one of these reasons nothing was done, and nothing of it ever will be, so the same write can be sent again:
    %s. So it can where no connection was made at all.

    After any other UNAVAILABLE or RESOURCE_EXHAUSTED, or where the connection broke, the write may have been done: such a reason can stand for an answer
    that could not be sent. Operations of a stream that were answered before it ended are not meant: their results stand.
    """
        .formatted(reasons);
  }

  @Test
  void shouldListEveryReasonWithItsRemedy() throws Exception {
    String made =
        HEAD
            + table("Of all calls", Arrays.stream(Reason.values()).map(Row::of))
            + "\n"
            + table("Of routes alone", Arrays.stream(RouteReason.values()).map(Row::of))
            + writes(
                Arrays.stream(Reason.values())
                    .filter(Reason::isNothingDone)
                    .map("`%s`"::formatted)
                    .collect(Collectors.joining(", ")));
    Path copy = Files.writeString(Path.of("target", "errors.md"), made);
    assertThat(Files.readString(Path.of("..", "docs", "reference", "errors.md")))
        .as("docs/reference/errors.md: copy server/%s there", copy)
        .isEqualTo(made);
  }
}
