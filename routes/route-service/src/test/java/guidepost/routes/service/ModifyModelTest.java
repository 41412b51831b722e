package guidepost.routes.service;

import static guidepost.routes.service.V1Client.add;
import static guidepost.routes.service.V1Client.delete;
import static guidepost.routes.service.V1Client.deletePrefix;
import static guidepost.routes.service.V1Client.replace;
import static guidepost.routes.service.V1Client.via;
import static org.assertj.core.api.Assertions.assertThat;

import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.routes.v1.CreateTableRequest;
import guidepost.routes.v1.FlushRequest;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.WatchRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Random requests of every kind against a model of nested maps: every result, every table and what
/// watchers are told must be the same.
final class ModifyModelTest {

  static final List<String> TABLES = List.of("default", "red", "blue");
  static final List<String> SOURCES = List.of("static", "bgp", "ospf");

  private static final int ROUNDS = Integer.getInteger("guidepost.rounds", 400);

  private final Map<String, Map<String, Route>> model = new TreeMap<>();
  private final Map<String, Set<String>> syncs = new LinkedHashMap<>();
  // Of those, the ones of which something was refused.
  private final Set<String> broken = new HashSet<>();
  private InProcessRoutes server;
  private V1Client client;

  @BeforeEach
  void start() throws Exception {
    server = InProcessRoutes.start();
    client = new V1Client(server);
    client.putSource("bgp", 20);
    client.putSource("ospf", 110);
    TABLES.forEach(table -> model.put(table, new TreeMap<>()));
    server.routes().createTable(CreateTableRequest.newBuilder().setName("red").build());
    server.routes().createTable(CreateTableRequest.newBuilder().setName("blue").build());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void shouldAnswerAndHoldWhatTheModelDoes() throws Exception {
    long seed = Long.getLong("guidepost.seed", System.nanoTime());
    System.out.println("ModifyModelTest seed " + seed);
    Random random = new Random(seed);
    List<Watcher> watchers =
        TABLES.stream()
            .map(table -> WatchRequest.newBuilder().setTable(table).build())
            .map(request -> Watcher.open(server.routesAsync(), request))
            .toList();
    V1Client.Modifying call = client.modifying();
    for (int round = 0; round < ROUNDS; round++) {
      if (random.nextInt(40) == 0) {
        flush(random);
      }
      ModifyRequest request = request(random);
      List<Expected> expected = expected(request);
      List<OperationResult> results = call.send(request);
      for (int i = 0; i < results.size(); i++) {
        OperationResult result = results.get(i);
        assertThat(new Expected(result.getCode(), result.getEntriesChanged()))
            .as("round %d operation %d: %s", round, i, request.getOperations(i))
            .isEqualTo(expected.get(i));
      }
    }
    for (int i = 0; i < TABLES.size(); i++) {
      String table = TABLES.get(i);
      assertThat(plain(client.byKey(table))).isEqualTo(plain(table(table)));
      Watcher watcher = watchers.get(i);
      while (!plain(watcher.copy()).equals(plain(table(table)))) {
        watcher.next();
      }
      watcher.close();
    }
    server = server.restart();
    client = new V1Client(server);
    for (String table : TABLES) {
      assertThat(plain(client.byKey(table))).isEqualTo(plain(table(table)));
    }
    SOURCES.forEach(
        source ->
            assertThat(client.source(source).getRoutes())
                .as(source)
                .isEqualTo(
                    model.values().stream()
                        .flatMap(routes -> routes.values().stream())
                        .filter(route -> route.getSource().equals(source))
                        .count()));
  }

  private record Expected(ResultCode code, int changed) {}

  private Map<String, Route> table(String name) {
    return Objects.requireNonNull(model.get(name));
  }

  private static int distance(String source) {
    return switch (source) {
      case "static" -> 1;
      case "bgp" -> 20;
      default -> 110;
    };
  }

  private static Map<String, Route> plain(Map<String, Route> routes) {
    Map<String, Route> plain = new TreeMap<>();
    routes.forEach(
        (key, route) -> plain.put(key, route.toBuilder().clearRevision().clearInstalled().build()));
    return plain;
  }

  private static Route route(Random random) {
    return via(
            "10.%d.0.0/16".formatted(random.nextInt(12)),
            "192.0.2." + random.nextInt(3),
            random.nextInt(3))
        .toBuilder()
        .setPathId(random.nextInt(2))
        .build();
  }

  private static Operation operation(Random random) {
    Route route = route(random);
    return switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> add(route);
      case 4 -> delete(route);
      case 5 -> deletePrefix(route.getPrefix());
      case 6 ->
          replace(
              route.getPrefix(),
              via(route.getPrefix(), "192.0.2.1", random.nextInt(3)),
              via("", "192.0.2.2", random.nextInt(3)));
      case 7 ->
          random.nextBoolean() ? V1Client.beginSync() : V1Client.endSync(random.nextBoolean());
      case 8 -> add(via("10.0.0.1/8", "192.0.2.1"));
      default -> add(route.toBuilder().setSource("nobody").build());
    };
  }

