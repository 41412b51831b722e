package guidepost.cli;

import com.google.protobuf.Timestamp;
import guidepost.client.GuidepostClient;
import guidepost.client.TripRecording;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NoteSeverity;
import guidepost.guide.v1.PostNoteRequest;
import guidepost.guide.v1.TripFix;
import guidepost.guide.v1.TripStart;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.Source;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/// What happens on the demonstration's server while people look at its pages: routes of two
/// providers change, somebody drives from town to town, and travellers post notes on the way,
/// confirm those of others, and close them. A step a second, each durable as any other change.
///
/// The same steps come each time, since their randomness has a seed.
///
/// Threads: the one that runs it.
final class DemoLife {

  private static final long STEP_MILLIS = 1_000;

  /// What is driven between two steps, seconds of the trip: so that the way is seen to grow.
  private static final int DRIVEN_SECONDS = 20;

  /// Prefixes of each provider.
  private static final int PREFIXES = 400;

  /// Notes of the demonstration that are alive at once.
  private static final int NOTES_MAX = 12;

  /// A town on the way.
  private record Town(double latitude, double longitude, double height) {}

  /// What a traveller may say.
  private record Saying(String kind, NoteSeverity severity, String text) {}

  /// From Berne over two passes to Lucerne, and back along the lakes.
  private static final List<Town> WAY =
      List.of(
          new Town(46.948, 7.447, 540),
          new Town(46.758, 7.628, 560),
          new Town(46.686, 7.863, 570),
          new Town(46.728, 8.187, 595),
          new Town(46.572, 8.337, 2164),
          new Town(46.636, 8.594, 1447),
          new Town(46.880, 8.640, 450),
          new Town(47.050, 8.309, 436),
          new Town(46.896, 8.246, 470),
          new Town(46.728, 8.187, 595),
          new Town(46.686, 7.863, 570),
          new Town(46.948, 7.447, 540));

  private static final List<Saying> SAYINGS =
      List.of(
          new Saying("hazard", NoteSeverity.NOTE_SEVERITY_HIGH, "Rocks on the road"),
          new Saying("traffic", NoteSeverity.NOTE_SEVERITY_MEDIUM, "Slow up to the tunnel"),
          new Saying("hazard", NoteSeverity.NOTE_SEVERITY_MEDIUM, "Ice in the shade"),
          new Saying("text", NoteSeverity.NOTE_SEVERITY_LOW, "Good coffee at the station"),
          new Saying("hazard", NoteSeverity.NOTE_SEVERITY_MEDIUM, "Cows on the road"),
          new Saying("traffic", NoteSeverity.NOTE_SEVERITY_LOW, "Roadworks, one lane"),
          new Saying("text", NoteSeverity.NOTE_SEVERITY_LOW, "The fountain has water"));

  private static final List<String> TRAVELLERS = List.of("anna", "ben", "cleo", "dan");

  private final GuidepostClient client;
  private final BooleanSupplier ended;
  private final Random random = new Random(21);
  private final Deque<Note> notes = new ArrayDeque<>();

  DemoLife(GuidepostClient client, BooleanSupplier ended) {
    this.client = client;
    this.ended = ended;
  }

