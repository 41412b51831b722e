package guidepost.guide.notes;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.calls.ConnectionAccount;
import guidepost.guide.geo.Point;
import guidepost.guide.messages.SeedMessages;
import guidepost.seed.routeguide.RouteNote;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

final class ChatOutboxTest {

  private static final Point PLACE = new Point(0, 0);
  private static final int OWED_BYTES = 10_000;
  private static final Duration TTL = Duration.ofHours(1);

  private final ConnectionAccount.Holding holding = new ConnectionAccount.Holding();
  private final ChatOutbox outbox =
      new ChatOutbox(
          new NoteLimits(
              10, 1_000, 1_000, 1 << 20, 4, 1_000, OWED_BYTES, 10, 10, 10, NoteRules.DEFAULTS),
          holding,
          new LongAdder());

  @Test
  void shouldChargeWhatSeveralWaitingReplaysShareOnce() {
    Wall wall = Wall.EMPTY;
    for (int i = 1; i <= 30; i++) {
      assertThat(outbox.owe(note(i, "x"), wall)).isTrue();
      wall = wall.size() < 10 ? wall.with(note(i, "x")) : wall.withoutOldest().with(note(i, "x"));
    }
    assertThat(outbox.isEnding()).isFalse();
  }

  @Test
  void shouldEndTheChatWhenItsReplaysKeepTooManyBytes() {
    Wall others = Wall.EMPTY;
    for (int i = 1; i <= 10; i++) {
      others = others.with(note(i, "x".repeat(990)));
    }
    assertThat(outbox.owe(note(11, "x"), others)).isFalse();
    outbox.halfClose();
    assertThat(outbox.ending())
        .hasValueSatisfying(
            end -> {
              assertThat(end.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
              assertThat(end.status().getDescription())
                  .isEqualTo("chat: more than 10000 bytes of replays wait to be read");
            });
  }

  @Test
  void shouldMergeReplaysAndLiveNotesById() {
    Wall wall = Wall.EMPTY.with(note(1, "one")).with(note(2, "two"));
    outbox.owe(note(3, "own"), wall);
    outbox.hear(note(4, "four"));
    outbox.owe(note(5, "own again"), wall.with(note(3, "own")).with(note(4, "four")));
    outbox.hear(note(6, "six"));
    assertThat(holding.bytes()).isGreaterThan(note(6, "six").bytes() * 3);
    assertThat(drain()).containsExactly("one", "two", "four", "one", "two", "own", "four", "six");
    assertThat(holding.bytes()).isZero();
  }

  @Test
  void shouldPauseReadingWhileManyPostsWaitForTheWriterAndResumeAtHalf() {
    for (int i = 1; i < ChatOutbox.POSTS_MAX; i++) {
      assertThat(outbox.postTaken()).isTrue();
    }
    assertThat(outbox.postTaken()).isFalse();
    for (int i = 1; i < ChatOutbox.POSTS_MAX / 2; i++) {
      assertThat(outbox.postDone()).isFalse();
    }
    assertThat(outbox.postDone()).isTrue();
    assertThat(outbox.postDone()).isFalse();
  }

  private List<String> drain() {
    List<String> sent = new ArrayList<>();
    RouteNote next = outbox.poll();
    while (next != null) {
      sent.add(next.getMessage());
      next = outbox.poll();
    }
    return sent;
  }

  private static Note note(long id, String message) {
    return Note.ofChat(id, id, TTL, PLACE, SeedMessages.note(PLACE, message));
  }
}
