package guidepost.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import guidepost.client.ServerAddress;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.EOFException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandFailuresTest {

  private static final ServerAddress SERVER = ServerAddress.parse("127.0.0.1:7");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UNAVAILABLE        | unavailable | 3 | server 127.0.0.1:7: cannot do that now: why",
        "DEADLINE_EXCEEDED  | unavailable | 3 | server 127.0.0.1:7: no answer within the timeout"
            + " (why); raise it with --timeout",
        "RESOURCE_EXHAUSTED | rejected    | 1 | server 127.0.0.1:7: limit reached: why",
        "UNIMPLEMENTED      | rejected    | 1 | server 127.0.0.1:7: lacks this service (why);"
            + " is it Guidepost, and new enough?",
        "NOT_FOUND          | not_found   | 1 | why",
        "INVALID_ARGUMENT   | rejected    | 1 | server 127.0.0.1:7: refused: why",
        "INTERNAL           | rejected    | 1 | server 127.0.0.1:7: refused: why",
      })
  void statusOfACallBecomesACodeAndWords(
      Status.Code status, String code, int exitCode, String text) {
    CommandException failure =
        CommandFailures.of(SERVER, status.toStatus().withDescription("why").asRuntimeException());

    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.exitCode()).isEqualTo(exitCode);
    assertThat(failure.text()).isEqualTo(text);
  }

  @Test
  void shouldSayWhenToRetryOnlyWhereARetryCanSucceed() {
    StatusRuntimeException overloaded =
        StatusProto.toStatusRuntimeException(
            com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.RESOURCE_EXHAUSTED.value())
                .setMessage("131,072 changes queued")
                .addDetails(
                    Any.pack(
                        RetryInfo.newBuilder()
                            .setRetryDelay(Duration.newBuilder().setNanos(200_000_000))
                            .build()))
                .build());

    CommandException failure = CommandFailures.of(SERVER, overloaded);

    assertThat(failure.exitCode()).isEqualTo(3);
    assertThat(failure.text())
        .isEqualTo("server 127.0.0.1:7: overloaded (131,072 changes queued); try again in 200 ms");
  }

  @Test
  void shouldNotSayThatAWriteWasNotDoneIfNobodyKnows() {
    StatusRuntimeException unknown =
        StatusProto.toStatusRuntimeException(
            com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.UNAVAILABLE.value())
                .setMessage("the brokers have not said")
                .addDetails(
                    Any.pack(
                        ErrorInfo.newBuilder()
                            .setDomain("guidepost")
                            .setReason("OUTCOME_UNKNOWN")
                            .build()))
                .build());
    CommandException failure = CommandFailures.of(SERVER, unknown);
    assertThat(failure.exitCode()).isEqualTo(3);
    assertThat(failure.text())
        .isEqualTo(
            "server 127.0.0.1:7: whether that was done is not known: the brokers have not said");
  }

  @Test
  void textThatBreaksOffIsCutOff() {
    assertThat(CommandFailures.reason(new EOFException())).isEqualTo("is cut off");
    assertThat(CommandFailures.reason(new EOFException("end"))).isEqualTo("is cut off (end)");
  }
}
