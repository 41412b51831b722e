package guidepost.guide.service;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import io.grpc.Status;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/// Code by code. Overload, which only a writer can cause, is in the tests of the streams.
final class FailuresTest {

  @Test
  void shouldBeInvalidArgumentWithTheTextOfABrokenRule() {
    Status status = Failures.invalid(new InvalidFieldException("x.range", "x: 7")).getStatus();
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
  void shouldBeResourceExhaustedWithoutARetryDelayWhereTheClientDoesNotRead() {
    assertThat(Failures.unread("too much").getStatus().getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(Failures.unread("too much").getTrailers()).isNull();
  }

  @Test
  void shouldBeUnavailableWhenTheServerShutsDown() {
    assertThat(Failures.shuttingDown().getStatus().getDescription())
        .isEqualTo("the server is shutting down");
    JournalException closed = new JournalException(Reason.CLOSED, "closed", null);
    assertThat(Failures.notWritten(closed).getStatus().getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(Failures.notWritten(closed).getStatus().getDescription())
        .isEqualTo("the server is shutting down");
  }

  @Test
  void shouldBeUnavailableWithTheJournalsTextWhenItFails() {
    JournalException full = new JournalException(Reason.DISK_FULL, "/d: full", null);
    Status status = Failures.notWritten(new CompletionException(full)).getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).isEqualTo("nothing was written: /d: full");
  }

  @Test
  void shouldBeInternalForADefect() {
    assertThat(Failures.notWritten(new IllegalStateException("oops")).getStatus().getCode())
        .isEqualTo(Status.Code.INTERNAL);
    assertThat(Failures.notWritten(null).getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
  }
}
