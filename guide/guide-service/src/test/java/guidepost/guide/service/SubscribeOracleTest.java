package guidepost.guide.service;

import static guidepost.guide.service.Reports.closing;
import static guidepost.guide.service.Reports.confirming;
import static guidepost.guide.service.Reports.denying;
import static guidepost.guide.service.Reports.following;
import static guidepost.guide.service.Reports.inBox;
import static guidepost.guide.service.Reports.note;
import static guidepost.guide.service.Reports.position;
import static guidepost.guide.service.Reports.post;
import static guidepost.guide.service.Reports.starting;
import static guidepost.guide.service.Reports.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.guide.notes.NoteRules;
import guidepost.guide.v1.ListNotesRequest;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.NoteEvent;
import guidepost.guide.v1.SubscribeRequest;
import guidepost.guide.v1.SubscribeResponse;
import guidepost.guide.v1.SubscribeStart;
import guidepost.testing.Seed;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Random notes; cuts at every message; and what a subscriber knows against what there is.
final class SubscribeOracleTest {

  private static final NoteRules UNHURRIED = NoteRules.DEFAULTS.withPace(1_000_000, 1_000_000);
  private static final GuideLimits LIMITS = GuideLimits.DEFAULTS.withNoteRules(UNHURRIED);

  /// What a client knows from what it was told, and how it goes on after a cut.
  private static final class Client {
    private final Map<Long, Note> known = new TreeMap<>();
    private final List<String> events = new ArrayList<>();
    private long revision = -1;

    /// Reads some responses of a new call, and hangs up.
    void read(Guide guide, SubscribeStart.Builder start, int responses) {
      if (revision >= 0) {
        start.setWatch(Guide.after(revision));
      }
      var caller = guide.lazySubscriber().send(starting(start));
      caller.read(responses);
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .untilAsserted(() -> assertThat(caller.received()).hasSize(responses));
      caller.cancel();
      caller.received().forEach(this::take);
    }

    void take(SubscribeResponse response) {
      response.getSnapshot().getNotesList().forEach(note -> known.put(note.getId(), note));
      response.getChanges().getEventsList().forEach(this::take);
      if (response.hasOpening() && revision < 0) {
        known.clear();
      }
      revision = response.hasProgress() ? response.getProgress().getRevision() : revision;
    }

    private void take(NoteEvent event) {
      events.add(told(event));
      switch (event.getType()) {
        case TYPE_ADDED, TYPE_ENTERED ->
            assertThat(known.put(event.getNote().getId(), event.getNote())).isNull();
        case TYPE_UPDATED, TYPE_CONFIRMED ->
            assertThat(known.put(event.getNote().getId(), event.getNote())).isNotNull();
        case TYPE_EXPIRED, TYPE_CLOSED, TYPE_EVICTED, TYPE_LEFT ->
            assertThat(known.remove(event.getNote().getId())).isNotNull();
        case TYPE_UNSPECIFIED, UNRECOGNIZED -> throw new AssertionError(event);
      }
    }
  }

  /// Does something with the notes of a small part of the world.
  private static void change(Guide guide, Random random) {
    long id = random.nextLong(1, 60);
    String author = "a" + random.nextInt(4);
    try {
      switch (random.nextInt(8)) {
        case 0 -> guide.notes().confirmNote(confirming(id, author));
        case 1 -> guide.notes().denyNote(denying(id, author));
        case 2 -> guide.notes().closeNote(closing(id, author));
        case 3 -> guide.service().notes().sweep().join();
        case 4 -> guide.chat().send(Guide.note(random.nextInt(9), 0, "c")).finish();
        default -> {
          guide.passes(Duration.ofMinutes(random.nextInt(10)));
          String kind = random.nextBoolean() ? "traffic" : "hazard";
          post(guide, note(author, kind, random.nextInt(20) * 10_000, random.nextInt(20) * 10_000));
        }
      }
    } catch (StatusRuntimeException e) {
      assertThat(e.getMessage()).containsAnyOf("NOT_FOUND", "PERMISSION_DENIED");
    }
  }

  private static SubscribeStart.Builder somewhere() {
    return inBox(0, 0, 120_000, 120_000);
  }

  @Test
  void shouldHaveNoGapAndNoDoubleWhereverTheStreamIsCut() {
    Random random = Seed.random("SubscribeOracleTest.cuts");
    try (Guide guide = new Guide(LIMITS.withNotes(6, Duration.ofHours(24)))) {
      List<Client> clients = new ArrayList<>();
      var uncut = guide.subscriber().send(starting(somewhere()));
      uncut.awaitReceived(2);
      for (int i = 0; i < 20; i++) {
        clients.add(new Client());
        // The opening and the end of the snapshot.
        clients.get(i).read(guide, somewhere(), 2);
      }
      for (int i = 0; i < 120; i++) {
        change(guide, random);
      }
      long last = guide.stats().getNotesRevision();
      Client whole = new Client();
      post(guide, note("z", "hazard", 0, 0));
      await().untilAsserted(() -> assertThat(last(uncut)).isEqualTo(last + 1));
      uncut.received().forEach(whole::take);
      for (int i = 0; i < clients.size(); i++) {
        Client cut = clients.get(i);
        while (cut.revision < last + 1) {
          // The opening, and the next i messages if there are so many.
          readOn(guide, cut, i + 1, last + 1);
        }
        assertThat(cut.events).as("cut after every %d", i + 1).isEqualTo(whole.events);
        assertThat(cut.known).isEqualTo(whole.known);
      }
    }
  }

  private static long last(Caller<SubscribeRequest, SubscribeResponse> caller) {
    return caller.received().isEmpty()
        ? -1
        : caller.received().getLast().getProgress().getRevision();
  }

