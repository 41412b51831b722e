package guidepost.guide.service;

import static guidepost.guide.service.PlaceQuestions.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import guidepost.guide.v1.NearestRequest;
import guidepost.guide.v1.PathFeature;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Distances and lengths are those that GeographicLib tests itself with
/// (https://github.com/geographiclib/geographiclib-java, GeodesicTest): latitude and longitude of
/// two points in degrees, and the metres between them.
final class GeodesyTest {

  private final PlaceQuestions places = new PlaceQuestions("GeodesyTest");

  @AfterEach
  void close() {
    places.close();
  }

  @ParameterizedTest
  @CsvSource({
    "35.60777, -139.44815, -11.17491, -69.95921, 8935244.5604818305",
    "55.52454, 106.05087, 77.03196, 197.18234, 4105086.1713924406",
    "-21.97856, 142.59065, 41.84138, 98.56635, 8394328.894657671",
    "-66.99028, 112.2363, -12.70631, 285.90344, 11150344.2312080241",
    "-17.42761, 173.34268, -15.84784, 5.93557, 16076603.1631180673",
    "32.84994, 48.28919, -56.28556, 202.29132, 16727068.9438164461",
    "6.96833, 52.74123, -7.39675, 206.17291, 17102477.2496958388",
    "-50.56724, -16.30485, -33.56571, -94.97412, 6455670.5118668696",
    "-58.93002, -8.90775, -8.91104, 133.13503, 11756066.0219864627",
    "-68.82867, -74.28391, -50.63005, -8.36685, 3956936.926063544",
    "-10.62672, -32.0898, 5.883, -134.31681, 11470869.3864563009",
    "-21.76221, 166.90563, 48.72884, 213.97627, 9098627.3986554915",
    "-19.79938, -174.47484, -11.99349, -154.35109, 2319004.8601169389",
    "-11.95887, -116.94513, 4.57352, 7.16501, 13834722.5801401374",
    "-87.85331, 85.66836, 66.48646, 16.09921, 17286615.3147144645",
    "1.74708, 128.32011, -11.16617, 11.87109, 12942901.1241347408",
    "-25.72959, -144.90758, -57.70581, -269.17879, 9413446.7452453107",
    "-41.22777, 122.32875, -7.57291, 130.37946, 3812686.035106021",
    "11.01307, 138.25278, 6.62726, 247.05981, 11911190.819018408",
    "-29.47124, 95.14681, -27.46601, -69.15955, 13487015.8381145492",
  })
  void shouldMeasureAsGeographicLibTestsItself(
      double latitude,
      double longitude,
      double otherLatitude,
      double otherLongitude,
      double metres) {
    double east = Math.IEEEremainder(otherLongitude, 360);
    places.put("other", otherLatitude, east);
    var nearest =
        places.nearest(
            NearestRequest.newBuilder().setOrigin(point(latitude, longitude)).setCount(1));
    assertThat(nearest.getFirst().getMetres()).isCloseTo(metres, within(1e-6));
    PathFeature atTheEnd =
        places.found(places.along(1, latitude, longitude, otherLatitude, east)).getFirst();
    assertThat(atTheEnd.getAheadMetres()).isCloseTo(metres, within(1e-3));
  }
}
