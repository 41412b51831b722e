package guidepost.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Every watcher sees every change once and in order, out of memory or out of the log.
final class ChangefeedTest {

  private final Journal journal = new MemoryJournalStore().journal("test");
  private final Changefeed<String> changefeed =
      new Changefeed<>(journal, (revision, key, value, prior) -> text(revision, key));

  private static String text(long revision, byte[] key) {
    return revision + ":" + new String(key, StandardCharsets.UTF_8);
  }

  /// Appends a batch with so many changes and shows it.
  private List<String> write(int changes) throws JournalException {
    Batch batch = new Batch();
    for (int i = 0; i < changes; i++) {
      batch.delete(Integer.toString(i).getBytes(StandardCharsets.UTF_8));
    }
    long revision = journal.append(List.of(batch));
    List<String> texts = new ArrayList<>();
    batch.forEach((key, value, prior) -> texts.add(text(revision, key)));
    changefeed.add(revision, texts);
    changefeed.publish();
    return texts;
  }

  private List<String> rest(Changefeed<String>.Cursor cursor) throws JournalException {
    List<String> seen = new ArrayList<>();
    while (cursor.peek() != Changefeed.Next.NOTHING) {
      Changefeed.Entry<String> entry = cursor.poll();
      if (entry == null) {
        cursor.read();
      } else {
        seen.addAll(entry.changes());
      }
    }
    return seen;
  }