  /// A request of a few operations on one of the tables and for one of the sources.
  static ModifyRequest request(Random random) {
    ModifyRequest.Builder request =
        ModifyRequest.newBuilder()
            .setTable(TABLES.get(random.nextInt(TABLES.size())))
            .setSource(SOURCES.get(random.nextInt(SOURCES.size())))
            .setAtomic(random.nextInt(5) == 0)
            .setDryRun(random.nextInt(8) == 0);
    boolean clean = random.nextBoolean();
    for (int i = random.nextInt(8); i >= 0; i--) {
      Operation next = operation(random);
      while (clean && (next.hasAdd() && !next.getAdd().getPrefix().endsWith("16"))) {
        next = operation(random);
      }
      request.addOperations(next);
    }
    return request.build();
  }

  private void flush(Random random) {
    String table = TABLES.get(random.nextInt(TABLES.size()));
    String source = SOURCES.get(random.nextInt(SOURCES.size()));
    long expected =
        table(table).values().stream().filter(r -> r.getSource().equals(source)).count();
    long deleted =
        server
            .routes()
            .flush(FlushRequest.newBuilder().setTable(table).setSource(source).build())
            .getDeleted();
    assertThat(deleted).isEqualTo(expected);
    table(table).values().removeIf(route -> route.getSource().equals(source));
  }

  private List<Expected> expected(ModifyRequest request) {
    Map<String, Route> table = table(request.getTable());
    Map<String, Route> before = new TreeMap<>(table);
    Set<String> brokenBefore = new HashSet<>(broken);
    Map<String, Set<String>> syncsBefore = new LinkedHashMap<>();
    syncs.forEach((scope, written) -> syncsBefore.put(scope, new HashSet<>(written)));
    List<Expected> expected = new ArrayList<>();
    request.getOperationsList().forEach(each -> expected.add(expected(each, request, table)));
    boolean refused = expected.stream().anyMatch(each -> each.code() != ResultCode.RESULT_CODE_OK);
    if (request.getDryRun()) {
      broken.clear();
      broken.addAll(brokenBefore);
    }
    if (request.getDryRun() || (request.getAtomic() && refused)) {
      table.clear();
      table.putAll(before);
      syncs.clear();
      syncs.putAll(syncsBefore);
    }
    if (request.getAtomic() && refused) {
      expected.replaceAll(
          each ->
              each.code() == ResultCode.RESULT_CODE_OK
                  ? new Expected(ResultCode.RESULT_CODE_ABORTED, 0)
                  : each);
    }
    if (request.getAtomic() && refused && !request.getDryRun()) {
      request.getOperationsList().stream()
          .filter(each -> !each.hasBeginSync() && !each.hasEndSync())
          .filter(each -> each.getAdd().getSource().isEmpty())
          .forEach(each -> broken.add(request.getTable() + " " + request.getSource()));
    }
    return expected;
  }

