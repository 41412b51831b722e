package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import guidepost.routes.v1.ApplyRequest;
import guidepost.routes.v1.RoutesGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
    "guidepost, OVERLOADED, REFUSED",
    "guidepost, CALLER_TOO_FAST, REFUSED",
    "guidepost, SERVER_OVER_BUDGET, UNKNOWN",
    "guidepost, CONNECTION_OVER_SHARE, UNKNOWN",
    "guidepost, CLIENT_STALLED, UNKNOWN",
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
  void shouldCountAsRefusedWhatTheReferenceListsAndNothingElse() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "reference", "errors.md"));
    String listed = page.substring(page.indexOf("## Writes that can be sent again"));
    Set<String> wanted = names("`([A-Z_]+)`", listed);
    assertThat(wanted).contains("NO_LEADER", "OVERLOADED");
    assertThat(names("(?m)^\\| `([A-Z_]+)`", page))
        .filteredOn(reason -> WriteOutcome.of(failure("guidepost", reason)) == WriteOutcome.REFUSED)
        .containsExactlyInAnyOrderElementsOf(wanted);
  }

  private static Set<String> names(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toSet());
  }

  @Test
  void shouldKnowThatNothingWasSentWhereNobodyListens() {
    ManagedChannel channel = ManagedChannelBuilder.forTarget("127.0.0.1:1").usePlaintext().build();
    try {
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(
              () -> RoutesGrpc.newBlockingStub(channel).apply(ApplyRequest.getDefaultInstance()))
          .satisfies(e -> assertThat(WriteOutcome.of(e)).isEqualTo(WriteOutcome.REFUSED));
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void shouldKnowNothingOfAConnectionThatBroke() {
    assertThat(WriteOutcome.of(Status.UNAVAILABLE.asRuntimeException()))
        .isEqualTo(WriteOutcome.UNKNOWN);
  }
}
