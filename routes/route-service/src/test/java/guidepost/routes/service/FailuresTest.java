package guidepost.routes.service;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.JournalException;
import guidepost.routes.table.InvalidRouteException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FailuresTest {

  private static Status status(Throwable failure) {
    return Failures.status(failure).getStatus();
  }

  @Test
  void shouldBlameTheArgumentForABrokenRule() {
    Status status = status(new InvalidRouteException("mask.length", "mask", "33", "must be 0..32"));
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).isEqualTo("mask \"33\": must be 0..32");
  }

  @Test
  void shouldNotFindWhatDoesNotExist() {
    assertThat(status(new NoSuchElementException("table")).getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeUnavailableForEveryTroubleOfTheJournal(JournalException.Reason reason) {
    Status status = status(new CompletionException(new JournalException(reason, "disk", null)));
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).isEqualTo("disk");
  }

  @Test
  void shouldKeepAStatusThatIsOneAlready() {
    StatusRuntimeException already = Status.ABORTED.asRuntimeException();
    assertThat(Failures.status(already)).isSameAs(already);
  }

  @Test
  void shouldCallEverythingElseADefect() {
    assertThat(status(new IllegalStateException("oops")).getCode()).isEqualTo(Status.Code.INTERNAL);
  }
}
