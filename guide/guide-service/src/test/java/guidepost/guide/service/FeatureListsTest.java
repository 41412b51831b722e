package guidepost.guide.service;

import static guidepost.guide.service.Guide.feature;
import static guidepost.guide.service.PlaceQuestions.ids;
import static guidepost.guide.service.PlaceQuestions.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import guidepost.guide.v1.AlongPathResponse;
import guidepost.guide.v1.FeatureFilter;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.GeoCircle;
import guidepost.guide.v1.ListInBoxRequest;
import guidepost.guide.v1.ListInBoxResponse;
import guidepost.guide.v1.ListInRadiusRequest;
import guidepost.guide.v1.NearestRequest;
import guidepost.guide.v1.NearestResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Filters, pages and bad questions of the lists of `guidepost.guide.v1.Features`.
final class FeatureListsTest {

  private final PlaceQuestions places = new PlaceQuestions("FeatureListsTest");

  @AfterEach
  void close() {
    places.close();
  }

  @Test
  void shouldFilterEveryListByCategoryAttributesAndName() {
    places.guide.put(
        feature("a", 10, 10, "A").toBuilder()
            .setCategory("fuel")
            .putAttributes("open", "24/7")
            .build(),
        feature("b", 20, 20, "").toBuilder()
            .setCategory("fuel")
            .putAttributes("open", "no")
            .build(),
        feature("c", 30, 30, "C").toBuilder().setCategory("inn").build());
    assertThat(filtered(FeatureFilter.newBuilder().addCategories("fuel")))
        .containsExactly("a", "b");
    assertThat(filtered(FeatureFilter.newBuilder().addCategories("inn").addCategories("fuel")))
        .containsExactly("a", "b", "c");
    assertThat(filtered(FeatureFilter.newBuilder().putAttributes("open", "")))
        .containsExactly("a", "b");
    assertThat(filtered(FeatureFilter.newBuilder().putAttributes("open", "24/7")))
        .containsExactly("a");
    assertThat(filtered(FeatureFilter.newBuilder().setNamed(true))).containsExactly("a", "c");
    assertThat(filtered(FeatureFilter.newBuilder().addCategories("fue"))).isEmpty();
  }

  /// What all four lists answer, by distance from the origin.
  private List<String> filtered(FeatureFilter.Builder filter) {
    List<String> nearest =
        places
            .nearest(
                NearestRequest.newBuilder().setOrigin(point(0, 0)).setCount(9).setFilter(filter))
            .stream()
            .map(each -> each.getFeature().getId())
            .toList();
    List<String> inBox = new ArrayList<>();
    places
        .guide
        .features()
        .listInBox(ListInBoxRequest.newBuilder().setFilter(filter).build())
        .forEachRemaining(page -> page.getFeaturesList().forEach(each -> inBox.add(each.getId())));
    List<String> inRadius = new ArrayList<>();
    places
        .guide
        .features()
        .listInRadius(
            ListInRadiusRequest.newBuilder()
                .setCircle(GeoCircle.newBuilder().setCentre(point(0, 0)).setRadiusMetres(10))
                .setFilter(filter)
                .build())
        .forEachRemaining(
            page ->
                page.getFeaturesList().forEach(each -> inRadius.add(each.getFeature().getId())));
    List<String> onPath = ids(places.found(places.along(10, 0, 0, 0.1, 0.1).setFilter(filter)));
    assertThat(inBox).containsExactlyInAnyOrderElementsOf(nearest);
    assertThat(inRadius).containsExactlyInAnyOrderElementsOf(nearest);
    assertThat(onPath).isEqualTo(nearest);
    return nearest;
  }

  @Test
  void shouldPageThroughABoxWithoutGapOrRepetitionWhileOtherFeaturesComeAndGo() {
    Set<String> kept = new HashSet<>();
    places.scatter(300).forEach(each -> kept.add(each.getId()));
    List<String> told = new ArrayList<>();
    String token = "";
    int round = 0;
    do {
      ListInBoxResponse page =
          places
              .guide
              .features()
              .listInBox(ListInBoxRequest.newBuilder().setPageSize(7).setPageToken(token).build())
              .next();
      page.getFeaturesList().forEach(each -> told.add(each.getId()));
      assertThat(page.getFeaturesCount()).isLessThanOrEqualTo(7);
      token = page.getNextPageToken();
      places.guide.put(
          feature("new" + round++, places.random.nextInt(), 7, "").toBuilder()
              .setPoint(places.anywhere())
              .build());
    } while (!token.isEmpty());
    told.removeIf(id -> id.startsWith("new"));
    assertThat(told).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(kept);
  }

