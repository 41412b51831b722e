package guidepost.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a journal holds.
abstract class StateContract extends JournalFixture {

  StateContract(Engine engine) {
    super(engine);
  }

  @Test
  void shouldBeginEmptyAtRevisionZero() throws Exception {
    assertThat(journal.revision()).isZero();
    assertThat(journal.oldestRevision()).isEqualTo(1);
    assertThat(journal.logBytes()).isZero();
    assertThat(journal.revisionAt(START)).isZero();
    assertThat(state()).isEmpty();
    assertThat(log(0)).isEmpty();
  }

  @Test
  void shouldGiveEveryBatchTheNextRevision() throws Exception {
    assertThat(append("a=1")).isEqualTo(1);
    assertThat(journal.append(List.of(batch("b=2"), batch("c=3")))).isEqualTo(3);
    assertThat(journal.revision()).isEqualTo(3);
    assertThat(state()).containsExactly("a=1@1", "b=2@2", "c=3@3");
  }

  @Test
  void shouldKeepTheLatestValueOfAKeyAndDropTombstones() throws Exception {
    journal.append(List.of(batch("a=1"), batch("b=1")));
    journal.append(List.of(batch("a=2"), batch("b!"), batch("never!")));
    assertThat(state()).containsExactly("a=2@3");
  }

  @Test
  void shouldLetTheLastChangeOfAKeyInABatchWin() throws Exception {
    append("a=1", "a=2", "b!", "b=3", "c=4");
    append("c=5", "c!");
    assertThat(state()).containsExactly("a=2@1", "b=3@1");
  }

  @Test
  void shouldOrderKeysAsUnsignedBytes() throws Exception {
    byte[] high = {(byte) 0xff};
    byte[] middle = {(byte) 0x80, 0};
    journal.append(List.of(new Batch().put(high, bytes("3")).put(middle, bytes("2"))));
    append("a=1");
    List<String> values = new ArrayList<>();
    journal.replay((key, value, revision) -> values.add(text(value)));
    assertThat(values).containsExactly("1", "2", "3");
  }

  @Test
  void shouldKeepEmptyValuesApartFromTombstones() throws Exception {
    append("a=");
    append("a!");
    append("a=");
    assertThat(state()).containsExactly("a=@3");
    assertThat(log(0)).containsExactly("1: a=", "2: a! was @1", "3: a=");
  }

  @Test
  void shouldKeepDomainsApart() throws Exception {
    journal.append(List.of(batch("a=1"), batch("b=2")));
    Journal features = store.journal("features");
    features.append(List.of(new Batch().put(bytes("a"), bytes("other"))));
    assertThat(features.revision()).isEqualTo(1);
    assertThat(state()).containsExactly("a=1@1", "b=2@2");
    assertThat(store.journal("routes")).isSameAs(journal);
  }

  @Test
  void shouldRememberEverythingAfterARestart() throws Exception {
    journal.append(List.of(batch("a=1"), batch("b=2")));
    append("a!");
    restart();
    assertThat(journal.revision()).isEqualTo(3);
    assertThat(state()).containsExactly("b=2@2");
    assertThat(log(0)).containsExactly("1: a=1", "2: b=2", "3: a! was 1@1");
    assertThat(append("c=3")).isEqualTo(4);
  }

  @Test
  void shouldBeginWithAStateThatIsLoaded() throws Exception {
    Instant then = START.minus(Duration.ofDays(3));
    journal.load(
        7,
        then,
        visitor -> {
          for (int i = 100; i < 400; i++) {
            visitor.entry(bytes("k" + i), bytes("v" + i), i % 7 + 1);
          }
        });
    restart();
    assertThat(journal.revision()).isEqualTo(7);
    assertThat(journal.oldestRevision()).isEqualTo(8);
    assertThat(journal.timeOf(7)).contains(then);
    assertThat(state()).hasSize(300).contains("k100=v100@3", "k399=v399@1");
    decided = 7;
    held.put("k100", new Value(3, bytes("v100")));
    assertThat(append("k100!")).isEqualTo(8);
    assertThat(state()).hasSize(299);
    assertThat(log(7)).containsExactly("8: k100! was v100@3");
    assertThatThrownBy(() -> journal.load(9, then, visitor -> {}))
        .isInstanceOf(IllegalStateException.class);
  }
}
