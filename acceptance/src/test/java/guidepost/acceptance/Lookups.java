package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.Route;
import guidepost.seed.routetable.RouterGrpc;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/// Many GetRoute calls under way at once, each compared with what is right.
final class Lookups {

  private static final int UNDER_WAY_MAX = 256;

  private final RouterGrpc.RouterFutureStub router;
  private final Semaphore underWay = new Semaphore(UNDER_WAY_MAX);
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  Lookups(ManagedChannel channel) {
    router = RouterGrpc.newFutureStub(channel).withExecutor(MoreExecutors.directExecutor());
  }

  /// Half of them uniform over all addresses, half inside the table.
  void shouldAgree(PrefixOracle oracle, int count, Random random) throws Exception {
    for (int i = 0; i < count; i++) {
      BigInteger address = i % 2 == 0 ? oracle.uniform(random) : oracle.inside(random);
      ask(oracle.text(address), oracle.longest(address));
    }
    shouldAllHaveAgreed();
  }

  /// Waits for the answers to all that was asked.
  void shouldAllHaveAgreed() throws InterruptedException {
    underWay.acquire(UNDER_WAY_MAX);
    underWay.release(UNDER_WAY_MAX);
    assertThat(List.copyOf(wrong)).isEmpty();
  }

  /// @param expected in the form of [PrefixOracle#longest]
  void ask(String address, String expected) throws InterruptedException {
    underWay.acquire();
    Futures.addCallback(
        router.getRoute(Destination.newBuilder().setNetwork(address).build()),
        new FutureCallback<Route>() {
          @Override
          public void onSuccess(Route route) {
            compare(address, expected, route);
            underWay.release();
          }

          @Override
          public void onFailure(Throwable failure) {
            wrong.add(address + ": " + failure);
            underWay.release();
          }
        },
        MoreExecutors.directExecutor());
  }

  private void compare(String address, String expected, Route route) {
    try {
      String answer = PrefixOracle.answer(route);
      if (!answer.equals(expected)) {
        wrong.add("%s: expected %s, got %s".formatted(address, expected, answer));
      }
    } catch (IOException e) {
      wrong.add(address + ": " + e);
    }
  }
}
