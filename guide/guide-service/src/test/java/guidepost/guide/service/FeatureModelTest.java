package guidepost.guide.service;

import static guidepost.guide.service.Guide.deleting;
import static guidepost.guide.service.Guide.feature;
import static guidepost.guide.service.Guide.putting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.common.v1.ChangeKind;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.FeaturesGrpc;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ModifyRequest;
import guidepost.guide.v1.ModifyResponse;
import guidepost.guide.v1.Operation;
import guidepost.guide.v1.WatchRequest;
import guidepost.guide.v1.WatchResponse;
import guidepost.testing.Seed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Random messages of every kind against a model of one map: every result, every feature, which one
/// stands for a place, and what a watcher is told must be the same.
final class FeatureModelTest {

  private static final int ROUNDS = Integer.getInteger("guidepost.rounds", 200);
  private static final int PLACES = 4;

  private final Random random = Seed.random("FeatureModelTest");
  private Guide guide = new Guide();

  /// @param order of being put at its place
  private record Held(Feature feature, long order) {}

  private final Map<String, Held> model = new HashMap<>();
  private long revision;
  private long orders;

  @AfterEach
  void close() {
    guide.close();
  }

  private record Expected(ResultCode code, int changed) {}

  @Test
  void shouldAnswerAndHoldWhatTheModelDoes() {
    var watcher =
        Caller.<WatchRequest, WatchResponse>eager(guide.channel(), FeaturesGrpc.getWatchMethod());
    watcher.send(WatchRequest.getDefaultInstance()).halfClose();
    var modifier = guide.modifier();
    for (int round = 0; round < ROUNDS; round++) {
      ModifyRequest request = request();
      modifier.send(request);
      ModifyResponse response = modifier.awaitReceived(round + 1).getLast();
      compare("round %d: %s".formatted(round, request), request, response);
    }
    compareState();
    await().untilAsserted(() -> assertThat(copy(watcher.received())).isEqualTo(features()));
    guide = guide.restart();
    compareState();
  }

  private void compare(String round, ModifyRequest request, ModifyResponse response) {
    Map<String, Held> before = new HashMap<>(model);
    long newest = revision;
    List<Expected> expected = expected(request, response);
    boolean refused = expected.stream().anyMatch(each -> each.code() != ResultCode.RESULT_CODE_OK);
    boolean aborted = request.getAtomic() && refused;
    if (aborted || request.getDryRun()) {
      model.clear();
      model.putAll(before);
    }
    if (!model.equals(before)) {
      revision = newest + 1;
    } else if (expected.stream().anyMatch(each -> each.changed() > 0) && !aborted) {
      // Put and deleted again: a batch all the same.
      revision = request.getDryRun() ? newest : newest + 1;
    }
    for (int i = 0; i < expected.size(); i++) {
      Expected each = expected.get(i);
      OperationResult result = response.getResults(i);
      boolean isDone = each.code() == ResultCode.RESULT_CODE_OK && !aborted;
      assertThat(result.getCode())
          .as(round)
          .isEqualTo(
              each.code() == ResultCode.RESULT_CODE_OK && aborted
                  ? ResultCode.RESULT_CODE_ABORTED
                  : each.code());
      assertThat(result.getEntriesChanged()).as(round).isEqualTo(isDone ? each.changed() : 0);
      assertThat(result.getRevision()).as(round).isEqualTo(isDone ? revision : 0);
      assertThat(response.getFeatureIds(i).isEmpty()).as(round).isEqualTo(!isDone);
      assertThat(result.getId()).isEqualTo(request.getOperations(i).getId());
    }
  }

  private List<Expected> expected(ModifyRequest request, ModifyResponse response) {
    List<Expected> expected = new ArrayList<>();
    boolean stale = request.hasExpectedRevision() && request.getExpectedRevision() != revision;
    for (int i = 0; i < request.getOperationsCount(); i++) {
      Operation operation = request.getOperations(i);
      expected.add(
          stale
              ? refused(ResultCode.RESULT_CODE_CONFLICT)
              : operation.hasDelete()
                  ? delete(operation)
                  : put(operation, response.getFeatureIds(i)));
    }
    return expected;
  }

  private static Expected refused(ResultCode code) {
    return new Expected(code, 0);
  }

  private static Expected done(int changed) {
    return new Expected(ResultCode.RESULT_CODE_OK, changed);
  }

  private static boolean isUnexpected(Operation operation, Optional<Held> held) {
    return operation.hasExpectedRevision()
        && operation.getExpectedRevision() != held.map(h -> h.feature().getRevision()).orElse(0L);
  }

  private Expected delete(Operation operation) {
    Optional<Held> held = Optional.ofNullable(model.get(operation.getDelete()));
    if (isUnexpected(operation, held)) {
      return refused(ResultCode.RESULT_CODE_CONFLICT);
    }
    model.remove(operation.getDelete());
    return done(held.isPresent() ? 1 : 0);
  }

