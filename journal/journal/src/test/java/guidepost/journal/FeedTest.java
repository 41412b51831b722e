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
final class FeedTest {

  private final Journal journal = new MemoryJournalStore().journal("test");
  private final Feed<String> feed =
      new Feed<>(journal, (revision, key, value, prior) -> text(revision, key));

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
    feed.add(revision, texts);
    feed.publish();
    return texts;
  }

  private List<String> rest(Feed<String>.Cursor cursor) throws JournalException {
    List<String> seen = new ArrayList<>();
    while (cursor.peek() != Feed.Next.NOTHING) {
      Feed.Entry<String> entry = cursor.poll();
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
    System.out.println("FeedTest seed " + seed);
    Random random = new Random(seed);
    List<List<String>> written = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      written.add(write(1 + random.nextInt(i % 10 == 0 ? 3 * Feed.CHANGES_READ_MAX : 500)));
    }
    for (int after = 0; after <= 60; after += 5) {
      List<String> expected = written.subList(after, 60).stream().flatMap(List::stream).toList();
      assertThat(rest(feed.cursor(after, change -> true))).isEqualTo(expected);
    }
  }

  @Test
  void shouldSayWhichEntryIsTheLastOfItsRevision() throws Exception {
    write(2 * Feed.CHANGES_KEPT_MAX);
    Feed<String>.Cursor cursor = feed.cursor(0, change -> true);
    assertThat(cursor.peek()).isEqualTo(Feed.Next.BEHIND);
    cursor.read();
    Feed.Entry<String> first = Objects.requireNonNull(cursor.poll());
    assertThat(first.isLast()).isFalse();
    assertThat(first.changes()).hasSize(Feed.CHANGES_READ_MAX);
    assertThat(cursor.peek()).isEqualTo(Feed.Next.BEHIND);
    assertThat(rest(cursor)).hasSize(2 * Feed.CHANGES_KEPT_MAX - Feed.CHANGES_READ_MAX);
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
    List<String> written = write(20 * Feed.CHANGES_READ_MAX);
    written.addAll(write(1));
    Feed<String> later = new Feed<>(counting, (revision, key, value, _) -> text(revision, key));
    assertThat(rest(later.cursor(0, _ -> true))).isEqualTo(written);
    assertThat(reads).hasValue(2);
  }

  @Test
  void shouldShowOnlyWhatIsWantedAndStillMoveOn() throws Exception {
    write(10);
    write(10);
    Feed<String>.Cursor cursor = feed.cursor(0, change -> change.endsWith(":3"));
    assertThat(rest(cursor)).containsExactly("1:3", "2:3");
    assertThat(cursor.last()).isEqualTo(2);
  }

  @Test
  void shouldShowNothingBeforeItIsPublished() throws Exception {
    Feed<String>.Cursor cursor = feed.cursor(0, change -> true);
    journal.append(List.of(new Batch().delete(new byte[] {'a'})));
    feed.add(1, List.of("1:a"));
    assertThat(cursor.peek()).isEqualTo(Feed.Next.NOTHING);
    assertThat(cursor.poll()).isNull();
    feed.publish();
    assertThat(rest(cursor)).containsExactly("1:a");
  }

  @Test
  void shouldSayThatTheLogNoLongerReachesBack() throws Exception {
    for (int i = 0; i < 10; i++) {
      write(Feed.CHANGES_KEPT_MAX / 4);
    }
    Feed<String>.Cursor stalled = feed.cursor(0, change -> true);
    journal.trim(4);
    assertThatThrownBy(stalled::read).isInstanceOf(CompactedException.class);
    assertThatThrownBy(() -> feed.cursor(3, change -> true))
        .hasMessageContaining("it does to revision 4");
    assertThat(feed.oldest()).isEqualTo(4);
    assertThat(rest(feed.cursor(4, change -> true))).hasSize(6 * (Feed.CHANGES_KEPT_MAX / 4));
  }

  @Test
  void shouldGoOnOutOfMemoryThoughTheLogIsTrimmed() throws Exception {
    write(3);
    write(3);
    journal.trim(2);
    assertThat(rest(feed.cursor(1, change -> true))).containsExactly("2:0", "2:1", "2:2");
  }

  @Test
  void shouldShowNothingBeforeItIsPublishedOutOfTheLogEither() throws Exception {
    write(Feed.CHANGES_KEPT_MAX);
    Feed<String>.Cursor cursor = feed.cursor(0, change -> true);
    assertThat(cursor.peek()).isEqualTo(Feed.Next.BEHIND);
    journal.append(List.of(new Batch().delete(new byte[] {'a'})));
    feed.add(2, List.of("2:a"));
    assertThat(rest(cursor)).hasSize(Feed.CHANGES_KEPT_MAX);
    assertThat(cursor.last()).isEqualTo(1);
    Feed<String>.Cursor other = feed.cursor(1, change -> true);
    other.read();
    assertThat(other.peek()).isEqualTo(Feed.Next.NOTHING);
    assertThat(other.poll()).isNull();
    feed.publish();
    assertThat(rest(cursor)).containsExactly("2:a");
  }

  @Test
  void shouldTellItsListenersOnceOfWhatIsPublishedTogether() throws Exception {
    AtomicInteger told = new AtomicInteger();
    feed.listen(told::incrementAndGet);
    feed.publish();
    assertThat(told).hasValue(0);
    journal.append(List.of(new Batch().delete(new byte[] {'a'})));
    journal.append(List.of(new Batch().delete(new byte[] {'b'})));
    feed.add(1, List.of("1:a"));
    feed.add(2, List.of());
    assertThat(feed.newest()).isZero();
    feed.publish();
    feed.publish();
    assertThat(told).hasValue(1);
    assertThat(feed.newest()).isEqualTo(2);
  }

  @Test
  void shouldKeepSoManyChangesInMemoryAndNoMore() throws Exception {
    write(Feed.CHANGES_KEPT_MAX - 1);
    assertThat(feed.cursor(0, change -> true).peek()).isEqualTo(Feed.Next.ENTRY);
    feed.add(journal.append(List.of(new Batch().delete(new byte[] {'a'}))), List.of());
    feed.publish();
    assertThat(feed.cursor(0, change -> true).peek()).isEqualTo(Feed.Next.BEHIND);
    assertThat(feed.cursor(1, change -> true).peek()).isEqualTo(Feed.Next.ENTRY);
    assertThat(feed.cursor(0, change -> true).behind()).isEqualTo(2);
  }

  @Test
  void shouldReadSoManyChangesAtOnceAndNoMore() throws Exception {
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < Feed.CHANGES_READ_MAX + 3; i++) {
      batches.add(new Batch().delete(new byte[] {'a'}));
    }
    journal.append(batches);
    Feed<String> later = new Feed<>(journal, (revision, key, _, _) -> text(revision, key));
    Feed<String>.Cursor cursor = later.cursor(0, _ -> true);
    assertThat(cursor.poll()).isNull();
    cursor.read();
    assertThat(cursor.last()).isEqualTo(Feed.CHANGES_READ_MAX);
    for (int i = 0; i < Feed.CHANGES_READ_MAX; i++) {
      assertThat(Objects.requireNonNull(cursor.poll()).isLast()).isTrue();
    }
    assertThat(cursor.peek()).isEqualTo(Feed.Next.BEHIND);
    assertThat(rest(cursor)).hasSize(3);
  }

  @Test
  void shouldBeginAfterTheOldestRevisionThatTheLogHas() throws Exception {
    for (int i = 0; i < 5; i++) {
      write(Feed.CHANGES_KEPT_MAX / 2);
    }
    journal.trim(2);
    assertThat(feed.oldest()).isEqualTo(2);
    assertThat(rest(feed.cursor(2, change -> true))).hasSize(3 * (Feed.CHANGES_KEPT_MAX / 2));
    assertThatThrownBy(() -> feed.cursor(1, change -> true)).isInstanceOf(CompactedException.class);
    assertThat(feed.cursor(5, change -> true).peek()).isEqualTo(Feed.Next.NOTHING);
  }
}
