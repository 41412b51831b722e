package guidepost.journal.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.journal.Batch;
import guidepost.journal.Journal;
import guidepost.journal.JournalDraft;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.JournalStore;
import guidepost.journal.Retention;
import guidepost.journal.rocksdb.RocksReplica;
import guidepost.testing.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Several servers on one log, in one program.
final class TwoServersTest extends SeveralServers {

  @Test
  void shouldShowAFollowerEachBatchOnceAndAsItIs() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    JournalStore follower = open("b");
    for (int i = 0; i < 50; i++) {
      put(leader, "k" + i % 7, "v" + i);
    }
    leader.journal("routes").trim(10);
    put(leader, "large", "x".repeat(2_000_000));
    latest(follower);
    assertThat(contents(follower)).isEqualTo(contents(leader));
    assertThat(follower.journal("routes").revision()).isEqualTo(51);
    assertThat(follower.journal("routes").oldestRevision()).isEqualTo(11);
    assertThat(cluster(follower).leadership().address()).isEqualTo("a:1");
    assertThat(follower.journal("routes").leads()).isFalse();
    assertThat(reason(() -> put(follower, "k", "v"))).isEqualTo(Reason.SUPERSEDED);
    latest(leader);
    assertThat(leader.journal("routes").revision()).isEqualTo(51);
  }

  @Test
  void shouldRefuseALeaderThatDoesNotKnowYetThatAnotherLeads() throws Exception {
    JournalStore first = open("a");
    awaitLead(first);
    put(first, "k", "1");
    JournalStore hasty = open(options("b", Duration.ofMillis(1)));
    awaitLead(hasty);
    assertThat(put(hasty, "k", "2")).isEqualTo(2);
    Batch late = new Batch().put("k".getBytes(UTF_8), "late".getBytes(UTF_8), null);
    Journal former = first.journal("routes");
    assertThat(reason(() -> former.appendAfter(1, List.of(late)))).isEqualTo(Reason.SUPERSEDED);
    latest(first);
    assertThat(contents(first)).isEqualTo(contents(hasty));
    assertThat(cluster(first).leadership().address()).isEqualTo("b:1");
  }

  @Test
  void shouldNotTakeTheLeadFromAnotherServerThatWasGivenTheSameAddress() throws Exception {
    JournalStore first = open("a");
    awaitLead(first);
    put(first, "k", "1");
    // Started with the first one's address: it cannot know that the first is still there.
    JournalStore twin = open(options("twin", NEVER).advertising("a:1"));
    awaitLead(twin);
    assertThat(put(twin, "k", "2")).isEqualTo(2);
    for (int i = 0; i < 3; i++) {
      latest(first);
    }
    assertThat(cluster(first).leadership().epoch()).isEqualTo(2);
    assertThat(cluster(twin).leadership().leads()).isTrue();
    await(() -> cluster(first).members().size() == 2);
    await(() -> cluster(twin).members().size() == 2);
  }

  /// What readers of its own leave in the log tells others nothing of a leader.
  @Test
  void shouldShowThatItLeadsWhileReadersAskForTheLatestAllTheTime() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    AtomicBoolean over = new AtomicBoolean();
    Thread asking =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!over.get()) {
                    cluster(leader).latest().toCompletableFuture().join();
                  }
                });
    KafkaLink link = new KafkaLink(options("nobody", NEVER));
    try (var consumer = link.consumer()) {
      consumer.seekToEnd(List.of(link.partition()));
      await(
          () -> {
            for (var record : consumer.poll(LogReader.POLL)) {
              if (LogEntry.decode(record.value()) instanceof LogEntry.Beat) {
                return true;
              }
            }
            return false;
          });
    } finally {
      over.set(true);
      asking.join();
    }
  }

  @Test
  void shouldLeadWithOneOfSeveralThatClaimAtOnce() throws Exception {
    JournalStore first = open("a");
    awaitLead(first);
    put(first, "k", "1");
    List<JournalStore> others = List.of(open("b"), open("c"));
    cluster(first).handOver();
    await(() -> others.stream().anyMatch(each -> cluster(each).leadership().leads()));
    for (JournalStore each : opened) {
      latest(each);
    }
    List<JournalStore> leading =
        opened.stream().filter(each -> cluster(each).leadership().leads()).toList();
    assertThat(leading).hasSize(1);
    assertThat(put(leading.getFirst(), "k", "2")).isEqualTo(2);
    for (JournalStore each : opened) {
      latest(each);
      assertThat(contents(each)).isEqualTo(contents(first));
    }
  }

  /// Where the log is, judged by nobody's copy.
  private Position position() throws Exception {
    return position(Position.FORMAT);
  }

  private Position position(int known) throws Exception {
    KafkaLink link = new KafkaLink(options("nobody", NEVER));
    try (var consumer = link.consumer()) {
      return Rejudging.upTo(
          link,
          Rejudging.Start.first(link.topic()),
          KafkaLink.end(consumer),
          known,
          Patience.LIMIT);
    }
  }

  private void write(LogEntry entry) throws Exception {
    try (Sender sender = new Sender(new KafkaLink(options("nobody", NEVER)))) {
      sender.send(entry).get(Patience.SECONDS, TimeUnit.SECONDS);
    }
  }

  private List<LogEntry.Data> frame(Position at, long first, int bytes) {
    Batch batch = new Batch().put("raw".getBytes(UTF_8), new byte[bytes], null);
    byte[] frame = new Frame("routes", first, first, List.of(batch)).encode();
    return Frame.parts(at.epoch(), at.chain(), frame);
  }

  @Test
  void shouldShowNothingOfAFrameThatWasCutOff() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    put(leader, "k", "1");
    List<LogEntry.Data> parts = frame(position(), 2, 2_000_000);
    assertThat(parts).hasSize(3);
    leave(leader);
    write(parts.get(0));
    write(parts.get(1));
    JournalStore next = open("b");
    awaitLead(next);
    write(parts.get(2));
    assertThat(put(next, "k", "2")).isEqualTo(2);
    latest(next);
    JournalStore fresh = open("c");
    latest(fresh);
    assertThat(contents(fresh)).isEqualTo(contents(next));
    assertThat(fresh.journal("routes").revision()).isEqualTo(2);
  }

  @Test
  void shouldReadWhatStandsBeforeItsOwnRecordsFirst() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    for (int i = 1; i <= 20; i++) {
      write(new LogEntry.Mark(i));
      write(new LogEntry.Claim(1, 0, 0, 9, "loser:1", "test"));
      assertThat(put(leader, "k", "v" + i)).isEqualTo(i);
    }
    assertThat(cluster(leader).stats().gapReads()).isPositive();
    JournalStore follower = open("b");
    latest(follower);
    assertThat(contents(follower)).isEqualTo(contents(leader));
  }

  @Test
  void shouldLeadOnWhenOthersWriteBetweenSeveralRecordsOfItsOwn() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    JournalStore follower = open("b");
    List<CompletableFuture<Void>> marks = new ArrayList<>();
    for (int i = 1; i <= 200; i++) {
      marks.add(cluster(follower).latest().toCompletableFuture());
      marks.add(cluster(leader).latest().toCompletableFuture());
      assertThat(put(leader, "k", "v" + i)).isEqualTo(i);
    }
    for (CompletableFuture<Void> mark : marks) {
      mark.get(Patience.SECONDS, TimeUnit.SECONDS);
    }
    assertThat(leader.trouble()).isEmpty();
    assertThat(cluster(leader).leadership().epoch()).isEqualTo(1);
    latest(follower);
    assertThat(contents(follower)).isEqualTo(contents(leader));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  @Test
  void shouldBringAnOlderCopyAndAnEmptyOneToTheSameStateAndLog() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    JournalStore follower = open("b");
    for (int i = 0; i < 20; i++) {
      put(leader, "k" + i % 3, "v" + i);
    }
    latest(follower);
    follower.close();
    copy(directory.resolve("b"), directory.resolve("old"));
    for (int i = 20; i < 40; i++) {
      put(leader, "k" + i % 3, "v" + i);
    }
    leader.journal("routes").trim(5);
    for (String name : List.of("old", "b", "fresh")) {
      JournalStore behind = open(name);
      latest(behind);
      assertThat(contents(behind)).isEqualTo(contents(leader));
    }
  }

  /// Much is read in groups, and not logged twice.
  @Test
  void shouldBringACopyThatIsFarBehindToTheSameStateAndLog() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    JournalStore behind = open("b");
    put(leader, "k", "v");
    latest(behind);
    behind.close();
    Journal notes = leader.journal("notes");
    for (int i = 0; i < 1_100; i++) {
      put(leader, "k" + i % 7, "v" + i);
      if (i % 5 == 0) {
        byte[] key = ("n" + i % 3).getBytes(UTF_8);
        notes.append(List.of(new Batch().put(key, ("v" + i).getBytes(UTF_8), null)));
      }
      if (i == 500) {
        leader.journal("routes").trim(100);
        put(leader, "large", "x".repeat(2_000_000));
      }
    }
    for (String name : List.of("b", "fresh")) {
      JournalStore read = open(name);
      latest(read);
      assertThat(contents(read)).isEqualTo(contents(leader));
      assertThat(read.journal("notes").revision()).isEqualTo(notes.revision());
      read.close();
      JournalStore again = open(name);
      assertThat(contents(again)).isEqualTo(contents(leader));
    }
  }

  @Test
  void shouldKeepAPositionThatIsThatOfItsState() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    for (int i = 0; i < 30; i++) {
      put(leader, "k" + i % 3, "v" + i);
      if (i % 10 == 5) {
        // What a kill leaves: nothing is closed, and nothing was fsynced.
        copy(directory.resolve("a"), directory.resolve("killed" + i));
        JournalStore again = open("killed" + i);
        latest(again);
        assertThat(contents(again)).isEqualTo(contents(leader));
        again.close();
      }
    }
  }

  @Test
  void shouldRefuseALogThatIsNotTheOneOfTheCopy() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    put(leader, "k", "1");
    leader.close();
    delete(prefix + ".log");
    assertThatThrownBy(() -> open("a"))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("the log is empty")
        .hasMessageContaining("this may be all that is left of it: see journal reseed");
    JournalStore another = open("b");
    awaitLead(another);
    assertThatThrownBy(() -> open("a"))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("is a copy of another log, with another timeline")
        .hasMessageContaining("this may be all that is left of it: see journal reseed");
  }

  @Test
  void shouldStopWhereTheLogIsMadeAgainWhileItRuns() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    put(leader, "k", "1");
    JournalStore follower = open(options("b", NEVER).with(true, false));
    latest(follower);
    leader.close();
    delete(prefix + ".log");
    JournalStore another = open("c");
    latest(another);
    await(() -> follower.trouble().isPresent());
    // It may have looked in between.
    assertThat(follower.trouble().map(Throwable::getMessage).orElse(""))
        .containsPattern("the topic was deleted (and made again )?while this server ran");
  }

  @Test
  void shouldRefuseALogThatLostItsEnd() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    put(leader, "k", "1");
    leader.close();
    Position end = position();
    tamper(end.at(end.offset() + 5));
    assertThatThrownBy(() -> open("a"))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("the log has lost records");
  }

  @Test
  void shouldRefuseACopyOfOtherFrames() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    put(leader, "k", "1");
    leader.close();
    Position end = position();
    tamper(end.with(end.chain() + 1, end.checked()).at(end.offset()));
    assertThatThrownBy(() -> open("a"))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("is not the one that the copy in");
  }

  private void tamper(Position position) throws Exception {
    KafkaLink link = new KafkaLink(options("a", NEVER));
    long timeline;
    try (var consumer = link.consumer()) {
      timeline = KafkaStore.timelineOf(link, consumer);
    }
    try (var replica = RocksReplica.open(directory.resolve("a"), timeline, Retention.DEFAULT)) {
      replica.move(position.encode());
    }
  }

  @Test
  void shouldStopAtARecordThatIsNotWhatItsServerWrote() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    put(leader, "k", "1");
    JournalStore follower = open("b");
    latest(follower);
    LogEntry.Data altered = frame(position(), 2, 10).getFirst();
    altered.bytes()[20] ^= 1;
    write(altered);
    await(() -> follower.trouble().isPresent());
    assertThat(follower.trouble().map(Throwable::getMessage).orElse(""))
        .contains("is not what its server wrote");
    // Its own beat may have told it before.
    assertThat(reason(() -> put(leader, "k", "2"))).isIn(Reason.OUTCOME_UNKNOWN, Reason.CORRUPT);
    assertThat(contents(leader)).isEqualTo(contents(follower));
  }

  @Test
  void shouldRefuseAFormatThatItDoesNotKnow() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    put(leader, "k", "1");
    JournalStore follower = open("b");
    write(new LogEntry.Format(position().epoch(), Position.FORMAT + 1));
    await(() -> follower.trouble().isPresent());
    assertThat(follower.trouble().map(JournalException::reason)).contains(Reason.NEWER_FORMAT);
    assertThatThrownBy(() -> open("c")).hasMessageContaining("upgrade");
  }

  @Test
  void shouldUpgradeOneServerAfterTheOtherAndRefuseTheOldOneAfterwards() throws Exception {
    int next = Position.FORMAT + 1;
    KafkaOptions old = options("a", NEVER);
    JournalStore before = open(old);
    awaitLead(before);
    put(before, "k", "1");
    KafkaOptions upgraded = options("b", NEVER).knowing(next);
    JournalStore other = open(upgraded);
    latest(other);
    await(() -> cluster(other).members().size() == 2);
    cluster(before).handOver();
    awaitLead(other);
    // What the old server does not know is bytes to it.
    assertThat(put(other, "k", "a field of later")).isEqualTo(2);
    latest(before);
    assertThat(contents(before)).isEqualTo(contents(other));
    assertThat(position(next).format()).as("while one is old").isEqualTo(Position.FORMAT);
    before.close();
    JournalStore again = open(options("a", NEVER).knowing(next));
    await(() -> position(next).format() == next);
    put(other, "k", "3");
    latest(again);
    assertThat(contents(again)).isEqualTo(contents(other));
    again.close();
    assertThatThrownBy(() -> open(old)).hasMessageContaining("upgrade");
  }

  @Test
  void shouldStopAcknowledgingUntilTheLogWasJudgedAgainWhenAServerKnowsAnotherLog()
      throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    put(leader, "k", "1");
    Position now = position();
    write(
        new LogEntry.Claim(
            now.epoch() + 1, now.chain() + 1, now.offset(), 99, "strange:1", "test"));
    assertThat(put(leader, "k", "2")).isEqualTo(2);
    assertThat(leader.trouble()).isEmpty();
    assertThat(cluster(leader).stats().rejudged()).isEqualTo(1);
  }

  private JournalStore openBy(String password, String name) throws Exception {
    return openBy(SharedBrokers.get().securedPlace(prefix), name, "PLAIN", "plain.Plain", password);
  }

  private JournalStore openBy(
      String place, String name, String mechanism, String module, String password)
      throws Exception {
    return open(
        KafkaOptions.parse(place, directory.resolve(name))
            .advertising(name + ":1")
            .waiting(Patience.LIMIT, NEVER)
            .withConfig(
                Map.of(
                    "security.protocol",
                    "SASL_PLAINTEXT",
                    "sasl.mechanism",
                    mechanism,
                    "sasl.jaas.config",
                    "org.apache.kafka.common.security.%sLoginModule required username=\"guidepost\" password=\"%s\";"
                        .formatted(module, password)),
                "--kafka-config \"k.properties\""));
  }

  /// Brokers that take no password by any of these answer so each time.
  @ParameterizedTest
  @CsvSource({
    "SCRAM-SHA-512, scram.Scram, true",
    "UNHEARD, plain.Plain, true",
    "PLAIN, plain.Plain, false"
  })
  void shouldNotWaitForBrokersThatWillNeverTakeThePasswordInThisWay(
      String mechanism, String module, boolean asked) throws Exception {
    Brokers brokers = SharedBrokers.get();
    String place = asked ? brokers.securedPlace(prefix) : brokers.place(prefix);
    assertThatThrownBy(() -> openBy(place, "c", mechanism, module, "secret"))
        .isInstanceOf(JournalException.class)
        .hasMessageContainingAll(
            "sasl.mechanism \"%s\"".formatted(mechanism), "in --kafka-config \"k.properties\"");
  }

  @Test
  void shouldShareALogOnBrokersThatAskForAPassword() throws Exception {
    JournalStore leader = openBy("secret", "a");
    awaitLead(leader);
    put(leader, "k", "v");
    JournalStore follower = openBy("secret", "b");
    latest(follower);
    assertThat(contents(follower)).isEqualTo(contents(leader));
    assertThatThrownBy(() -> openBy("guessed", "c"))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("Authentication failed");
  }

  /// Ends a leader, which says so for a second. Where a busy machine has not written that, it
  /// begins and ends again, and the other one is given twice the time.
  private void endUntilAnotherLeads(JournalStore leader, String name, JournalStore other)
      throws Exception {
    JournalStore ending = leader;
    Duration given = Duration.ofSeconds(2);
    ending.close();
    while (!isSoon(given, () -> cluster(other).leadership().leads())) {
      assertThat(given).as("it said that it ends").isLessThan(Patience.LIMIT);
      given = given.multipliedBy(2);
      JournalStore again = open(name);
      await(() -> cluster(again).leadership().leads() || cluster(other).leadership().leads());
      ending = again;
      ending.close();
    }
  }

  @Test
  void shouldBeToldWhenTheLeaderChanges() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    JournalStore other = open("b");
    List<String> told = new ArrayList<>();
    cluster(other)
        .onLeadership(
            each -> {
              synchronized (told) {
                told.add(each.leads() + " " + each.epoch());
              }
            });
    put(leader, "k", "1");
    await(() -> cluster(other).leadership().epoch() == 1);
    assertThatThrownBy(() -> cluster(other).handOver())
        .hasMessage("this server does not lead; a:1 does");
    endUntilAnotherLeads(leader, "a", other);
    String last = "true " + cluster(other).leadership().epoch();
    await(
        () -> {
          synchronized (told) {
            return told.contains(last);
          }
        });
    assertThat(put(other, "k", "2")).isEqualTo(2);
  }

  /// A client of the brokers that gets the answer to another request throws, and would do so again.
  @Test
  void shouldReadOnAfterAnswersThatWereMixedUp() throws Exception {
    JournalStore leader = openBy("secret", "a");
    awaitLead(leader);
    put(leader, "k", "1");
    JournalStore follower = open("b");
    latest(follower);
    SharedBrokers.get().mixUp();
    int before = SharedBrokers.get().mixedUp();
    try {
      for (int i = 2; SharedBrokers.get().mixedUp() < before + 20; i++) {
        put(leader, "k", "v" + i);
      }
    } finally {
      SharedBrokers.get().mend();
    }
    long written = leader.journal("routes").revision();
    await(() -> follower.trouble().isPresent() || follower.journal("routes").revision() == written);
    assertThat(follower.trouble()).isEmpty();
    assertThat(contents(follower)).isEqualTo(contents(leader));
  }

  @Test
  void shouldNotBeLoadedWhileAServerTakesPart() throws Exception {
    JournalStore leader = open("a");
    awaitLead(leader);
    try (JournalDraft draft = KafkaEngine.of(options("loading", NEVER), "test").draft()) {
      assertThatThrownBy(draft::store)
          .isInstanceOfSatisfying(
              JournalException.class, e -> assertThat(e.reason()).isEqualTo(Reason.FOREIGN))
          .hasMessageContaining("the server a:1 takes part; stop all servers, load, and start");
    }
    assertThat(put(leader, "k", "1")).isEqualTo(1);
  }

  @Test
  void shouldBeginWithAStateThatWasLoadedAndBeLoadedOnce() throws Exception {
    KafkaEngine engine = KafkaEngine.of(options("loading", NEVER), "test");
    try (JournalDraft draft = engine.draft()) {
      draft
          .store()
          .journal("routes")
          .load(
              7,
              Instant.EPOCH,
              visitor -> {
                visitor.entry("a".getBytes(UTF_8), "1".getBytes(UTF_8), 3);
                visitor.entry("b".getBytes(UTF_8), "2".getBytes(UTF_8), 7);
              });
      draft.complete();
    }
    try (JournalDraft again = engine.draft()) {
      assertThatThrownBy(again::store)
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("holds changes already");
    }
    // On a busy machine, what loaded it may not have said that it leads no longer.
    JournalStore leader = open(options("a", Duration.ofSeconds(5)));
    awaitLead(leader);
    assertThat(contents(leader)).contains("a=1@3", "b=2@7", "revision 7");
    assertThat(put(leader, "c", "3")).isEqualTo(8);
    JournalStore follower = open("b");
    latest(follower);
    assertThat(contents(follower)).isEqualTo(contents(leader));
  }
}