  /// Lives until the server ends, or is told to.
  void run() {
    try {
      announceRoutes();
      for (int day = 1; !ended.getAsBoolean(); day++) {
        drive(day);
      }
    } catch (StatusRuntimeException e) {
      if (!ended.getAsBoolean()) {
        throw e;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void announceRoutes() {
    for (String provider : List.of("bgp-north", "bgp-south")) {
      client.routes().putSource(Source.newBuilder().setName(provider).setDistance(20).build());
      ModifyRequest.Builder all = ModifyRequest.newBuilder().setSource(provider);
      for (int i = 0; i < PREFIXES; i++) {
        all.addOperations(Operation.newBuilder().setId(i + 1L).setAdd(route(provider, i)));
      }
      client.routes().apply(all.build());
    }
  }

  /// The i-th route of a provider, with a metric of chance.
  private Route.Builder route(String provider, int i) {
    boolean north = provider.equals("bgp-north");
    return Route.newBuilder()
        .setPrefix(
            i % 8 == 0
                ? "2001:db8:%x::/48".formatted(i)
                : "10.%d.%d.0/%d".formatted(i / 16, i % 16 * 16, 20 + i % 3))
        .setNextHop(i % 8 == 0 ? "2001:db8:ffff::" + (north ? 1 : 2) : "192.0.2." + (north ? 1 : 2))
        .setMetric(random.nextInt(100))
        .addTags(north ? "north" : "south");
  }

  private void drive(int day) throws InterruptedException {
    String traveller = TRAVELLERS.get(day % TRAVELLERS.size());
    TripStart start =
        TripStart.newBuilder()
            .setTripId("tour-%d".formatted(day))
            .setTraveller(traveller)
            .setName("Over the passes, tour %d".formatted(day))
            .build();
    try (TripRecording trip = client.trips().record(start)) {
      double passed = 0;
      Instant time = Instant.now().minusSeconds(drivingSeconds());
      while (passed < WAY.size() - 1 && !ended.getAsBoolean()) {
        List<TripFix> fixes = new ArrayList<>();
        for (int i = 0; i < DRIVEN_SECONDS && passed < WAY.size() - 1; i++) {
          fixes.add(fix(passed, time));
          passed += step(passed);
          time = time.plusSeconds(1);
        }
        trip.add(fixes);
        changeRoutes();
        changeNotesUnlessGone(traveller, passed);
        Thread.sleep(STEP_MILLIS);
      }
      if (!ended.getAsBoolean()) {
        trip.finish();
      }
    }
  }

  /// How long the way takes, about: its fixes are of the past, so that none is ahead of the clock.
  private static long drivingSeconds() {
    double passed = 0;
    long seconds = 0;
    while (passed < WAY.size() - 1) {
      passed += step(passed);
      seconds++;
    }
    return seconds;
  }

  /// What share of the way from a town to the next a second is worth; slower in the bends.
  private static double step(double passed) {
    Town from = town(passed);
    Town to = town(passed + 1);
    double metres =
        111_195
            * Math.hypot(
                to.latitude - from.latitude,
                (to.longitude - from.longitude) * Math.cos(Math.toRadians(from.latitude)));
    return speed(passed) / metres;
  }

  /// Metres a second.
  private static double speed(double passed) {
    return 16 + 7 * Math.sin(passed * 21);
  }

  private static Town town(double passed) {
    return WAY.get(Math.min(WAY.size() - 1, (int) passed));
  }

  private static TripFix fix(double passed, Instant time) {
    Town from = town(passed);
    Town to = town(passed + 1);
    double share = passed - (int) passed;
    return TripFix.newBuilder()
        .setPoint(point(passed))
        .setTime(Timestamp.newBuilder().setSeconds(time.getEpochSecond()))
        .setSpeedMetresPerSecond((float) speed(passed))
        .setAltitudeMetres((float) (from.height + share * (to.height - from.height)))
        .build();
  }

  /// On the way, which bends.
  private static GeoPoint point(double passed) {
    Town from = town(passed);
    Town to = town(passed + 1);
    double share = passed - (int) passed;
    double bend = 0.012 * Math.sin(share * Math.PI) * Math.sin(share * 14);
    return GeoPoint.newBuilder()
        .setLatitudeE7(e7(from.latitude + share * (to.latitude - from.latitude) + bend))
        .setLongitudeE7(e7(from.longitude + share * (to.longitude - from.longitude) - bend))
        .build();
  }

  private static int e7(double degrees) {
    return (int) Math.round(degrees * 1e7);
  }

  /// Some get another metric; now and then one goes, and comes back later.
  private void changeRoutes() {
    String provider = random.nextBoolean() ? "bgp-north" : "bgp-south";
    ModifyRequest.Builder some = ModifyRequest.newBuilder().setSource(provider);
    for (int i = 0; i < 1 + random.nextInt(5); i++) {
      Route.Builder route = route(provider, random.nextInt(PREFIXES));
      Operation.Builder operation = Operation.newBuilder().setId(i + 1L);
      some.addOperations(
          random.nextInt(6) == 0
              ? operation.setDeletePrefix(route.getPrefix())
              : operation.setAdd(route));
    }
    client.routes().apply(some.build());
  }

  /// People who look at the pages may have closed a note of the demonstration.
  private void changeNotesUnlessGone(String traveller, double passed) {
    try {
      changeNotes(traveller, passed);
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
        throw e;
      }
      notes.clear();
    }
  }

  private void changeNotes(String traveller, double passed) {
    if (random.nextInt(5) == 0) {
      Saying saying = SAYINGS.get(random.nextInt(SAYINGS.size()));
      Note note =
          Note.newBuilder()
              .setAuthor(traveller)
              .setKind(saying.kind)
              .setSeverity(saying.severity)
              .setText(saying.text)
              .setPoint(point(passed))
              .build();
      notes.add(client.notes().post(PostNoteRequest.newBuilder().setNote(note).build()).getNote());
    } else if (!notes.isEmpty() && random.nextInt(4) == 0) {
      client.notes().confirm(notes.getLast().getId(), other(traveller));
    }
    if (notes.size() > NOTES_MAX) {
      Note oldest = notes.removeFirst();
      client.notes().close(oldest.getId(), oldest.getAuthor());
    }
  }

  private static String other(String traveller) {
    return TRAVELLERS.get((TRAVELLERS.indexOf(traveller) + 1) % TRAVELLERS.size());
  }
}