  @Test
  void shouldPageThroughAPathInItsOrder() {
    for (int i = 0; i < 25; i++) {
      places.put("f" + i, 0.0001, 0.0005 * (i - i % 2));
    }
    List<String> whole = ids(places.found(places.along(100, 0, -1, 0, 1)));
    List<String> told = new ArrayList<>();
    String token = "";
    do {
      AlongPathResponse page =
          places
              .guide
              .features()
              .alongPath(places.along(100, 0, -1, 0, 1).setPageSize(4).setPageToken(token).build())
              .next();
      told.addAll(ids(page.getFeaturesList()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(told).isEqualTo(whole).hasSize(25);
  }

  @Test
  void shouldRefuseATokenOfAnotherQuestion() {
    places.scatter(10);
    String token =
        places
            .guide
            .features()
            .listInBox(ListInBoxRequest.newBuilder().setPageSize(3).build())
            .next()
            .getNextPageToken();
    GeoBox other = GeoBox.newBuilder().setNorthE7(5).setEastE7(5).build();
    for (String bad : List.of(token, "x", "%%%", "AAAA")) {
      ListInBoxRequest request =
          ListInBoxRequest.newBuilder().setBox(other).setPageToken(bad).build();
      assertThatThrownBy(() -> places.guide.features().listInBox(request).next())
          .hasMessage(
              "INVALID_ARGUMENT: page_token \"%s\": must be the next_page_token of the same"
                  + " request",
              bad);
    }
  }

  @Test
  void shouldSendManyFeaturesInSeveralResponsesOfOneRevision() {
    places.scatter(1_300);
    List<NearestResponse> pages = new ArrayList<>();
    places
        .guide
        .features()
        .nearest(NearestRequest.newBuilder().setOrigin(point(1, 1)).setCount(1_200).build())
        .forEachRemaining(pages::add);
    assertThat(pages).extracting(NearestResponse::getFeaturesCount).containsExactly(512, 512, 176);
    assertThat(pages).allMatch(page -> page.getRevision() == 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | count \"0\": must be 1..10000",
        "10001 | count \"10001\": must be 1..10000",
        "-1 | count \"4294967295\": must be 1..10000",
      })
  void shouldRefuseToFindNoneOrTooMany(int count, String text) {
    assertThatThrownBy(
            () ->
                places.nearest(NearestRequest.newBuilder().setOrigin(point(0, 0)).setCount(count)))
        .hasMessage("INVALID_ARGUMENT: " + text);
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "NaN", "Infinity", "10000000"})
  void shouldRefuseACorridorOfNoWidthOrOfHalfTheGlobe(double metres) {
    assertThatThrownBy(() -> places.found(places.along(metres, 0, 0, 1, 1)))
        .hasMessage(
            "INVALID_ARGUMENT: corridor.within_metres \"%s\": must be above 0 and at most 100000",
            metres);
  }

  @Test
  void shouldRefuseFieldsThatAreNotSetOrOutOfRangeByName() {
    assertThatThrownBy(() -> places.nearest(NearestRequest.newBuilder().setCount(1)))
        .hasMessage("INVALID_ARGUMENT: origin: must be set: a point");
    assertThatThrownBy(
            () ->
                places.nearest(
                    NearestRequest.newBuilder().setOrigin(point(90.0000001, 0)).setCount(1)))
        .hasMessage(
            "INVALID_ARGUMENT: origin.latitude_e7 \"900000001\": must be -900000000..900000000");
    assertThatThrownBy(() -> places.found(places.along(5)))
        .hasMessage("INVALID_ARGUMENT: corridor.path \"0\": must have 2..100000 entries");
    assertThatThrownBy(() -> places.found(places.along(5, 0, 0, 0, 181)))
        .hasMessage(
            "INVALID_ARGUMENT: corridor.path[1].longitude_e7 \"1810000000\": must be"
                + " -1800000000..1800000000");
    assertThatThrownBy(() -> places.found(places.along(5, 1, 1, 1, 1)))
        .hasMessage(
            "INVALID_ARGUMENT: corridor.path \"1.0000000,1.0000000\": must lead somewhere; all its"
                + " 2 points are there");
    assertThatThrownBy(() -> places.found(places.along(5, 0, 0, 0, 1).setFromMetres(Double.NaN)))
        .hasMessage("INVALID_ARGUMENT: from_metres \"NaN\": must be 0..50000000");
    assertThatThrownBy(() -> places.found(places.along(5, 0, 0, 0, 1).setFromMetres(200_000)))
        .hasMessage(
            "INVALID_ARGUMENT: from_metres \"200000.0\": must be at most the length of the path,"
                + " 111319.49079327355 m");
    assertThatThrownBy(
            () ->
                places.found(places.along(5, 0, 0, 0, 170, 0, -20, 0, 150, 0, -40, 0, 130, 0, -60)))
        .hasMessageEndingWith("must be at most 50000000 m from the beginning");
    assertThatThrownBy(
            () ->
                places
                    .guide
                    .features()
                    .listInRadius(
                        ListInRadiusRequest.newBuilder()
                            .setCircle(GeoCircle.newBuilder().setCentre(point(0, 0)))
                            .build())
                    .next())
        .hasMessage(
            "INVALID_ARGUMENT: circle.radius_metres \"0.0\": must be above 0 and at most 20003932");
  }
}
