package guidepost.routes.service;

import static guidepost.routes.service.RouteGroup.bothFamilies;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.journal.MemoryJournalStore;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteText;
import guidepost.testing.Patience;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Several writers, each of a source of its own, submit random groups without waiting for answers,
/// go away and come back: every outcome and the table must be those of a map in which each group is
/// done when it is submitted.
final class RouteWriterModelTest {

  private static final int ROUNDS = Integer.getInteger("guidepost.rounds", 2_000);
  private static final List<String> SOURCES = List.of("bgp", "ospf", "rip");

  private record Key(String source, Prefix prefix, String nextHop) {
    static Key of(Route route) {
      return new Key(route.source(), route.prefix(), route.nextHop().toString());
    }
  }

  /// A writer, and what the model knows of it.
  private static final class Party {
    final String source;
    RouteWriter writer;
    @Nullable Set<Key> refreshed;
    boolean broken;

    Party(String source, RouteWriter writer) {
      this.source = source;
      this.writer = writer;
    }
  }

  /// What was submitted, and what must come of it: changes, or -1 for a rejection.
  private record Submitted(CompletableFuture<List<RouteOutcome>> answer, List<Integer> expected) {}

  private final Map<String, Map<Key, Long>> model = new TreeMap<>();
  private final Random random;
  private final long seed = Long.getLong("guidepost.seed", System.nanoTime());

  RouteWriterModelTest() {
    System.out.println("RouteWriterModelTest seed " + seed);
    random = new Random(seed);
    SOURCES.forEach(source -> model.put(source, new HashMap<>()));
  }

  private Map<Key, Long> of(String source) {
    return Objects.requireNonNull(model.get(source));
  }

  private Prefix prefix() {
    return RouteText.PREFIX.query("10.%d.0.0/16".formatted(random.nextInt(8)), "");
  }

  private Route route(String source, Prefix prefix) {
    return new Route(
        prefix,
        source,
        RouteText.nextHop("192.0.2." + random.nextInt(1, 4), ""),
        0,
        random.nextInt(3),
        0,
        0);
  }

