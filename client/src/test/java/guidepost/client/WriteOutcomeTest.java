package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WriteOutcomeTest {

  private static StatusRuntimeException failure(String domain, String reason) {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Code.UNAVAILABLE_VALUE)
            .addDetails(
                Any.pack(ErrorInfo.newBuilder().setDomain(domain).setReason(reason).build()))
            .build());
  }

  @ParameterizedTest
  @CsvSource({
    "guidepost, NOT_WRITTEN, REFUSED",
    "guidepost, DISK_FULL, REFUSED",
    "guidepost, ABANDONED, REFUSED",
    "guidepost, WRITER_STOPPED, REFUSED",
    "guidepost, SUPERSEDED, REFUSED",
    "guidepost, NO_LEADER, REFUSED",
    "guidepost, FOLLOWER_BEHIND, UNKNOWN",
    "guidepost, OUTCOME_UNKNOWN, UNKNOWN",
    "guidepost, SOMETHING_NEW, UNKNOWN",
    "a-proxy, NOT_WRITTEN, UNKNOWN"
  })
  void shouldBelieveWhatTheServerSaysWasRefused(
      String domain, String reason, WriteOutcome outcome) {
    assertThat(WriteOutcome.of(failure(domain, reason))).isEqualTo(outcome);
  }

  @Test
  void shouldKnowNothingOfAConnectionThatBroke() {
    assertThat(WriteOutcome.of(Status.UNAVAILABLE.asRuntimeException()))
        .isEqualTo(WriteOutcome.UNKNOWN);
  }
}
