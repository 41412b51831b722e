package guidepost.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import guidepost.benchmarks.FeatureStore.Session;
import guidepost.benchmarks.FeatureStore.Way;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// Some clients that ask one store the same questions again and again, each one at a time.
final class Askers implements AutoCloseable {

  private static final double NANOS_A_MICRO = 1e3;

  private final Way way;
  private final List<Question> questions;
  private final List<Session> sessions = new ArrayList<>();
  private final ExecutorService threads;

  /// Of all that was read: nothing of it is left out by the compiler.
  private final LongAdder checksum = new LongAdder();

  private int calls;

  /// What a round took.
  ///
  /// @param serverMicros processor time of the server's processes, a call
  /// @param clientMicros processor time of this process, a call
  /// @param latencyMicros median from a question to the end of its answer
  /// @param sent features that the server sent, a call
  record Took(double serverMicros, double clientMicros, double latencyMicros, double sent) {}

  /// @param hits about so many a question
  Askers(Way way, int askers, int hits, List<Question> questions) throws Exception {
    this.way = way;
    this.questions = questions;
    this.calls = questions.size();
    this.threads = Executors.newFixedThreadPool(askers);
    for (int i = 0; i < askers; i++) {
      sessions.add(way.connect(hits));
    }
  }

  Way way() {
    return way;
  }

  Session session() {
    return sessions.getFirst();
  }

  /// Asks for a while, and finds out how often to ask all questions for a round to take so long.
  void prepare(long warmUpNanos, long roundNanos) throws Exception {
    long begun = System.nanoTime();
    long now = begun;
    while (now - begun < warmUpNanos) {
      round();
      long took = System.nanoTime() - now;
      now += took;
      long passes = Math.max(1, roundNanos * calls / took / questions.size());
      calls = questions.size() * Math.toIntExact(passes);
    }
  }

  Took round() throws Exception {
    AtomicInteger next = new AtomicInteger();
    long[] nanos = new long[calls];
    List<Callable<Long>> all = new ArrayList<>();
    sessions.forEach(session -> all.add(() -> askAll(session, next, nanos)));
    long server = way.store().processorNanos();
    long client = ownNanos();
    long sent = 0;
    for (Future<Long> each : threads.invokeAll(all)) {
      sent += each.get();
    }
    client = ownNanos() - client;
    server = way.store().processorNanos() - server;
    Arrays.sort(nanos);
    return new Took(
        server / NANOS_A_MICRO / calls,
        client / NANOS_A_MICRO / calls,
        nanos[calls / 2] / NANOS_A_MICRO,
        sent / (double) calls);
  }

  /// Takes the next question that nobody has taken, until none is left.
  private long askAll(Session session, AtomicInteger next, long[] nanos) throws Exception {
    long[] sum = {0};
    long sent = 0;
    for (int i = next.getAndIncrement(); i < calls; i = next.getAndIncrement()) {
      long begun = System.nanoTime();
      sent +=
          session.ask(
              questions.get(i % questions.size()),
              (id, name, latitudeE7, longitudeE7) ->
                  sum[0] += id.length() + name.length() + latitudeE7 + longitudeE7);
      nanos[i] = System.nanoTime() - begun;
    }
    checksum.add(sum[0]);
    return sent;
  }

  private static long ownNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  @Override
  public void close() throws IOException {
    threads.shutdown();
    for (Session each : sessions) {
      each.close();
    }
  }
}