  @Test
  void shouldAnswerAndHoldWhatTheModelDoes() throws Exception {
    MemoryJournalStore store = new MemoryJournalStore();
    try (RouteService routes = RouteService.open(store.journal("routes"), RouteLimits.DEFAULT)) {
      List<Party> parties = new ArrayList<>();
      for (String source : SOURCES) {
        Party party = new Party(source, routes.openWriter(() -> {}));
        await(party.writer.submit(RouteGroup.of("default", source).putSource(20)));
        parties.add(party);
      }
      List<Submitted> submitted = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        Party party = parties.get(random.nextInt(parties.size()));
        if (random.nextInt(50) == 0) {
          goAway(party, routes);
        }
        if (!party.writer.isReady() || submitted.size() > 20) {
          check(submitted);
        }
        submitted.add(submit(party));
      }
      check(submitted);
      Map<Key, Long> found = new TreeMap<>(Comparator.comparing(Key::toString));
      routes
          .published()
          .state("default")
          .routes()
          .all()
          .forEachRemaining(route -> found.put(Key.of(route), route.metric()));
      Map<Key, Long> expected = new TreeMap<>(Comparator.comparing(Key::toString));
      model.values().forEach(expected::putAll);
      assertThat(found).isEqualTo(expected);
      parties.forEach(party -> party.writer.close());
    }
  }

  private static List<RouteOutcome> await(CompletableFuture<List<RouteOutcome>> answer)
      throws Exception {
    return answer.get(Patience.SECONDS, TimeUnit.SECONDS);
  }

  private void check(List<Submitted> submitted) throws Exception {
    for (Submitted each : submitted) {
      assertThat(await(each.answer()))
          .as("seed %d", seed)
          .extracting(outcome -> outcome instanceof RouteOutcome.Done done ? done.changed() : -1)
          .isEqualTo(each.expected());
    }
    submitted.clear();
  }

  private static void goAway(Party party, RouteService routes) {
    party.writer.close();
    party.writer = routes.openWriter(() -> {});
    party.refreshed = null;
    party.broken = false;
  }

  private Submitted submit(Party party) throws Exception {
    RouteGroup group = RouteGroup.of("default", party.source);
    Map<Key, Long> before = Map.copyOf(of(party.source));
    Set<Key> refreshedBefore = party.refreshed == null ? null : new HashSet<>(party.refreshed);
    boolean brokenBefore = party.broken;
    List<Integer> expected = new ArrayList<>();
    boolean atomic = random.nextInt(4) == 0;
    boolean dry = random.nextInt(6) == 0;
    for (int i = random.nextInt(6); i >= 0; i--) {
      expected.add(operation(party, group, atomic));
    }
    boolean aborted = atomic && expected.contains(-1);
    if (dry || aborted) {
      of(party.source).clear();
      of(party.source).putAll(before);
      party.refreshed = refreshedBefore;
      party.broken = brokenBefore || (aborted && !dry && refreshedBefore != null);
    }
    if (aborted) {
      expected.replaceAll(_ -> -1);
    }
    if (atomic) {
      group.atomic();
    }
    if (dry) {
      group.dryRun();
    }
    return new Submitted(party.writer.submit(group), expected);
  }

  private int operation(Party party, RouteGroup group, boolean atomic) {
    Prefix prefix = prefix();
    Route route = route(party.source, prefix);
    return switch (random.nextInt(atomic ? 8 : 10)) {
      case 0, 1, 2, 3 -> {
        group.put(route);
        yield put(party, route);
      }
      case 4 -> {
        group.delete(route);
        yield of(party.source).remove(Key.of(route)) == null ? 0 : 1;
      }
      case 5 -> {
        List<Route> all = new ArrayList<>(List.of(route, route(party.source, prefix)));
        if (Key.of(all.getFirst()).equals(Key.of(all.getLast()))) {
          all.removeLast();
        }
        group.replace(prefix, all);
        yield replace(party, prefix, all);
      }
      case 6 -> {
        group.put(route, 1L << 40); // no route was written by that revision
        party.broken |= party.refreshed != null;
        yield -1;
      }
      case 7 -> {
        group.flush(prefix);
        yield drop(party, key -> key.prefix().equals(prefix));
      }
      case 8 -> {
        group.beginRefresh(bothFamilies());
        party.refreshed = new HashSet<>();
        party.broken = false;
        yield 0;
      }
      default -> {
        boolean despite = random.nextBoolean();
        if (despite) {
          group.endRefreshDespiteRejections(bothFamilies());
        } else {
          group.endRefresh(bothFamilies());
        }
        yield end(party, despite);
      }
    };
  }

  private int put(Party party, Route route) {
    if (party.refreshed != null) {
      party.refreshed.add(Key.of(route));
    }
    Long metric = of(party.source).put(Key.of(route), route.metric());
    return metric != null && metric == route.metric() ? 0 : 1;
  }

  private int drop(Party party, Predicate<Key> which) {
    int before = of(party.source).size();
    of(party.source).keySet().removeIf(which);
    return before - of(party.source).size();
  }

  private int replace(Party party, Prefix prefix, List<Route> all) {
    Set<Key> kept = new HashSet<>();
    all.forEach(route -> kept.add(Key.of(route)));
    int changed = drop(party, key -> key.prefix().equals(prefix) && !kept.contains(key));
    for (Route route : all) {
      changed += put(party, route);
    }
    return changed;
  }

  private int end(Party party, boolean despite) {
    Set<Key> refreshed = party.refreshed;
    if (refreshed == null || (party.broken && !despite)) {
      return -1;
    }
    party.refreshed = null;
    party.broken = false;
    return drop(party, key -> !refreshed.contains(key));
  }
}
