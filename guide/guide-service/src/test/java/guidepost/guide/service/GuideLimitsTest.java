package guidepost.guide.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.guide.notes.NoteLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class GuideLimitsTest {

  @Test
  void shouldKeepAHundredNotesAPlaceForADayByDefault() {
    assertThat(NoteLimits.DEFAULTS.notesPerPoint()).isEqualTo(100);
    assertThat(NoteLimits.DEFAULTS.noteTtl()).isEqualTo(Duration.ofHours(24));
    assertThat(NoteLimits.DEFAULTS.liveQueue()).isEqualTo(1_024);
  }

  @Test
  void shouldNameALimitThatIsNotPositive() {
    assertThatThrownBy(() -> GuideLimits.DEFAULTS.withNotes(0, Duration.ofHours(1)))
        .hasMessage("notesPerPoint must be at least 1: 0");
    assertThatThrownBy(() -> GuideLimits.DEFAULTS.withQueuedChanges(-5))
        .hasMessage("queuedChanges must be at least 1: -5");
  }
}
