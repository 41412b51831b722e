package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.file.NoSuchFileException;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Code by code. Overload, which only a writer can cause, is in the tests of the streams.
final class FailuresTest {

  @Test
  void shouldBeInvalidArgumentWithTheTextOfABrokenRule() {
    Status status = Failures.invalid("x: 7").getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).isEqualTo("x: 7");
  }

  @Test
  void shouldCutALongTextBetweenTwoCharacters() {
    assertThat(Failures.invalid("x".repeat(1_024)).getStatus().getDescription())
        .isEqualTo("x".repeat(1_024));
    assertThat(Failures.notFound("ä".repeat(5_000)).getStatus().getDescription())
        .isEqualTo("ä".repeat(510) + "...");
  }

  @Test
  void shouldBeNotFoundWhereNothingIs() {
    assertThat(Failures.notFound("no x").getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void shouldBeResourceExhaustedWithoutARetryDelayWhereWaitingDoesNotHelp() {
    assertThat(Failures.tooMuch("too much").getStatus().getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(Failures.tooMuch("too much").getTrailers()).isNull();
  }

  @Test
  void shouldBeUnavailableWhenTheServerShutsDown() {
    assertThat(Failures.shuttingDown().getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(Failures.shuttingDown().getStatus().getDescription())
        .isEqualTo("the server is shutting down");
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeUnavailableWithTheJournalsTextForEveryTroubleOfTheJournal(Reason reason) {
    JournalException trouble = new JournalException(reason, "/d: full", null);
    Status status = Failures.notWritten(new CompletionException(trouble)).getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).isEqualTo("/d: full");
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeDataLossWhereStoredBytesCannotBeReadAndUnavailableForOtherTrouble(Reason reason) {
    Status status = Failures.notRead(new JournalException(reason, "/d: bad", null)).getStatus();
    assertThat(status.getCode())
        .isEqualTo(reason == Reason.CORRUPT ? Status.Code.DATA_LOSS : Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).isEqualTo("/d: bad");
  }

  @Test
  void shouldNameTheFileThatCannotBeRead() {
    Status status = Failures.notRead(new NoSuchFileException("/d/FORMAT")).getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).isEqualTo("java.nio.file.NoSuchFileException: /d/FORMAT");
  }

  @Test
  void shouldBlameTheQuestionForWhatItNames() {
    Status invalid = Failures.status(new IllegalArgumentException("mask: 33")).getStatus();
    assertThat(invalid.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(invalid.getDescription()).isEqualTo("mask: 33");
    Status missing = Failures.status(new NoSuchElementException("table")).getStatus();
    assertThat(missing.getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(missing.getDescription()).isEqualTo("table");
    StatusRuntimeException already = Status.ABORTED.asRuntimeException();
    assertThat(Failures.status(already)).isSameAs(already);
    assertThat(Failures.status(new IllegalStateException("oops")).getStatus().getCode())
        .isEqualTo(Status.Code.INTERNAL);
  }

  @Test
  void shouldBeInternalForADefectOfAWriteAndKeepItsTextToTheLog() {
    Status status = Failures.notWritten(new IllegalArgumentException("oops")).getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getDescription())
        .isEqualTo("a defect of the server; its log has the details");
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
