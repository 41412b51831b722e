package guidepost.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a connection may hold and make, on an event loop that a test turns by hand.
final class ConnectionAccountTest {

  private static final long SHARE = 1_000_000;
  private static final int SMALL = 100;

  private final Deque<Runnable> loop = new ArrayDeque<>();
  private final List<String> closed = new ArrayList<>();
  private final ServerBudget budget = new ServerBudget(2 * SHARE, SHARE);

  private ConnectionAccount connection(String name) {
    return new ConnectionAccount(budget, loop::add, () -> closed.add(name));
  }

  private static final class Call {
    private final ConnectionAccount connection;
    private final ConnectionAccount.Waiter waiter = new ConnectionAccount.Waiter(this::go);
    private final List<String> log;
    private final String name;
    private int messages;

    Call(String name, ConnectionAccount connection, int messages, List<String> log) {
      this.name = name;
      this.connection = connection;
      this.messages = messages;
      this.log = log;
    }

    void go() {
      while (messages > 0 && connection.mayProduce(waiter)) {
        messages--;
        log.add(name);
        connection.produced(SMALL);
      }
    }
  }

  private void turnTheLoop() {
    for (int tasks = loop.size(); tasks > 0; tasks--) {
      loop.remove().run();
    }
  }

  @Test
  void shouldStopCallsWhoseConnectionHasHadItsTurnAndGoOnInTheNext() {
    ConnectionAccount greedy = connection("greedy");
    List<String> log = new ArrayList<>();
    Call a = new Call("a", greedy, 10_000, log);
    greedy.beginTurn();
    a.go();
    long turn = ConnectionAccount.TURN_BYTES_MAX / (SMALL + ConnectionAccount.MESSAGE_BYTES) + 1;
    assertThat(log.size()).isLessThanOrEqualTo((int) turn);
    int turns = 1;
    while (!loop.isEmpty()) {
      int before = log.size();
      turnTheLoop();
      assertThat(log.size() - before).isLessThanOrEqualTo((int) turn);
      turns++;
    }
    assertThat(log).hasSize(10_000);
    assertThat(turns).isGreaterThanOrEqualTo((int) (10_000 / turn));
  }

  @Test
  void shouldLetTheCallsOfAConnectionGoOnInTurns() {
    ConnectionAccount connection = connection("c");
    List<String> log = new ArrayList<>();
    connection.beginTurn();
    List<Call> calls =
        List.of(
            new Call("a", connection, 3_000, log),
            new Call("b", connection, 3_000, log),
            new Call("c", connection, 3_000, log));
    calls.forEach(Call::go);
    turnTheLoop();
    turnTheLoop();
    turnTheLoop();
    assertThat(log).contains("a", "b", "c");
    while (!loop.isEmpty()) {
      turnTheLoop();
    }
    assertThat(log).hasSize(9_000);
  }

  @Test
  void shouldStopCallsWhoseConnectionHasNoRoomUntilTheClientTookSome() {
    ConnectionAccount connection = connection("c");
    connection.add(SHARE);
    List<String> log = new ArrayList<>();
    connection.beginTurn();
    new Call("a", connection, 1, log).go();
    turnTheLoop();
    assertThat(log).isEmpty();
    connection.remove(SHARE / 2);
    turnTheLoop();
    assertThat(log).containsExactly("a");
  }

  @Test
  void shouldRefuseCallsThatTheShareHasNoRoomFor() {
    ConnectionAccount connection = connection("c");
    connection.add(SHARE);
    int calls = 0;
    while (connection.beginCall()) {
      calls++;
    }
    assertThat(calls).isEqualTo(Math.ceilDiv((int) SHARE, ConnectionAccount.CALL_BYTES));
    connection.endCall();
    assertThat(connection.beginCall()).isTrue();
  }

  @Test
  void shouldAnswerWhileAMessageArrives() {
    ConnectionAccount connection = connection("c");
    connection.arrive(SHARE);
    assertThat(connection.hasRoom()).isTrue();
    assertThat(connection.hasRoomToArrive(SHARE)).isTrue();
    assertThat(connection.hasRoomToArrive(0)).isFalse();
    connection.arrive(-SHARE);
    assertThat(connection.hasRoomToArrive(0)).isTrue();
    assertThat(budget.held()).isEqualTo(ConnectionAccount.CONNECTION_BYTES);
  }

