package guidepost.guide.service;

import static guidepost.guide.service.Reports.assertVerified;
import static guidepost.guide.service.Reports.box;
import static guidepost.guide.service.Reports.circle;
import static guidepost.guide.service.Reports.closing;
import static guidepost.guide.service.Reports.list;
import static guidepost.guide.service.Reports.note;
import static guidepost.guide.service.Reports.point;
import static guidepost.guide.service.Reports.post;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.guide.notes.NoteRules;
import guidepost.guide.v1.ListNotesRequest;
import guidepost.guide.v1.ListNotesResponse;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NoteFilter;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What ListNotes finds, page by page.
final class NoteListTest {

  private Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  private List<Long> ids(ListNotesRequest.Builder request) {
    return list(guide, request).getNotesList().stream().map(Note::getId).sorted().toList();
  }

  @Test
  void shouldListWhatLiesInABoxOrNearAPointAndOfTheKindsAskedFor() {
    post(guide, note("ann", "hazard", 10_000_000, 10_000_000));
    post(guide, note("ann", "traffic", 10_000_000, 10_100_000));
    post(guide, note("ann", "hazard", 10_000_000, -1_800_000_000));
    post(guide, note("ann", "hazard", 900_000_000, 5));
    assertThat(ids(ListNotesRequest.newBuilder())).containsExactly(1L, 2L, 3L, 4L);
    assertThat(
            ids(
                ListNotesRequest.newBuilder()
                    .setFilter(NoteFilter.newBuilder().addKinds("traffic"))))
        .containsExactly(2L);
    assertThat(ids(ListNotesRequest.newBuilder().setBox(box(0, 0, 20_000_000, 20_000_000))))
        .containsExactly(1L, 2L);
    assertThat(
            ids(
                ListNotesRequest.newBuilder()
                    .setBox(box(0, 1_790_000_000, 20_000_000, 1_800_000_000))))
        .containsExactly(3L);
    assertThat(ids(ListNotesRequest.newBuilder().setCircle(circle(10_000_000, 10_000_000, 1_000))))
        .containsExactly(1L);
    assertThat(
            ids(
                ListNotesRequest.newBuilder()
                    .setCircle(circle(899_000_000, 1_200_000_000, 20_000))))
        .containsExactly(4L);
  }

  @Test
  void shouldFindALongNoteByAnyPointOfItsLine() {
    post(
        guide,
        note("ann", "traffic", 0, 0)
            .addVia(point(0, 5_000_000))
            .setTo(point(5_000_000, 5_000_000)));
    assertThat(ids(ListNotesRequest.newBuilder().setCircle(circle(10_000, 2_000_000, 200))))
        .containsExactly(1L);
    assertThat(ids(ListNotesRequest.newBuilder().setCircle(circle(30_000, 2_000_000, 200))))
        .isEmpty();
    assertThat(
            ids(
                ListNotesRequest.newBuilder()
                    .setBox(box(2_000_000, 4_900_000, 2_100_000, 5_100_000))))
        .containsExactly(1L);
    assertThat(
            ids(
                ListNotesRequest.newBuilder()
                    .setBox(box(2_000_000, 1_000_000, 2_100_000, 4_900_000))))
        .isEmpty();
  }

  @Test
  void shouldNeverSkipOrRepeatANoteBetweenPagesWhateverIsPostedMeanwhile() {
    Random random = Seed.random("NotesTest");
    guide.close();
    guide =
        new Guide(
            GuideLimits.DEFAULTS.withNoteRules(NoteRules.DEFAULTS.withPace(1_000_000, 1_000_000)));
    for (int i = 0; i < 300; i++) {
      postSomewhere(random);
    }
    Set<Long> before = new HashSet<>(ids(ListNotesRequest.newBuilder().setPageSize(1_000)));
    List<Long> seen = new ArrayList<>();
    String token = "";
    do {
      ListNotesResponse page =
          list(guide, ListNotesRequest.newBuilder().setPageSize(7).setPageToken(token));
      page.getNotesList().forEach(note -> seen.add(note.getId()));
      token = page.getNextPageToken();
      postSomewhere(random);
      long closed = random.nextLong(1, 301);
      if (!before.contains(closed)) {
        continue;
      }
      before.remove(closed);
      guide.notes().closeNote(closing(closed, "ann"));
    } while (!token.isEmpty());
    assertThat(seen).doesNotHaveDuplicates().containsAll(before);
    assertVerified(guide, guide.stats().getNotes());
  }

  private void postSomewhere(Random random) {
    int latitude = random.nextInt(3) == 0 ? 0 : random.nextInt(1_000) * 1_000;
    post(guide, note("ann", "hazard", latitude, random.nextInt(1_000) * 1_000));
  }
}
