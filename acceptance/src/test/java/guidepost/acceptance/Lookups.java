package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.routes.v1.LookupBatchResponse;
import guidepost.routes.v1.RoutesGrpc;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.Route;
import guidepost.seed.routetable.RouterGrpc;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/// Many look-ups under way at once, each compared with what is right: one in 64 (in the long suite
/// one in eight) by the seed's GetRoute, the others by LookupBatch.
final class Lookups {

  private static final int UNDER_WAY_MAX = 256;

  // A call costs this virtual machine a hundred times an address of a batch.
  private static final int SINGLE_EVERY = Boolean.getBoolean("guidepost.long") ? 8 : 64;
  private static final int BATCH = 512;

  private final RouterGrpc.RouterFutureStub router;
  private final RoutesGrpc.RoutesFutureStub routes;
  private final Semaphore underWay = new Semaphore(UNDER_WAY_MAX);
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  Lookups(ManagedChannel channel) {
    router = RouterGrpc.newFutureStub(channel).withExecutor(MoreExecutors.directExecutor());
    routes = RoutesGrpc.newFutureStub(channel).withExecutor(MoreExecutors.directExecutor());
  }

  /// Half of them uniform over all addresses, half inside the table.
  void shouldAgree(PrefixOracle oracle, int count, Random random) throws Exception {
    List<BigInteger> batch = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      BigInteger address = random.nextBoolean() ? oracle.uniform(random) : oracle.inside(random);
      if (i % SINGLE_EVERY == 0) {
        ask(oracle.text(address), oracle.longest(address));
      } else {
        batch.add(address);
      }
      if (batch.size() == BATCH) {
        ask(oracle, batch);
        batch = new ArrayList<>();
      }
    }
    ask(oracle, batch);
    shouldAllHaveAgreed();
  }

  private void ask(PrefixOracle oracle, List<BigInteger> addresses) throws InterruptedException {
    ByteString.Output bytes = ByteString.newOutput();
    List<String> expected = new ArrayList<>(addresses.size());
    for (BigInteger address : addresses) {
      byte[] each = oracle.bytes(address);
      bytes.write(each, 0, each.length);
      expected.add(oracle.longest(address));
    }
    LookupBatchRequest.Builder request = LookupBatchRequest.newBuilder();
    if (oracle.isIpv4()) {
      request.setIpv4(bytes.toByteString());
    } else {
      request.setIpv6(bytes.toByteString());
    }
    underWay.acquire();
    Futures.addCallback(
        routes.lookupBatch(request.build()),
        new FutureCallback<LookupBatchResponse>() {
          @Override
          public void onSuccess(LookupBatchResponse response) {
            compare(expected, response);
            underWay.release();
          }

          @Override
          public void onFailure(Throwable failure) {
            wrong.add("a batch: " + failure);
            underWay.release();
          }
        },
        MoreExecutors.directExecutor());
  }

  private void compare(List<String> expected, LookupBatchResponse response) {
    try {
      if (response.getIndexesCount() != expected.size()) {
        wrong.add("a batch of %d has %d".formatted(expected.size(), response.getIndexesCount()));
        return;
      }
      for (int i = 0; i < expected.size(); i++) {
        int index = response.getIndexes(i);
        String answer =
            index == 0 ? "" : PrefixOracle.canonical(response.getRoutes(index - 1).getPrefix());
        if (!answer.equals(expected.get(i))) {
          wrong.add("in a batch: expected %s, got %s".formatted(expected.get(i), answer));
        }
      }
    } catch (IOException e) {
      wrong.add("a batch: " + e);
    }
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