  private Expected put(Operation operation, String answeredId) {
    Feature asked = operation.getPut();
    if (asked.getPoint().getLatitudeE7() > 900_000_000) {
      return refused(ResultCode.RESULT_CODE_INVALID);
    }
    Optional<Held> held =
        asked.getId().isEmpty() ? meant(asked) : Optional.ofNullable(model.get(asked.getId()));
    if (isUnexpected(operation, held)) {
      return refused(ResultCode.RESULT_CODE_CONFLICT);
    }
    // A message that is aborted tells no ids: any free one will do.
    String chosen = answeredId.isEmpty() ? "chosen" + orders : answeredId;
    String id = held.map(h -> h.feature().getId()).orElse(asked.getId());
    id = id.isEmpty() ? chosen : id;
    boolean stays = held.filter(h -> h.feature().getPoint().equals(asked.getPoint())).isPresent();
    Feature next = asked.toBuilder().setId(id).setRevision(revision + 1).build();
    if (held.isPresent() && plain(held.get().feature()).equals(plain(next))) {
      return done(0);
    }
    model.put(id, new Held(next, stays ? held.orElseThrow().order() : ++orders));
    return done(1);
  }

  private static Feature plain(Feature feature) {
    return feature.toBuilder().clearRevision().build();
  }

  private Optional<Held> meant(Feature asked) {
    return model.values().stream()
        .filter(held -> held.feature().getPoint().equals(asked.getPoint()))
        .filter(held -> held.feature().getName().equals(asked.getName()))
        .min(Comparator.comparingLong(Held::order));
  }

  private ModifyRequest request() {
    ModifyRequest.Builder request =
        ModifyRequest.newBuilder()
            .setAtomic(random.nextInt(4) == 0)
            .setDryRun(random.nextInt(6) == 0);
    if (random.nextInt(6) == 0) {
      request.setExpectedRevision(revision - random.nextInt(2));
    }
    boolean clean = random.nextBoolean();
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      request.addOperations(operation(clean).toBuilder().setId(random.nextInt(100)));
    }
    return request.build();
  }

  private Operation operation(boolean clean) {
    String id = "f" + random.nextInt(8);
    int place = random.nextInt(PLACES);
    String name = random.nextInt(4) == 0 ? "" : "n" + random.nextInt(3);
    Operation operation =
        switch (random.nextInt(8)) {
          case 0, 1 -> deleting(id);
          case 2, 3 -> putting(feature("", place, place, name));
          case 4 -> clean ? deleting(id) : putting(feature(id, 900_000_001, place, name));
          default -> putting(feature(id, place, place, name));
        };
    if (random.nextInt(clean ? 20 : 5) > 0) {
      return operation;
    }
    long found = Optional.ofNullable(model.get(id)).map(h -> h.feature().getRevision()).orElse(0L);
    return operation.toBuilder()
        .setExpectedRevision(Math.max(0, found - random.nextInt(2)))
        .build();
  }

  private Map<String, Feature> features() {
    Map<String, Feature> features = new HashMap<>();
    model.forEach((id, held) -> features.put(id, held.feature()));
    return features;
  }

  private void compareState() {
    Map<String, Feature> listed = new HashMap<>();
    guide
        .features()
        .listInBox(ListInBoxRequest.getDefaultInstance())
        .forEachRemaining(page -> page.getFeaturesList().forEach(f -> listed.put(f.getId(), f)));
    assertThat(listed).isEqualTo(features());
    for (int place = 0; place < PLACES; place++) {
      int at = place;
      String first =
          model.values().stream()
              .filter(held -> held.feature().getPoint().getLatitudeE7() == at)
              .filter(held -> !held.feature().getName().isEmpty())
              .min(Comparator.comparingLong(Held::order))
              .map(held -> held.feature().getName())
              .orElse("");
      assertThat(guide.seed().getFeature(Guide.point(at, at)).getName()).isEqualTo(first);
    }
    assertThat(guide.stats().getFeaturesRevision()).isEqualTo(revision);
  }

  private static Map<String, Feature> copy(List<WatchResponse> told) {
    Map<String, Feature> copy = new HashMap<>();
    for (WatchResponse message : told) {
      message.getSnapshot().getFeaturesList().forEach(each -> copy.put(each.getId(), each));
      message
          .getChanges()
          .getChangesList()
          .forEach(
              change -> {
                String id = change.getFeature().getId();
                boolean gone = change.getKind() == ChangeKind.CHANGE_KIND_REMOVED;
                var _ = gone ? copy.remove(id) : copy.put(id, change.getFeature());
              });
    }
    return copy;
  }
}