  private static void readOn(Guide guide, Client client, int messages, long last) {
    var caller =
        guide.lazySubscriber().send(starting(somewhere().setWatch(Guide.after(client.revision))));
    for (int i = 0; i <= messages && last(caller) < last; i++) {
      int count = i + 1;
      caller.read(1);
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .untilAsserted(() -> assertThat(caller.received()).hasSize(count));
    }
    caller.cancel();
    caller.received().forEach(client::take);
  }

  @Test
  void shouldKnowWhatIsThereWhileNotesComeAndGo() {
    Random random = Seed.random("SubscribeOracleTest.known");
    try (Guide guide = new Guide(LIMITS.withNotes(6, Duration.ofHours(24)))) {
      var caller = guide.subscriber().send(starting(somewhere()));
      for (int i = 0; i < 300; i++) {
        change(guide, random);
      }
      Client client = new Client();
      awaitTold(guide, caller);
      caller.received().forEach(client::take);
      assertThat(client.known.values())
          .containsExactlyInAnyOrderElementsOf(
              guide
                  .notes()
                  .listNotes(
                      ListNotesRequest.newBuilder()
                          .setBox(Reports.box(0, 0, 120_000, 120_000))
                          .setPageSize(1_000)
                          .build())
                  .getNotesList());
    }
  }

  /// A last note that everyone is told tells that all before were told.
  private static void awaitTold(Guide guide, Caller<SubscribeRequest, SubscribeResponse> caller) {
    long last = post(guide, note("z", "hazard", 0, 0)).getId();
    await().untilAsserted(() -> assertThat(last(caller)).isEqualTo(last));
  }

  @Test
  void shouldKnowWhatIsInReachWhileTravellingAmongNotesThatComeAndGo() {
    Random random = Seed.random("SubscribeOracleTest.travel");
    try (Guide guide = new Guide(LIMITS)) {
      int latitude = 60_000;
      int longitude = 60_000;
      int positions = 0;
      Client client = new Client();
      var caller = guide.subscriber().send(starting(following(latitude, longitude, 800)));
      for (int i = 0; i < 200; i++) {
        change(guide, random);
        if (random.nextInt(3) == 0) {
          latitude += random.nextInt(-20_000, 20_000);
          longitude += random.nextInt(-20_000, 20_000);
          caller.send(position(latitude, longitude));
          positions++;
        }
      }
      caller.send(position(latitude, longitude));
      positions++;
      awaitPositions(caller, positions);
      caller.received().forEach(client::take);
      assertThat(client.known.values())
          .containsExactlyInAnyOrderElementsOf(
              guide
                  .notes()
                  .listNotes(
                      ListNotesRequest.newBuilder()
                          .setCircle(Reports.circle(latitude, longitude, 800))
                          .setPageSize(1_000)
                          .build())
                  .getNotesList());
    }
  }

  /// A traveller whose stream is cut again and again, while others go on posting.
  private static final class Traveller {
    private final Guide guide;
    private final Random random;
    private final Client client = new Client();
    private int latitude = 60_000;
    private int longitude = 60_000;

    Traveller(Guide guide, Random random) {
      this.guide = guide;
      this.random = random;
    }

    SubscribeStart.Builder start() {
      SubscribeStart.Builder start = following(latitude, longitude, 800);
      return client.revision < 0 ? start : start.setWatch(Guide.after(client.revision));
    }

    /// Subscribes, goes on at once, and is cut when some of that was told.
    void travel() {
      var caller = guide.subscriber().send(starting(start()));
      List<int[]> way = new ArrayList<>();
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        way.add(new int[] {random.nextInt(200_000), random.nextInt(200_000)});
        caller.send(position(way.getLast()[0], way.getLast()[1]));
      }
      long wanted = random.nextInt(way.size()) + 1L;
      await().until(() -> positions(caller) >= wanted);
      caller.cancel();
      List<SubscribeResponse> received = caller.received();
      received.forEach(client::take);
      int[] reached = way.get((int) received.getLast().getPositions() - 1);
      latitude = reached[0];
      longitude = reached[1];
    }

    private static long positions(Caller<?, SubscribeResponse> caller) {
      return caller.received().isEmpty() ? 0 : caller.received().getLast().getPositions();
    }
  }

  @Test
  void shouldHaveNoGapAndNoDoubleWhereverATravellersStreamIsCut() throws Exception {
    Random random = Seed.random("SubscribeOracleTest.cutTravel");
    try (Guide guide = new Guide(LIMITS)) {
      AtomicBoolean over = new AtomicBoolean();
      long seed = random.nextLong();
      Thread others = Thread.ofPlatform().start(() -> changeUntil(over, guide, new Random(seed)));
      Traveller traveller = new Traveller(guide, random);
      try {
        for (int i = 0; i < 300; i++) {
          traveller.travel();
        }
      } finally {
        over.set(true);
        others.join();
      }
      traveller.travel();
      assertThat(traveller.client.known.values())
          .containsExactlyInAnyOrderElementsOf(
              guide
                  .notes()
                  .listNotes(
                      ListNotesRequest.newBuilder()
                          .setCircle(Reports.circle(traveller.latitude, traveller.longitude, 800))
                          .setPageSize(1_000)
                          .build())
                  .getNotesList());
    }
  }

  private static void changeUntil(AtomicBoolean over, Guide guide, Random random) {
    while (!over.get()) {
      change(guide, random);
    }
  }

  private static void awaitPositions(
      Caller<SubscribeRequest, SubscribeResponse> caller, long positions) {
    await()
        .untilAsserted(
            () -> assertThat(caller.received().getLast().getPositions()).isEqualTo(positions));
  }
}
