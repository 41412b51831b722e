package guidepost.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.client.CallError;
import guidepost.journal.kafka.Brokers;
import guidepost.routes.v1.GetRoutesRequest;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.server.v1.ClusterServer;
import guidepost.server.v1.GetClusterResponse;
import guidepost.testing.Patience;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// What three servers and three brokers promise, while some of them are killed and stopped.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ClusterTest {

  /// Asked rounds with -Dguidepost.long=true; fewer in the normal run, which has little time.
  private static final boolean LONG = Boolean.getBoolean("guidepost.long");

  /// Acknowledged between two faults.
  private static final int SOME = LONG ? 100 : 30;

  private static Brokers brokers;
  private static ClusterProcesses servers;

  private final long seed = Long.getLong("guidepost.seed", System.nanoTime());

  @BeforeAll
  static void startAll() throws Exception {
    brokers = SharedCluster.brokers();
    servers = SharedCluster.servers();
  }

  /// What a test that failed left behind is not the fault of the next one.
  @BeforeEach
  void startWhatIsMissing() throws Exception {
    System.out.println("ClusterTest: -Dguidepost.seed=" + seed);
    SharedCluster.startWhatIsMissing();
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /// Why a server does not write; empty if it does.
  private static String whyNotWritten(int server) {
    try {
      var _ = Workload.put(stub(server), "172.26.0.1/32");
      return "";
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      return CallError.of(e).map(CallError::reason).orElse("no reason");
    }
  }

  private static RoutesGrpc.RoutesBlockingStub stub(int server) {
    return RoutesGrpc.newBlockingStub(servers.channel(server))
        .withDeadlineAfter(Patience.SECONDS, TimeUnit.SECONDS);
  }

  /// What is read as the latest, and written on a condition, is as if one server did all.
  @Test
  void shouldLoseNothingAndShowNothingOldWhenTheLeaderIsKilled() throws Exception {
    try (Workload work = new Workload(servers, 3, seed);
        Conditional conditional = new Conditional(servers, 4, seed)) {
      for (int round = 0; round < (LONG ? 10 : 1); round++) {
        work.awaitMore(SOME, 0);
        conditional.awaitMore(SOME / 2);
        int leader = servers.awaitLeader();
        long killed = System.nanoTime();
        servers.kill(leader);
        assertThat(whyNotWritten((leader + 1) % ClusterProcesses.COUNT))
            .as("by a server that has lost its leader, and on a busy machine has another one")
            .isIn("NO_LEADER", "OUTCOME_UNKNOWN", "SUPERSEDED", "NOT_WRITTEN", "ABANDONED", "");
        long millis = work.awaitMore(1, killed);
        System.out.printf("killed the leader: acknowledged again after %d ms%n", millis);
        if (round % 2 == 1) {
          servers.wipe(leader);
        }
        conditional.awaitMore(SOME / 2);
        servers.start(leader);
        servers.awaitListening(leader);
      }
      work.awaitMore(SOME, 0);
      conditional.check();
      work.check();
    }
  }

  /// Once in the random schedule of the normal run, too.
  @EnabledIfSystemProperty(named = "guidepost.long", matches = "true")
  @Test
  void shouldLoseNothingWhenTheLeaderIsStoppedForAWhile() throws Exception {
    try (Workload work = new Workload(servers, 6, seed)) {
      for (int round = 0; round < 5; round++) {
        work.awaitMore(SOME, 0);
        System.out.println(suspend(servers.awaitLeader(), 10_000));
        work.awaitMore(SOME, 0);
      }
      work.check();
    }
  }

  @Test
  void shouldLoseNothingWhenBrokersAreKilled() throws Exception {
    try (Workload work = new Workload(servers, 6, seed)) {
      work.awaitMore(SOME, 0);
      int first = brokers.leaderOf(SharedCluster.PREFIX);
      long killed = System.nanoTime();
      brokers.kill(first);
      System.out.printf(
          "killed the broker: acknowledged again after %d ms%n", work.awaitMore(1, killed));
      work.awaitMore(SOME, 0);
      int second = (first + 1) % 3;
      brokers.kill(second);
      int begun = Workload.begun();
      pause(LONG ? 60_000 : 4_000);
      assertThat(work.acknowledgedAfter(begun))
          .as("one broker of three acknowledges nothing")
          .isEmpty();
      for (int i = 0; i < ClusterProcesses.COUNT; i++) {
        assertThat(
                stub(i)
                    .getRoutes(GetRoutesRequest.newBuilder().setCountOnly(true).build())
                    .next()
                    .getCount())
            .as("reads go on")
            .isPositive();
      }
      brokers.restart(first);
      brokers.restart(second);
      work.awaitMore(SOME, 0);
      work.check();
    }
  }

  /// Three times in the random schedule of the normal run, too.
  @EnabledIfSystemProperty(named = "guidepost.long", matches = "true")
  @Test
  void shouldTellAWatchEveryChangeOnceThroughKilledServers() throws Exception {
    try (Workload work = new Workload(servers, 3, seed);
        Follower follower = new Follower(servers)) {
      int kills = Integer.getInteger("guidepost.kills", 20);
      for (int round = 0; round < kills; round++) {
        System.out.println(kill(round % ClusterProcesses.COUNT, work));
      }
      work.end();
      ClusterProcesses.await(() -> work.prefixes().stream().allMatch(follower::wasTold));
      System.out.printf("told of %d, cut off %d times%n", follower.told(), follower.cuts());
      assertThat(follower.cuts()).as("each server was killed once").isPositive();
      assertThat(follower.wrong()).isEmpty();
      work.check();
    }
  }

  /// As long as -Dguidepost.seconds says. Each server is killed, and the leader stopped for longer
  /// than others wait for it, in an order and between other faults that the seed gives.
  @Test
  void shouldLoseNothingInARandomScheduleOfFaults() throws Exception {
    Random random = new Random(seed);
    long seconds = Long.getLong("guidepost.seconds", LONG ? 600 : 60);
    try (Workload work = new Workload(servers, 4, seed);
        Follower follower = new Follower(servers)) {
      Deque<Callable<String>> certain = certain(work, random);
      // Connected, so that it is cut off.
      ClusterProcesses.await(() -> follower.told() > 0);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      StringBuilder schedule = new StringBuilder();
      while (System.nanoTime() < end || !certain.isEmpty()) {
        boolean isCertain = !certain.isEmpty() && random.nextInt(6) > 0;
        schedule.append(isCertain ? certain.pop().call() : fault(random)).append(' ');
        work.awaitMore(1 + random.nextInt(100), 0);
      }
      System.out.println("schedule: " + schedule);
      work.end();
      ClusterProcesses.await(() -> work.prefixes().stream().allMatch(follower::wasTold));
      System.out.printf("told of %d, cut off %d times%n", follower.told(), follower.cuts());
      assertThat(follower.cuts()).as("each server was killed once").isPositive();
      assertThat(follower.wrong()).isEmpty();
      work.check();
    }
  }

  private static Deque<Callable<String>> certain(Workload work, Random random) {
    List<Callable<String>> faults = new ArrayList<>();
    for (int i = 0; i < ClusterProcesses.COUNT; i++) {
      int server = i;
      faults.add(() -> kill(server, work));
    }
    faults.add(() -> suspend(servers.awaitLeader(), 7_000));
    Collections.shuffle(faults, random);
    return new ArrayDeque<>(faults);
  }

  /// Kills a server, and starts it again once others go on.
  private static String kill(int server, Workload work) throws Exception {
    servers.kill(server);
    work.awaitMore(20, 0);
    servers.start(server);
    servers.awaitListening(server);
    return "kill:" + server;
  }

  private static String suspend(int server, long millis) throws Exception {
    servers.signal(server, "STOP");
    pause(millis);
    servers.signal(server, "CONT");
    return "suspend:" + server;
  }

  /// Does harm, and mends it.
  private String fault(Random random) throws Exception {
    int server =
        random.nextBoolean() ? servers.awaitLeader() : random.nextInt(ClusterProcesses.COUNT);
    long pause = random.nextInt(4_000);
    return switch (random.nextInt(LONG ? 9 : 6)) {
      case 0 -> {
        servers.kill(server);
        pause(pause);
        servers.start(server);
        servers.awaitListening(server);
        yield "kill:" + server;
      }
      case 1 -> {
        servers.kill(server);
        servers.wipe(server);
        servers.start(server);
        servers.awaitListening(server);
        yield "wipe:" + server;
      }
      case 2 -> {
        servers.stop(server);
        servers.start(server);
        servers.awaitListening(server);
        yield "restart:" + server;
      }
      case 3 -> suspend(server, 2 * pause);
      case 6 -> {
        brokers.unheard(server);
        pause(2 * pause);
        brokers.mend(server);
        yield "unheard:" + server;
      }
      case 7 -> {
        brokers.cut(server);
        pause(2 * pause);
        brokers.mend(server);
        yield "cut:" + server;
      }
      case 8 -> {
        servers.cut(server);
        pause(pause);
        servers.mend(server);
        yield "apart:" + server;
      }
      default -> {
        int broker =
            random.nextBoolean() ? brokers.leaderOf(SharedCluster.PREFIX) : random.nextInt(3);
        brokers.kill(broker);
        pause(pause);
        brokers.restart(broker);
        yield "broker:" + broker;
      }
    };
  }

  /// Writes the same routes again and again until the log begins later than it did.
  private static void awaitCut(Workload work) throws Exception {
    long before = brokers.beginOf(SharedCluster.PREFIX);
    ClusterProcesses.await(
        () -> {
          work.overwrite(500);
          return brokers.beginOf(SharedCluster.PREFIX) > before;
        });
  }

  /// First, while the state is small: the log is cut each time that it has grown by that.
  @EnabledIfSystemProperty(named = "guidepost.long", matches = "true")
  @Test
  @Order(1)
  void shouldBringANewServerToTheSameStateThoughTheLogIsCutTwiceWhileOthersWrite()
      throws Exception {
    try (Workload work = new Workload(servers, 2, seed)) {
      work.awaitMore(100, 0);
      awaitCut(work);
      awaitCut(work);
      int follower = (servers.awaitLeader() + 1) % ClusterProcesses.COUNT;
      servers.stop(follower);
      servers.wipe(follower);
      work.awaitMore(100, 0);
      servers.start(follower);
      servers.awaitListening(follower);
      assertThat(servers.output(follower)).contains("begins with a snapshot");
      work.awaitMore(100, 0);
      work.check();
    }
  }

  /// A leader that was cut off from the brokers.
  ///
  /// @param unknown its writes before that of which it was not known what became of them
  private record Cut(int leader, long unknown) {}

  /// Cuts off a leader that still believes that it leads: on a busy machine another one may have
  /// taken the lead before the cut, and one that knows of that sends nothing.
  private static Cut cutLeader() {
    while (true) {
      int leader = servers.awaitLeader();
      long unknown = unknown(leader);
      brokers.cut(leader);
      if (servers.told(leader).getLeads()) {
        return new Cut(leader, unknown);
      }
      brokers.mend(leader);
    }
  }

  @Test
  void shouldAcknowledgeNothingWhereTheLeaderIsCutOffFromTheBrokers() throws Exception {
    try (Workload work = new Workload(servers, 4, seed)) {
      work.awaitMore(100, 0);
      Cut cut = cutLeader();
      int leader = cut.leader();
      ClusterProcesses.await(
          () ->
              IntStream.range(0, ClusterProcesses.COUNT)
                  .anyMatch(i -> i != leader && servers.leads(i)));
      work.awaitMore(100, 0);
      // After --stale-after it is not healthy.
      ClusterProcesses.await(() -> !servers.serves(leader));
      assertThat(
              stub(leader)
                  .getRoutes(GetRoutesRequest.newBuilder().setCountOnly(true).build())
                  .next()
                  .getCount())
          .as("it reads")
          .isPositive();
      // What it has sent in vain must not count, later on, as written.
      ClusterProcesses.await(() -> unknown(leader) > cut.unknown());
      brokers.mend(leader);
      ClusterProcesses.await(() -> servers.serves(leader));
      work.awaitMore(100, 0);
      work.check();
    } finally {
      for (int i = 0; i < ClusterProcesses.COUNT; i++) {
        brokers.mend(i);
      }
    }
  }

  /// The brokers take what it writes, and it is not told so.
  @EnabledIfSystemProperty(named = "guidepost.long", matches = "true")
  @Test
  void shouldFindWhatWasWrittenThoughTheLeaderHeardNothingOfIt() throws Exception {
    try (Workload work = new Workload(servers, 4, seed)) {
      for (int round = 0; round < 3; round++) {
        work.awaitMore(100, 0);
        int leader = servers.awaitLeader();
        long before = unknown(leader);
        brokers.unheard(leader);
        ClusterProcesses.await(() -> unknown(leader) > before);
        brokers.mend(leader);
        work.awaitMore(100, 0);
      }
      work.check();
    } finally {
      for (int i = 0; i < ClusterProcesses.COUNT; i++) {
        brokers.mend(i);
      }
    }
  }

  /// Writes of a server of which it was not known at first what became of them.
  private static long unknown(int server) {
    return servers.told(server).getUnknownOutcomes();
  }

  @Test
  void shouldGoOnLeadingWhereTheLeaderIsCutOffFromTheServers() throws Exception {
    try (Workload work = new Workload(servers, 2, seed)) {
      work.awaitMore(50, 0);
      boolean led = false;
      for (int attempt = 0; attempt < 5 && !led; attempt++) {
        led = leadsOnWhereCutOff("172.21." + attempt);
        work.awaitMore(50, 0);
      }
      assertThat(led).as("it writes, and leads in the same epoch").isTrue();
      work.check();
    }
  }

  /// On a busy machine the leader may change by itself, but not each time.
  private static boolean leadsOnWhereCutOff(String network) {
    int leader = servers.awaitLeader();
    int follower = (leader + 1) % ClusterProcesses.COUNT;
    long epoch = servers.told(leader).getEpoch();
    servers.cut(leader);
    try {
      var _ = Workload.put(stub(leader), network + ".1/32");
      return !isWritten(follower, network + ".2/32")
          && count(Workload.latest(servers.channel(follower)), network + ".1/32") == 1
          && servers.told(leader).getEpoch() == epoch;
    } catch (StatusRuntimeException e) {
      return false;
    } finally {
      servers.mend(leader);
    }
  }

  private static boolean isWritten(int server, String prefix) {
    try {
      return Workload.put(stub(server).withDeadlineAfter(3, TimeUnit.SECONDS), prefix) > 0;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  @Test
  void shouldTellOfAllServersFromAnyOfThem() throws Exception {
    for (int i = 0; i < ClusterProcesses.COUNT; i++) {
      int asked = i;
      ClusterProcesses.await(
          () -> {
            GetClusterResponse answer = servers.told(asked);
            return answer.getServersList().stream().filter(ClusterServer::getThere).count()
                    == ClusterProcesses.COUNT
                && answer.getServersList().stream().filter(ClusterServer::getLeads).count() == 1;
          });
    }
    // On a busy machine none may lead just then.
    ClusterProcesses.await(
        () ->
            servers.command("cluster", "status", "--server", servers.address(0)) == 0
                && servers.command("status", "--json", "--server", servers.address(1)) == 0
                && servers.commands().contains("\"role\":\"leader\"")
                && servers.commands().contains(" leads"));
    // A list, of which the first is nobody's.
    String list = "127.0.0.1:1,%s,%s".formatted(servers.address(1), servers.address(2));
    ClusterProcesses.await(
        () ->
            servers.command("route", "add", "172.25.0.0/24", "--nh", "192.0.2.9", "--server", list)
                == 0);
    ClusterProcesses.await(
        () -> servers.command("route", "get", "172.25.0.1", "--latest", "--server", list) == 0);
    assertThat(servers.commands()).contains("192.0.2.9");
  }

  /// Keeps the revisions that the last answer was of.
  private static final class Seen implements ClientInterceptor {
    private volatile String revisions = "";

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<A> listener, Metadata headers) {
          super.start(
              new SimpleForwardingClientCallListener<>(listener) {
                @Override
                public void onClose(Status status, Metadata trailers) {
                  String told = trailers.get(Workload.REVISION);
                  revisions = told == null ? revisions : told;
                  super.onClose(status, trailers);
                }
              },
              headers);
        }
      };
    }
  }

  private static long count(RoutesGrpc.RoutesBlockingStub stub, String prefix) {
    return stub.withDeadlineAfter(Patience.SECONDS, TimeUnit.SECONDS)
        .getRoutes(GetRoutesRequest.newBuilder().setPrefix(prefix).setCountOnly(true).build())
        .next()
        .getCount();
  }

  @Test
  void shouldShowEveryCallerItsOwnWritesWhereverItReads() throws Exception {
    Random random = new Random(seed);
    int writes = LONG ? 10_000 : 200;
    for (int i = 0; i < writes; i++) {
      int there = random.nextInt(ClusterProcesses.COUNT);
      String prefix = "172.20.%d.%d/32".formatted(i >> 8, i & 255);
      Seen seen = new Seen();
      long _ =
          ClusterProcesses.answered(() -> Workload.put(stub(there).withInterceptors(seen), prefix));
      assertThat(ClusterProcesses.answered(() -> count(stub(there), prefix)))
          .as("write %d, where it was written", i)
          .isEqualTo(1);
      int elsewhere = random.nextInt(ClusterProcesses.COUNT);
      Metadata headers = new Metadata();
      headers.put(Workload.REVISION, seen.revisions);
      var bySeen = MetadataUtils.newAttachHeadersInterceptor(headers);
      assertThat(
              ClusterProcesses.answered(
                  () -> count(stub(elsewhere).withInterceptors(bySeen), prefix)))
          .as("write %d, elsewhere by the revision seen", i)
          .isEqualTo(1);
      assertThat(
              ClusterProcesses.answered(
                  () -> count(Workload.latest(servers.channel((elsewhere + 1) % 3)), prefix)))
          .as("write %d, the latest elsewhere", i)
          .isEqualTo(1);
    }
  }
}
