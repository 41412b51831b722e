package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import guidepost.journal.JournalException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Code by code. Overload, which only a writer can cause, is in the tests of the streams.
final class FailuresTest {

  @ParameterizedTest
  @EnumSource
  void shouldTellEveryReasonWithItsCodeAndWhatToDo(Reason reason) throws Exception {
    var status =
        Objects.requireNonNull(StatusProto.fromThrowable(Failures.rejected(reason, "x: 7")));
    assertThat(status.getCode()).isEqualTo(reason.code().value());
    assertThat(status.getMessage()).isEqualTo("x: 7");
    ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
    assertThat(info.getReason()).isEqualTo(reason.name()).matches("[A-Z][A-Z_]*[A-Z]");
    assertThat(reason.meaning()).endsWith(".");
    assertThat(reason.remedy()).endsWith(".");
  }

  @Test
  void shouldCutALongTextBetweenTwoCharacters() {
    assertThat(description("x".repeat(1_024))).isEqualTo("x".repeat(1_024));
    assertThat(description("ä".repeat(5_000))).isEqualTo("ä".repeat(510) + "...");
  }

  private static String description(String text) {
    Status status = Failures.rejected(Reason.FEATURE_NOT_FOUND, text).getStatus();
    return String.valueOf(status.getDescription());
  }

  @Test
  void shouldBeUnavailableWhenTheServerShutsDown() {
    assertThat(Failures.shuttingDown().getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(Failures.shuttingDown().getStatus().getDescription())
        .isEqualTo("the server is shutting down");
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeUnavailableWithTheJournalsTextForEveryTroubleOfTheJournal(
      JournalException.Reason reason) {
    JournalException trouble = new JournalException(reason, "/d: full", null);
    Status status = Failures.notWritten(new CompletionException(trouble)).getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).isEqualTo("/d: full");
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeDataLossWhereStoredBytesCannotBeReadAndUnavailableForOtherTrouble(
      JournalException.Reason reason) {
    Status status = Failures.notRead(new JournalException(reason, "/d: bad", null)).getStatus();
    assertThat(status.getCode())
        .isEqualTo(
            reason == JournalException.Reason.CORRUPT
                ? Status.Code.DATA_LOSS
                : Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).isEqualTo("/d: bad");
  }

  @Test
  void shouldNameTheFileThatCannotBeRead() {
    Status status = Failures.notRead(new NoSuchFileException("/d/FORMAT")).getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).isEqualTo("java.nio.file.NoSuchFileException: /d/FORMAT");
  }

  @Test
  void shouldKeepAStatusAndTakeAnythingUnknownForADefect() {
    StatusRuntimeException already = Status.ABORTED.asRuntimeException();
    assertThat(Failures.status(already)).isSameAs(already);
    assertThat(Failures.status(new IllegalArgumentException("oops")).getStatus().getCode())
        .isEqualTo(Status.Code.INTERNAL);
  }

  @Test
  void shouldNameTheFieldWithItsValueAndTheMessageOfAStreamByItsIndex() {
    Rejection why = Rejection.of(Reason.VALUE_OUT_OF_RANGE, "latitude", 900, "must be -90..90");
    assertThat(why.text()).isEqualTo("latitude \"900\": must be -90..90");
    assertThat(why.at("point", 3).text())
        .isEqualTo("point at index 3: latitude \"900\": must be -90..90");
    assertThat(why.at("point", 3).field()).isEqualTo("points[3].latitude");
    Rejection order = Rejection.of(Reason.MESSAGE_OUT_OF_ORDER, "start: must be sent first");
    assertThat(order.at("request", 0).field()).isEqualTo("requests[0]");
    assertThat(Rejection.missing("put.point", "where it is").text())
        .isEqualTo("put.point: must be set: where it is");
  }

  @Test
  void shouldShortenWhatAStrangerWrote() {
    Rejection why = Rejection.of(Reason.TEXT_TOO_LONG, "name", "x".repeat(5_000), "is too long");
    assertThat(why.value()).isEqualTo("x".repeat(100) + "…");
    assertThat(why.text()).isEqualTo("name \"" + "x".repeat(100) + "…\": is too long");
  }

  @Test
  void shouldBeInternalForADefectOfAWriteAndKeepItsTextToTheLog() {
    Status status = Failures.notWritten(new IllegalArgumentException("oops")).getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getDescription()).isEqualTo("internal error; see the server log");
    assertThat(Failures.notWritten(null).getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
  }

  @Test
  void shouldTellProgramsReasonFieldValueAndWhenToTryAgain() throws Exception {
    Rejection why =
        new Rejection(
                Status.Code.INVALID_ARGUMENT,
                Rejection.reason("mask.non-contiguous"),
                "mask",
                "x".repeat(300),
                "mask: must be contiguous")
            .with("oldest_revision", 7L)
            .retryAfter(java.time.Duration.ofMillis(1_500));
    var status = Objects.requireNonNull(StatusProto.fromThrowable(Failures.rejected(why)));
    assertThat(status.getMessage()).isEqualTo("mask: must be contiguous");
    assertThat(status.getDetails(0).unpack(RetryInfo.class).getRetryDelay())
        .isEqualTo(Duration.newBuilder().setSeconds(1).setNanos(500_000_000).build());
    ErrorInfo info = status.getDetails(1).unpack(ErrorInfo.class);
    assertThat(info.getDomain()).isEqualTo("guidepost");
    assertThat(info.getReason()).isEqualTo("MASK_NON_CONTIGUOUS");
    assertThat(info.getMetadataMap())
        .containsEntry("field", "mask")
        .containsEntry("value", "x".repeat(256) + "...")
        .containsEntry("oldest_revision", "7");
    assertThat(status.getDetails(2).unpack(BadRequest.class).getFieldViolations(0).getField())
        .isEqualTo("mask");
  }

  @Test
  void shouldTellProgramsOfAShutdownAndOfARejectionOnItsWay() throws Exception {
    var down = Objects.requireNonNull(StatusProto.fromThrowable(Failures.shuttingDown()));
    assertThat(down.getDetails(0).is(RetryInfo.class)).isTrue();
    assertThat(down.getDetails(1).unpack(ErrorInfo.class).getReason()).isEqualTo("SHUTTING_DOWN");
    RejectedException thrown =
        new Rejection(Status.Code.NOT_FOUND, "TABLE_UNKNOWN", "table", "x", "no x").asException();
    StatusRuntimeException told = Failures.status(thrown);
    assertThat(told.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    var details = Objects.requireNonNull(StatusProto.fromThrowable(told)).getDetailsList();
    assertThat(details).hasSize(1);
    assertThat(details.getFirst().unpack(ErrorInfo.class).getReason()).isEqualTo("TABLE_UNKNOWN");
  }
}