  @Test
  void shouldShowEveryChangeInOrderFromAnyRevisionOn() throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("ChangefeedTest seed " + seed);
    Random random = new Random(seed);
    List<List<String>> written = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      written.add(write(1 + random.nextInt(i % 10 == 0 ? 3 * Changefeed.CHANGES_READ_MAX : 500)));
    }
    for (int after = 0; after <= 60; after += 5) {
      List<String> expected = written.subList(after, 60).stream().flatMap(List::stream).toList();
      assertThat(rest(changefeed.cursor(after, change -> true))).isEqualTo(expected);
    }
  }

  @Test
  void shouldSayWhichEntryIsTheLastOfItsRevision() throws Exception {
    write(2 * Changefeed.CHANGES_KEPT_MAX);
    Changefeed<String>.Cursor cursor = changefeed.cursor(0, change -> true);
    assertThat(cursor.peek()).isEqualTo(Changefeed.Next.BEHIND);
    cursor.read();
    Changefeed.Entry<String> first = Objects.requireNonNull(cursor.poll());
    assertThat(first.isLast()).isFalse();
    assertThat(first.changes()).hasSize(Changefeed.CHANGES_READ_MAX);
    assertThat(cursor.peek()).isEqualTo(Changefeed.Next.BEHIND);
    assertThat(rest(cursor)).hasSize(2 * Changefeed.CHANGES_KEPT_MAX - Changefeed.CHANGES_READ_MAX);
  }

  @Test
  void shouldReadABatchOfManyPartsOnce() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    Journal counting =
        (Journal)
            Proxy.newProxyInstance(
                Journal.class.getClassLoader(),
                new Class<?>[] {Journal.class},
                (_, method, arguments) -> {
                  reads.addAndGet(method.getName().equals("read") ? 1 : 0);
                  return method.invoke(journal, arguments);
                });
    List<String> written = write(20 * Changefeed.CHANGES_READ_MAX);
    written.addAll(write(1));
    Changefeed<String> later =
        new Changefeed<>(counting, (revision, key, value, _) -> text(revision, key));
    assertThat(rest(later.cursor(0, _ -> true))).isEqualTo(written);
    assertThat(reads).hasValue(2);
  }

  @Test
  void shouldShowOnlyWhatIsWantedAndStillMoveOn() throws Exception {
    write(10);
    write(10);
    Changefeed<String>.Cursor cursor = changefeed.cursor(0, change -> change.endsWith(":3"));
    assertThat(rest(cursor)).containsExactly("1:3", "2:3");
    assertThat(cursor.last()).isEqualTo(2);
  }

  @Test
  void shouldShowNothingBeforeItIsPublished() throws Exception {
    Changefeed<String>.Cursor cursor = changefeed.cursor(0, change -> true);
    journal.append(List.of(new Batch().delete(new byte[] {'a'})));
    changefeed.add(1, List.of("1:a"));
    assertThat(cursor.peek()).isEqualTo(Changefeed.Next.NOTHING);
    assertThat(cursor.poll()).isNull();
    changefeed.publish();
    assertThat(rest(cursor)).containsExactly("1:a");
  }

  @Test
  void shouldSayThatTheLogNoLongerReachesBack() throws Exception {
    for (int i = 0; i < 10; i++) {
      write(Changefeed.CHANGES_KEPT_MAX / 4);
    }
    Changefeed<String>.Cursor stalled = changefeed.cursor(0, change -> true);
    journal.trim(4);
    assertThatThrownBy(stalled::read).isInstanceOf(TrimmedException.class);
    assertThatThrownBy(() -> changefeed.cursor(3, change -> true))
        .hasMessageContaining("it does to revision 4");
    assertThat(changefeed.oldest()).isEqualTo(4);
    assertThat(rest(changefeed.cursor(4, change -> true)))
        .hasSize(6 * (Changefeed.CHANGES_KEPT_MAX / 4));
  }

  @Test
  void shouldGoOnOutOfMemoryThoughTheLogIsTrimmed() throws Exception {
    write(3);
    write(3);
    journal.trim(2);
    assertThat(rest(changefeed.cursor(1, change -> true))).containsExactly("2:0", "2:1", "2:2");
  }

  @Test
  void shouldShowNothingBeforeItIsPublishedOutOfTheLogEither() throws Exception {
    write(Changefeed.CHANGES_KEPT_MAX);
    Changefeed<String>.Cursor cursor = changefeed.cursor(0, change -> true);
    assertThat(cursor.peek()).isEqualTo(Changefeed.Next.BEHIND);
    journal.append(List.of(new Batch().delete(new byte[] {'a'})));
    changefeed.add(2, List.of("2:a"));
    assertThat(rest(cursor)).hasSize(Changefeed.CHANGES_KEPT_MAX);
    assertThat(cursor.last()).isEqualTo(1);
    Changefeed<String>.Cursor other = changefeed.cursor(1, change -> true);
    other.read();
    assertThat(other.peek()).isEqualTo(Changefeed.Next.NOTHING);
    assertThat(other.poll()).isNull();
    changefeed.publish();
    assertThat(rest(cursor)).containsExactly("2:a");
  }

  @Test
  void shouldTellItsListenersOnceOfWhatIsPublishedTogether() throws Exception {
    AtomicInteger told = new AtomicInteger();
    changefeed.listen(told::incrementAndGet);
    changefeed.publish();
    assertThat(told).hasValue(0);
    journal.append(List.of(new Batch().delete(new byte[] {'a'})));
    journal.append(List.of(new Batch().delete(new byte[] {'b'})));
    changefeed.add(1, List.of("1:a"));
    changefeed.add(2, List.of());
    assertThat(changefeed.newest()).isZero();
    changefeed.publish();
    changefeed.publish();
    assertThat(told).hasValue(1);
    assertThat(changefeed.newest()).isEqualTo(2);
  }

  @Test
  void shouldKeepSoManyChangesInMemoryAndNoMore() throws Exception {
    write(Changefeed.CHANGES_KEPT_MAX - 1);
    assertThat(changefeed.cursor(0, change -> true).peek()).isEqualTo(Changefeed.Next.ENTRY);
    changefeed.add(journal.append(List.of(new Batch().delete(new byte[] {'a'}))), List.of());
    changefeed.publish();
    assertThat(changefeed.cursor(0, change -> true).peek()).isEqualTo(Changefeed.Next.BEHIND);
    assertThat(changefeed.cursor(1, change -> true).peek()).isEqualTo(Changefeed.Next.ENTRY);
    assertThat(changefeed.cursor(0, change -> true).behind()).isEqualTo(2);
  }

  @Test
  void shouldReadSoManyChangesAtOnceAndNoMore() throws Exception {
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < Changefeed.CHANGES_READ_MAX + 3; i++) {
      batches.add(new Batch().delete(new byte[] {'a'}));
    }
    journal.append(batches);
    Changefeed<String> later =
        new Changefeed<>(journal, (revision, key, _, _) -> text(revision, key));
    Changefeed<String>.Cursor cursor = later.cursor(0, _ -> true);
    assertThat(cursor.poll()).isNull();
    cursor.read();
    assertThat(cursor.last()).isEqualTo(Changefeed.CHANGES_READ_MAX);
    for (int i = 0; i < Changefeed.CHANGES_READ_MAX; i++) {
      assertThat(Objects.requireNonNull(cursor.poll()).isLast()).isTrue();
    }
    assertThat(cursor.peek()).isEqualTo(Changefeed.Next.BEHIND);
    assertThat(rest(cursor)).hasSize(3);
  }

  @Test
  void shouldBeginAfterTheOldestRevisionThatTheLogHas() throws Exception {
    for (int i = 0; i < 5; i++) {
      write(Changefeed.CHANGES_KEPT_MAX / 2);
    }
    journal.trim(2);
    assertThat(changefeed.oldest()).isEqualTo(2);
    assertThat(rest(changefeed.cursor(2, change -> true)))
        .hasSize(3 * (Changefeed.CHANGES_KEPT_MAX / 2));
    assertThatThrownBy(() -> changefeed.cursor(1, change -> true))
        .isInstanceOf(TrimmedException.class);
    assertThat(changefeed.cursor(5, change -> true).peek()).isEqualTo(Changefeed.Next.NOTHING);
  }
}
