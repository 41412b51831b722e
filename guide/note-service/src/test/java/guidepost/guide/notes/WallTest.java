package guidepost.guide.notes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.guide.geo.Point;
import guidepost.guide.messages.SeedMessages;
import guidepost.testing.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class WallTest {

  private record Remembered(Wall wall, List<Note> notes) {}

  @Test
  void shouldBeLikeAListThatEveryEarlierWallKeepsAsItWas() {
    Random random = Seed.random("WallTest");
    List<Remembered> remembered = new ArrayList<>();
    List<Note> oracle = new ArrayList<>();
    Wall wall = Wall.EMPTY;
    for (int i = 1; i <= 2_000; i++) {
      boolean adds = oracle.isEmpty() || random.nextInt(100) < (i < 1_000 ? 60 : 45);
      Note note = note(i);
      wall = adds ? wall.with(note) : wall.withoutOldest();
      if (adds) {
        oracle.add(note);
      } else {
        oracle.removeFirst();
      }
      remembered.add(new Remembered(wall, List.copyOf(oracle)));
    }
    for (Remembered each : remembered) {
      assertThat(notes(each.wall())).isEqualTo(each.notes());
      long bytes = each.notes().stream().mapToLong(Note::bytes).sum();
      assertThat(each.wall().bytes()).isEqualTo(bytes);
      assertThat(each.wall().bytesAfter(0)).isEqualTo(bytes);
    }
  }

  @Test
  void shouldLeaveOutWhatWasPostedAtOrBeforeATime() {
    Wall wall = Wall.EMPTY.with(note(1)).with(note(2)).with(note(3));
    assertThat(notes(wall.liveAt(12))).containsExactly(note(3));
    assertThat(wall.liveAt(13).isEmpty()).isTrue();
    assertThat(wall.bytesAfter(1)).isEqualTo(note(2).bytes() + note(3).bytes());
  }

  @Test
  void shouldLeaveOutWhatIsOverWhereverItHangs() {
    Wall wall = Wall.EMPTY.with(note(5)).with(note(1)).with(note(9)).with(note(2));
    assertThat(notes(wall.liveAt(12))).containsExactly(note(5), note(9));
    assertThat(notes(wall.liveAt(0))).hasSize(4);
    assertThat(wall.liveAt(12).bytes()).isEqualTo(note(5).bytes() + note(9).bytes());
  }

  @Test
  void shouldChangeAndTakeOutOfTheMiddleAndLeaveEarlierWallsAsTheyWere() {
    Wall wall = Wall.EMPTY.with(note(1)).with(note(2)).with(note(3));
    Note changed = note(2).changed(7, 99, NoteDetails.OF_CHAT);
    assertThat(notes(wall.withChanged(changed))).containsExactly(note(1), changed, note(3));
    assertThat(notes(wall.without(2).with(note(4)))).containsExactly(note(1), note(3), note(4));
    assertThat(notes(wall.without(1))).containsExactly(note(2), note(3));
    assertThat(notes(wall)).containsExactly(note(1), note(2), note(3));
  }

  @Test
  void shouldRefuseAPositionThatIsNotItsOwn() {
    Wall wall = Wall.EMPTY.with(note(1));
    Wall later = wall.with(note(2));
    assertThat(later.size()).isEqualTo(2);
    assertThatThrownBy(() -> wall.get(1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static Note note(long id) {
    Point place = new Point(0, 0);
    return Note.ofChat(id, id, Duration.ofMillis(10), place, SeedMessages.note(place, "n" + id));
  }

  private static List<Note> notes(Wall wall) {
    List<Note> notes = new ArrayList<>();
    for (int i = 0; i < wall.size(); i++) {
      notes.add(wall.get(i));
    }
    return notes;
  }
}