  private Expected expected(Operation operation, ModifyRequest request, Map<String, Route> table) {
    String source = request.getSource();
    String scope = request.getTable() + " " + source;
    return switch (operation.getActionCase()) {
      case ADD -> {
        Route route = operation.getAdd();
        if (!route.getPrefix().endsWith("16")) {
          broken.add(scope);
          yield new Expected(ResultCode.RESULT_CODE_INVALID, 0);
        }
        if (!route.getSource().isEmpty()) {
          yield new Expected(ResultCode.RESULT_CODE_UNKNOWN, 0);
        }
        yield ok(put(route, source, scope, table));
      }
      case DELETE_ROUTE ->
          ok(table.remove(key(operation.getDeleteRoute(), source)) == null ? 0 : 1);
      case DELETE_PREFIX -> ok(deleteOthers(operation.getDeletePrefix(), source, Set.of(), table));
      case REPLACE -> {
        Set<String> kept = new HashSet<>();
        List<Route> routes = new ArrayList<>();
        for (Route each : operation.getReplace().getRoutesList()) {
          Route whole = each.toBuilder().setPrefix(operation.getReplace().getPrefix()).build();
          routes.add(whole);
          kept.add(key(whole, source));
        }
        int changed = deleteOthers(operation.getReplace().getPrefix(), source, kept, table);
        for (Route each : routes) {
          changed += put(each, source, scope, table);
        }
        yield ok(changed);
      }
      case BEGIN_SYNC, END_SYNC -> sync(operation, request, scope, table);
      case ACTION_NOT_SET -> throw new AssertionError();
    };
  }

  private Expected sync(
      Operation operation, ModifyRequest request, String scope, Map<String, Route> table) {
    if (request.getAtomic()) {
      return new Expected(ResultCode.RESULT_CODE_INVALID, 0);
    }
    if (operation.hasBeginSync()) {
      syncs.put(scope, new HashSet<>());
      broken.remove(scope);
      return ok(0);
    }
    Set<String> written = syncs.get(scope);
    if (written == null) {
      return new Expected(ResultCode.RESULT_CODE_INVALID, 0);
    }
    if (broken.contains(scope) && !operation.getEndSync().getSweepDespiteRejections()) {
      return new Expected(ResultCode.RESULT_CODE_ABORTED, 0);
    }
    syncs.remove(scope);
    int before = table.size();
    table
        .entrySet()
        .removeIf(
            entry ->
                entry.getValue().getSource().equals(request.getSource())
                    && !written.contains(entry.getKey()));
    return ok(before - table.size());
  }

  private static Expected ok(int changed) {
    return new Expected(ResultCode.RESULT_CODE_OK, changed);
  }

  private static Route whole(Route route, String source) {
    return route.toBuilder()
        .setSource(source)
        .setDistance(distance(source))
        .setKind(guidepost.routes.v1.RouteKind.ROUTE_KIND_UNICAST)
        .build();
  }

  private static String key(Route route, String source) {
    return Watcher.key(whole(route, source));
  }

  private int put(Route route, String source, String scope, Map<String, Route> table) {
    Route whole = whole(route, source);
    String key = Watcher.key(whole);
    syncs.computeIfPresent(
        scope,
        (same, written) -> {
          written.add(key);
          return written;
        });
    return whole.equals(table.put(key, whole)) ? 0 : 1;
  }

  private static int deleteOthers(
      String prefix, String source, Set<String> kept, Map<String, Route> table) {
    int before = table.size();
    table
        .entrySet()
        .removeIf(
            entry ->
                entry.getValue().getPrefix().equals(prefix)
                    && entry.getValue().getSource().equals(source)
                    && !kept.contains(entry.getKey()));
    return before - table.size();
  }
}
