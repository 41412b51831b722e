package guidepost.cluster;

import guidepost.client.GuidepostClient;
import guidepost.client.ServerAddress;
import guidepost.client.Watch;
import guidepost.common.v1.ChangeKind;
import guidepost.common.v1.Progress;
import guidepost.common.v1.WatchStart;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RouteChange;
import guidepost.routes.v1.WatchRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A client that knows all servers and watches all routes from the first change on, wherever its
/// call is answered.
final class Follower implements AutoCloseable {

  private final GuidepostClient client;
  private final Watch<Route, RouteChange> watch;
  private final Map<String, Integer> added = new TreeMap<>();
  private final List<String> wrong = new ArrayList<>();
  private long revision;
  private int cuts;

  Follower(ClusterProcesses servers) {
    client =
        GuidepostClient.to(
                IntStream.range(0, ClusterProcesses.COUNT)
                    .mapToObj(i -> ServerAddress.parse(servers.address(i)))
                    .toList())
            .connect();
    WatchRequest request =
        WatchRequest.newBuilder()
            .setStart(WatchStart.newBuilder().setAfter(Progress.newBuilder().setRevision(0)))
            .build();
    watch = client.routes().watch(request, new Listener());
  }

  private final class Listener implements Watch.Listener<Route, RouteChange> {
    @Override
    public void begin(Watch.Beginning why) {
      wrong("began again with a snapshot: " + why);
    }

    @Override
    public void changes(List<RouteChange> changes, long upTo) {
      synchronized (Follower.this) {
        for (RouteChange change : changes) {
          if (change.getKind() == ChangeKind.CHANGE_KIND_ADDED) {
            added.merge(change.getRoute().getPrefix(), 1, Integer::sum);
          }
        }
        if (upTo < revision) {
          wrong.add("went back from revision %d to %d".formatted(revision, upTo));
        }
        revision = upTo;
      }
    }

    @Override
    public void cut(StatusRuntimeException why, Duration retryAfter) {
      synchronized (Follower.this) {
        cuts++;
      }
    }

    @Override
    public void ended(StatusRuntimeException why) {
      if (why.getStatus().getCode() != Status.Code.CANCELLED) {
        wrong("ended: " + why.getStatus());
      }
    }
  }

  private synchronized void wrong(String what) {
    wrong.add(what);
  }

  /// What was told that must not be.
  synchronized List<String> wrong() {
    List<String> all = new ArrayList<>(wrong);
    added.forEach(
        (prefix, times) -> {
          if (times > 1) {
            all.add("told %d times: %s".formatted(times, prefix));
          }
        });
    return all;
  }

  /// Prefixes that were told of.
  synchronized int told() {
    return added.size();
  }

  synchronized boolean wasTold(String prefix) {
    return added.containsKey(prefix);
  }

  synchronized int cuts() {
    return cuts;
  }

  @Override
  public void close() {
    watch.close();
    client.close();
  }
}