  @Test
  void shouldCountAnAnswerBeforeTheEventLoopHasHandedItOver() {
    ConnectionAccount connection = connection("c");
    connection.answered(SHARE / 2);
    assertThat(connection.mayAnswer()).isTrue();
    connection.answered(SHARE / 2);
    assertThat(connection.mayAnswer()).isFalse();
    assertThat(connection.full()).hasMessageContaining("wait for this client");
    turnTheLoop();
    assertThat(connection.mayAnswer()).isTrue();
    assertThat(budget.held()).isEqualTo(ConnectionAccount.CONNECTION_BYTES);
  }

  @Test
  void shouldRefuseAnswersWhileConnectionsThatWereToldToCloseStillHoldTheBudgetTwice() {
    for (int each = 0; each < 4; each++) {
      connection("greedy").answered(SHARE);
    }
    ConnectionAccount modest = connection("modest");
    assertThat(closed).hasSize(3).containsOnly("greedy");
    assertThat(modest.mayAnswer()).isFalse();
    assertThat(modest.full()).hasMessageContaining("wait for its clients");
    turnTheLoop();
    assertThat(modest.mayAnswer()).isTrue();
  }

  @Test
  void shouldNotAnswerACallOfAConnectionThatWasToldToClose() {
    ConnectionAccount connection = connection("c");
    connection.end();
    assertThat(connection.mayAnswer()).isFalse();
  }

  @Test
  void shouldLetOneCallKeepWhateverItFoundAndOthersWhatFitsBeside() {
    ConnectionAccount connection = connection("c");
    assertThat(connection.keep(SHARE + 1)).isTrue();
    assertThat(connection.keep(1)).isFalse();
    assertThat(connection.keep(0)).isTrue();
    connection.drop(SHARE + 1);
    assertThat(connection.keep(SHARE / 2)).isTrue();
    assertThat(connection.keep(SHARE / 2)).isTrue();
    assertThat(connection.keep(1)).isFalse();
    connection.drop(SHARE);
    assertThat(budget.held()).isEqualTo(ConnectionAccount.CONNECTION_BYTES);
  }

  @Test
  void shouldSendToAConnectionThatHasAsManyCallsAsMayBe() {
    ConnectionAccount connection = connection("c");
    int calls = 0;
    while (connection.beginCall()) {
      calls++;
    }
    assertThat(calls).isGreaterThanOrEqualTo(budget.callsMax());
    assertThat(connection.hasRoom()).isTrue();
  }

  @Test
  void shouldCloseConnectionsWithoutACallBeforeOnesThatAreInUse() {
    ConnectionAccount used = connection("used");
    assertThat(used.beginCall()).isTrue();
    for (int each = 0; closed.isEmpty(); each++) {
      assertThat(each).isLessThan(1_000);
      connection("silent");
    }
    assertThat(closed).containsExactly("silent");
    used.add(SHARE);
    assertThat(closed).contains("used");
  }

  @Test
  void shouldCloseTheGreediestFirstAndOnlyAsManyAsNeeded() {
    ConnectionAccount modest = connection("modest");
    ConnectionAccount greedy = connection("greedy");
    ConnectionAccount greediest = connection("greediest");
    modest.add(SHARE / 4);
    greedy.add(SHARE / 2);
    greediest.add(SHARE);
    assertThat(closed).isEmpty();
    modest.add(SHARE / 4);
    assertThat(closed).containsExactly("greediest");
    greediest.closed();
    assertThat(budget.held()).isLessThan(2 * SHARE);
    modest.add(1);
    assertThat(closed).containsExactly("greediest");
  }

  @Test
  void shouldCountWhatCallsHaveInHandAndKeepNothingFromBeingSentForIt() {
    ConnectionAccount connection = connection("c");
    long before = budget.held();
    connection.hold(SHARE);
    assertThat(budget.held()).isEqualTo(before + SHARE);
    assertThat(connection.hasRoom()).isTrue();
    connection.hold(SHARE);
    assertThat(closed).containsExactly("c");
  }

  @Test
  void shouldHoldNothingForAConnectionThatIsGone() {
    long before = budget.held();
    ConnectionAccount connection = connection("c");
    connection.add(SHARE);
    connection.closed();
    connection.add(SHARE);
    connection.remove(5);
    assertThat(budget.held()).isEqualTo(before);
  }
}
