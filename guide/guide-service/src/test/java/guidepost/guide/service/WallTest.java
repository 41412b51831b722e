package guidepost.guide.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.guide.index.Point;
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
    assertThat(notes(wall.after(2))).containsExactly(note(3));
    assertThat(wall.after(3).isEmpty()).isTrue();
    assertThat(wall.bytesAfter(1)).isEqualTo(note(2).bytes() + note(3).bytes());
  }

  @Test
  void shouldRefuseAPositionThatIsNotItsOwn() {
    Wall wall = Wall.EMPTY.with(note(1));
    Wall later = wall.with(note(2));
    assertThat(later.size()).isEqualTo(2);
    assertThatThrownBy(() -> wall.get(1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static Note note(long sequence) {
    Point place = new Point(0, 0);
    return new Note(sequence, sequence, place, SeedMessages.note(place, "n" + sequence));
  }

  private static List<Note> notes(Wall wall) {
    List<Note> notes = new ArrayList<>();
    for (int i = 0; i < wall.size(); i++) {
      notes.add(wall.get(i));
    }
    return notes;
  }
}
