package guidepost.journal.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.journal.Batch;
import guidepost.journal.Value;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// What counts in the log, compared with a slow reading of the rules.
final class JudgeTest {

  private static final int SEQUENCES = Integer.getInteger("guidepost.rounds", 300);
  private static final int RECORDS = 60;

  private static LogEntry.Claim claim(long epoch, long chain) {
    return new LogEntry.Claim(epoch, chain, 0, epoch, "a:1", "test");
  }

  private static byte[] frame(String domain, long first, int batches, int bytes) {
    List<Batch> all = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      all.add(
          new Batch()
              .put(("k" + i).getBytes(UTF_8), new byte[bytes], new Value(first, new byte[] {1})));
    }
    return new Frame(domain, first, 1_000 + first, all).encode();
  }

  private static Judge judge() {
    return new Judge(Position.start(Uuid.ZERO_UUID), Map.of(), Position.FORMAT);
  }

  @Test
  void shouldTellNoRevisionOfADomainThatHasNone() {
    Judge judge = new Judge(Position.start(Uuid.ZERO_UUID), Map.of("notes", 0L, "trips", 3L), 1);
    assertThat(judge.revisions()).isEqualTo(Map.of("trips", 3L));
  }

  @Test
  void shouldReadBackWhatItWrote() {
    List<LogEntry> entries =
        List.of(
            new LogEntry.Genesis(5, 1),
            claim(7, -3),
            new LogEntry.Trim(7, "routes", 12),
            new LogEntry.Format(7, 2),
            new LogEntry.Beat(7, 99, true),
            new LogEntry.Mark(-1));
    for (LogEntry each : entries) {
      assertThat(LogEntry.decode(each.encode())).isEqualTo(each);
    }
    byte[] frame = frame("notes", 4, 3, 10);
    LogEntry.Data data = Frame.parts(2, 8, frame).getFirst();
    LogEntry.Data read = (LogEntry.Data) LogEntry.decode(data.encode());
    assertThat(read.bytes()).isEqualTo(frame);
    assertThat(read.after()).isEqualTo(Frame.chain(8, frame));
    Frame decoded = Frame.decode(frame);
    assertThat(decoded.domain()).isEqualTo("notes");
    assertThat(decoded.last()).isEqualTo(6);
    assertThat(decoded.encode()).isEqualTo(frame);
    Position position =
        Position.start(Uuid.randomUuid())
            .at(7)
            .ledBy(claim(3, 0), 9)
            .with(77, 11)
            .withFormat(4, 12);
    assertThat(Position.decode(position.encode())).isEqualTo(position);
  }

  @Test
  void shouldRefuseAFrameOfWhichAByteWasAltered() {
    Judge judge = judge();
    judge.judge(new LogEntry.Genesis(5, 1));
    judge.judge(claim(1, 0));
    LogEntry.Data data = Frame.parts(1, 0, frame("routes", 1, 2, 5)).getFirst();
    data.bytes()[9] ^= 1;
    assertThatThrownBy(() -> judge.judge(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("is not what its server wrote");
  }

  @Test
  void shouldRefuseAFormatThatItDoesNotKnow() {
    Judge judge = judge();
    judge.judge(new LogEntry.Genesis(5, 1));
    judge.judge(claim(1, 0));
    assertThatThrownBy(() -> judge.judge(new LogEntry.Format(1, Position.FORMAT + 1)))
        .hasMessageContaining("upgrade");
    assertThat(judge.judge(new LogEntry.Format(9, 99))).isInstanceOf(Judge.Ignored.class);
  }

  @Test
  void shouldCutAFrameThatIsTooLargeForARecord() {
    Judge judge = judge();
    judge.judge(new LogEntry.Genesis(5, 1));
    judge.judge(claim(1, 0));
    byte[] frame = frame("routes", 1, 3, Frame.PART_BYTES_MAX);
    List<LogEntry.Data> parts = Frame.parts(1, 0, frame);
    assertThat(parts).hasSize(4);
    assertThat(judge.judge(parts.get(0))).isInstanceOf(Judge.Partial.class);
    assertThat(judge.judge(parts.get(1))).isInstanceOf(Judge.Partial.class);
    assertThat(judge.isMidway()).isTrue();
    judge.judge(parts.get(2));
    Judge.Written written = (Judge.Written) judge.judge(parts.get(3));
    assertThat(written.frame().encode()).isEqualTo(frame);
    assertThat(judge.position().chain()).isEqualTo(written.chain());
    assertThat(judge.isMidway()).isFalse();
  }

  /// The rules read word by word, from the first record for each question.
  private record Oracle(List<LogEntry> log) {

    record State(long epoch, long chain, Map<String, Long> revisions, List<String> written) {}

    State after(int records) {
      long epoch = 0;
      long chain = 0;
      Map<String, Long> revisions = new HashMap<>();
      List<String> written = new ArrayList<>();
      for (int i = 0; i < records; i++) {
        LogEntry entry = log.get(i);
        if (entry instanceof LogEntry.Claim e && e.epoch() == epoch + 1 && e.chain() == chain) {
          epoch++;
        }
        if (entry instanceof LogEntry.Data e
            && e.part() == e.parts()
            && e.epoch() == epoch
            && epoch > 0
            && e.before() == chain) {
          byte[] bytes = joined(i, e);
          if (bytes.length > 0) {
            Frame frame = Frame.decode(bytes);
            if (frame.first() == revisions.getOrDefault(frame.domain(), 0L) + 1) {
              revisions.put(frame.domain(), frame.last());
              chain = e.after();
              written.add(i + ":" + frame.domain() + frame.first() + "-" + frame.last());
            }
          }
        }
      }
      return new State(epoch, chain, revisions, written);
    }

    /// The bytes of the frame that a record ends: the parts before it are the last records of this
    /// epoch and chain, with no claim that counts in between; that would have changed the epoch.
    private byte[] joined(int last, LogEntry.Data end) {
      byte[] joined = end.bytes();
      int wanted = end.part() - 1;
      for (int i = last - 1; wanted > 0 && i >= 0; i--) {
        if (log.get(i) instanceof LogEntry.Data e
            && e.epoch() == end.epoch()
            && e.before() == end.before()) {
          if (after(i).epoch != e.epoch() || after(i).chain != e.before()) {
            continue;
          }
          if (e.part() != wanted || e.parts() != end.parts() || e.after() != end.after()) {
            return new byte[0];
          }
          byte[] longer = new byte[e.bytes().length + joined.length];
          System.arraycopy(e.bytes(), 0, longer, 0, e.bytes().length);
          System.arraycopy(joined, 0, longer, e.bytes().length, joined.length);
          joined = longer;
          wanted--;
        }
      }
      return wanted == 0 ? joined : new byte[0];
    }
  }

  /// A server that appends in view of what it has read so far, which may be long ago.
  private static final class Server {
    private long epoch;
    private int read;
    private Oracle.State state = new Oracle(List.of()).after(0);

    void read(List<LogEntry> log, int upTo) {
      read = Math.max(read, upTo);
      state = new Oracle(log).after(read);
    }
  }

  private static List<LogEntry> parts(long epoch, long before, byte[] frame, int parts) {
    List<LogEntry> all = new ArrayList<>();
    long after = Frame.chain(before, frame);
    int size = Math.ceilDiv(frame.length, parts);
    for (int part = 1; part <= parts; part++) {
      int from = Math.min(frame.length, (part - 1) * size);
      byte[] bytes = java.util.Arrays.copyOfRange(frame, from, Math.min(frame.length, from + size));
      all.add(new LogEntry.Data(epoch, before, after, part, parts, bytes));
    }
    return all;
  }

  private static List<LogEntry> sequence(Random random) {
    List<LogEntry> log = new ArrayList<>();
    log.add(new LogEntry.Genesis(5, 1));
    List<Server> servers = List.of(new Server(), new Server(), new Server());
    while (log.size() < RECORDS) {
      Server server = servers.get(random.nextInt(servers.size()));
      if (random.nextInt(4) > 0) {
        server.read(log, log.size() - random.nextInt(2) * random.nextInt(log.size()));
      }
      switch (random.nextInt(12)) {
        case 0, 1 -> {
          log.add(claim(server.state.epoch() + 1, server.state.chain()));
          server.epoch = server.state.epoch() + 1;
        }
        case 2 -> log.add(claim(random.nextInt(6), random.nextInt(3) - 1));
        case 3 -> log.add(new LogEntry.Mark(random.nextLong()));
        case 4 -> log.add(new LogEntry.Beat(server.epoch, 0, false));
        case 5 -> log.add(log.get(random.nextInt(log.size())));
        case 6 -> log.add(new LogEntry.Genesis(6, 1));
        default -> {
          String domain = random.nextBoolean() ? "routes" : "notes";
          long first = server.state.revisions().getOrDefault(domain, 0L) + 1;
          byte[] frame =
              frame(
                  domain,
                  random.nextInt(8) == 0 ? first + random.nextInt(3) : first,
                  1 + random.nextInt(3),
                  random.nextInt(5));
          List<LogEntry> parts =
              parts(server.epoch, server.state.chain(), frame, 1 + random.nextInt(3));
          int sent = random.nextInt(5) == 0 ? random.nextInt(parts.size()) : parts.size();
          for (LogEntry each : parts.subList(0, sent)) {
            log.add(each);
            if (random.nextInt(6) == 0) {
              log.add(new LogEntry.Mark(0));
            }
            if (random.nextInt(12) == 0) {
              log.add(claim(server.state.epoch() + 1, server.state.chain()));
            }
          }
        }
      }
    }
    return log;
  }

  @Test
  void shouldAgreeWithTheRulesReadWordByWord() {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("JudgeTest: -Dguidepost.seed=" + seed);
    int written = 0;
    int led = 0;
    for (int i = 0; i < SEQUENCES; i++) {
      List<LogEntry> log = sequence(new Random(seed + i));
      Oracle oracle = new Oracle(log);
      Judge judge = judge();
      List<String> counted = new ArrayList<>();
      for (int at = 0; at < log.size(); at++) {
        switch (judge.judge(LogEntry.decode(log.get(at).encode()))) {
          case Judge.Written w ->
              counted.add(
                  at + ":" + w.frame().domain() + w.frame().first() + "-" + w.frame().last());
          case Judge.Led _ -> led++;
          default -> {}
        }
        assertThat(judge.position().offset()).isEqualTo(at + 1);
        if (at % 20 == 19) {
          judge = resumed(judge, oracle.after(at + 1));
        }
      }
      Oracle.State expected = oracle.after(log.size());
      assertThat(counted).as("-Dguidepost.seed=" + (seed + i)).isEqualTo(expected.written());
      assertThat(judge.position().epoch()).isEqualTo(expected.epoch());
      assertThat(judge.position().chain()).isEqualTo(expected.chain());
      written += counted.size();
    }
    assertThat(written).as("the sequences are worth something").isGreaterThan(SEQUENCES);
    assertThat(led).isGreaterThan(SEQUENCES);
  }

  /// As after a restart, which a judge in the middle of a frame is not made at.
  private static Judge resumed(Judge judge, Oracle.State state) {
    return judge.isMidway()
        ? judge
        : new Judge(Position.decode(judge.position().encode()), state.revisions(), Position.FORMAT);
  }

  @Test
  void shouldCountEveryFrameWhoseOffsetsWereTheExpectedOnes() {
    Random random = Seed.random(JudgeTest.class);
    Judge everybody = judge();
    everybody.judge(new LogEntry.Genesis(5, 1));
    everybody.judge(claim(1, 0));
    long chain = 0;
    long next = 2;
    long first = 1;
    for (int i = 0; i < 500; i++) {
      byte[] frame = frame("routes", first, 1 + random.nextInt(3), 3);
      boolean disturbed = random.nextInt(10) == 0;
      if (disturbed) {
        everybody.judge(new LogEntry.Mark(i));
      }
      long offset = everybody.position().offset();
      Judge.Verdict verdict = everybody.judge(Frame.parts(1, chain, frame).getFirst());
      assertThat(verdict).isInstanceOf(Judge.Written.class);
      assertThat(offset == next).isEqualTo(!disturbed);
      chain = Frame.chain(chain, frame);
      next = everybody.position().offset();
      first = ((Judge.Written) verdict).frame().last() + 1;
    }
  }
}
