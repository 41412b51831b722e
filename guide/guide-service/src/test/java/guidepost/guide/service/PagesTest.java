package guidepost.guide.service;

import static guidepost.guide.service.Guide.feature;
import static guidepost.guide.service.Reports.note;
import static guidepost.guide.service.Reports.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.io.BaseEncoding;
import guidepost.guide.v1.AlongPathRequest;
import guidepost.guide.v1.FeatureFilter;
import guidepost.guide.v1.GeoCorridor;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInBoxResponse;
import guidepost.guide.v1.ListNotesRequest;
import guidepost.guide.v1.ListTripsRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Pages: a token is of one question, one state and one timeline; no page is empty but the first of
/// an empty list.
final class PagesTest {

  private final Guide guide = new Guide();

  @AfterEach
  void close() {
    guide.close();
  }

  private record Answer(List<String> ids, long revision, String next) {}

  private Answer list(ListInBoxRequest request) {
    List<String> ids = new ArrayList<>();
    Iterator<ListInBoxResponse> chunks = guide.features().listInBox(request);
    ListInBoxResponse last = ListInBoxResponse.getDefaultInstance();
    while (chunks.hasNext()) {
      last = chunks.next();
      last.getFeaturesList().forEach(each -> ids.add(each.getId()));
    }
    return new Answer(ids, last.getRevision(), last.getNextPageToken());
  }

  private static ListInBoxRequest page(int size, String token) {
    return ListInBoxRequest.newBuilder().setPageSize(size).setPageToken(token).build();
  }

  @Test
  void shouldAnswerEveryPageAtTheRevisionOfTheFirst() {
    guide.put(feature("a", 1, 1, "A"), feature("b", 2, 2, "B"), feature("c", 3, 3, "C"));
    Answer first = list(page(2, ""));
    guide.put(feature("d", 4, 4, "D"), feature("e", 0, 0, "E"));
    guide.modify(Guide.deleting("c"));
    Answer second = list(page(2, first.next()));
    assertThat(first.ids()).hasSize(2);
    assertThat(second.ids()).hasSize(1);
    assertThat(second.revision()).isEqualTo(first.revision()).isEqualTo(1);
    assertThat(second.next()).isEmpty();
    List<String> all = new ArrayList<>(first.ids());
    all.addAll(second.ids());
    assertThat(all).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void shouldPromiseNoPageThatTheFilterLeavesEmpty() {
    guide.put(
        feature("a", 1, 1, "A").toBuilder().setCategory("fuel").build(),
        feature("b", 2, 2, "B").toBuilder().setCategory("food").build(),
        feature("c", 3, 3, "C").toBuilder().setCategory("food").build());
    ListInBoxRequest fuel =
        page(1, "").toBuilder().setFilter(FeatureFilter.newBuilder().addCategories("fuel")).build();
    assertThat(list(fuel)).isEqualTo(new Answer(List.of("a"), 1, ""));
    ListInBoxRequest food =
        page(1, "").toBuilder().setFilter(FeatureFilter.newBuilder().addCategories("food")).build();
    Answer first = list(food);
    assertThat(first.next()).isNotEmpty();
    Answer second = list(food.toBuilder().setPageToken(first.next()).build());
    assertThat(second.ids()).hasSize(1).isNotEqualTo(first.ids());
    assertThat(second.next()).isEmpty();
  }

  /// The same token with the timeline's bits turned.
  private static String elsewhere(String token) {
    byte[] bytes = BaseEncoding.base64Url().omitPadding().decode(token);
    bytes[5] ^= 1;
    return BaseEncoding.base64Url().omitPadding().encode(bytes);
  }

  @Test
  void shouldRejectATokenOfAnotherTimelineInEveryList() {
    guide.put(feature("a", 1, 1, "A"), feature("b", 2, 2, "B"));
    String features = elsewhere(list(page(1, "")).next());
    assertThatThrownBy(() -> list(page(1, features)))
        .hasMessageStartingWith("OUT_OF_RANGE: page_token")
        .hasMessageContaining("start again without a token");

    post(guide, note("ann", "hazard", 1, 1));
    post(guide, note("ann", "hazard", 2, 2));
    ListNotesRequest notes = ListNotesRequest.newBuilder().setPageSize(1).build();
    String token = guide.notes().listNotes(notes).getNextPageToken();
    assertThat(
            guide.notes().listNotes(notes.toBuilder().setPageToken(token).build()).getNotesCount())
        .isEqualTo(1);
    assertThatThrownBy(
            () -> guide.notes().listNotes(notes.toBuilder().setPageToken(elsewhere(token)).build()))
        .hasMessageStartingWith("OUT_OF_RANGE: page_token");
    assertThatThrownBy(
            () ->
                guide.trips().listTrips(ListTripsRequest.newBuilder().setPageToken(token).build()))
        .hasMessageStartingWith("INVALID_ARGUMENT: page_token");
  }

  /// The same token with a byte more behind it.
  private static String longer(String token) {
    byte[] bytes = BaseEncoding.base64Url().omitPadding().decode(token);
    return BaseEncoding.base64Url().omitPadding().encode(Arrays.copyOf(bytes, bytes.length + 1));
  }

  @Test
  void shouldRejectATokenThatNoListGave() {
    guide.put(feature("a", 1, 1, "A"), feature("b", 2, 2, "B"));
    String token = list(page(1, "")).next();
    for (String forged : List.of(longer(token), token + "=", token.substring(0, 30))) {
      assertThatThrownBy(() -> list(page(1, forged)))
          .hasMessageStartingWith("INVALID_ARGUMENT: page_token \"");
    }
    AlongPathRequest way =
        AlongPathRequest.newBuilder()
            .setCorridor(
                GeoCorridor.newBuilder()
                    .addPath(GeoPoint.newBuilder().setLatitudeE7(0).setLongitudeE7(0))
                    .addPath(GeoPoint.newBuilder().setLatitudeE7(9).setLongitudeE7(9))
                    .setWithinMetres(10))
            .setPageSize(1)
            .build();
    String next = guide.features().alongPath(way).next().getNextPageToken();
    byte[] bytes = BaseEncoding.base64Url().omitPadding().decode(next);
    bytes[31] ^= 1; // what is 0 on a path
    String forged = BaseEncoding.base64Url().omitPadding().encode(bytes);
    assertThatThrownBy(
            () -> guide.features().alongPath(way.toBuilder().setPageToken(forged).build()).next())
        .hasMessageStartingWith("INVALID_ARGUMENT: page_token \"");
    assertThat(guide.features().alongPath(way.toBuilder().setPageToken(next).build()).next())
        .isNotNull();
  }

  @Test
  void shouldLowerAPageThatIsTooLarge() {
    for (int i = 0; i < 3; i++) {
      post(guide, note("ann", "hazard", i, 1));
    }
    ListNotesRequest most = ListNotesRequest.newBuilder().setPageSize(-1).build();
    assertThat(guide.notes().listNotes(most).getNotesCount()).isEqualTo(3);
    assertThat(guide.trips().listTrips(ListTripsRequest.newBuilder().setPageSize(5_000).build()))
        .isNotNull();
  }
}
