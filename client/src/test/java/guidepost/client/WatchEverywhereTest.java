package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import guidepost.common.v1.OperationResult;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.GeoBox;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.PostNoteRequest;
import guidepost.guide.v1.SubscribeStart;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Routes, features and notes are watched alike: whatever cuts a watch, it misses nothing, and is
/// told nothing twice.
final class WatchEverywhereTest {

  /// The most messages that one stream of these tests has.
  private static final int MESSAGES = 8;

  private CuttingServer server;

  @BeforeEach
  void start() throws Exception {
    server = new CuttingServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /// What is watched.
  enum Domain {
    ROUTES {
      @Override
      AutoCloseable watch(GuidepostClient client, Told told) {
        return client
            .routes()
            .watch(
                WatchRequest.getDefaultInstance(),
                told.listening(Route::getPrefix, change -> change.getRoute().getPrefix()));
      }

      @Override
      String write(GuidepostClient client, int number) {
        Route route =
            Route.newBuilder()
                .setPrefix("10.%d.0.0/16".formatted(number))
                .setNextHop("192.0.2.1")
                .build();
        List<OperationResult> results = new ArrayList<>();
        try (var stream = client.routes().modify(results::add)) {
          stream.write(Operation.newBuilder().setAdd(route).build());
          stream.finish();
        }
        return route.getPrefix();
      }
    },
    FEATURES {
      @Override
      AutoCloseable watch(GuidepostClient client, Told told) {
        return client
            .features()
            .watch(
                guidepost.guide.v1.WatchRequest.getDefaultInstance(),
                told.listening(Feature::getId, change -> change.getFeature().getId()));
      }

      @Override
      String write(GuidepostClient client, int number) {
        Feature feature =
            Feature.newBuilder().setId("f" + number).setPoint(at(number)).setName("x").build();
        try (var stream = client.features().modify(_ -> {})) {
          stream.write(guidepost.guide.v1.Operation.newBuilder().setPut(feature).build());
          stream.finish();
        }
        return feature.getId();
      }
    },
    NOTES {
      @Override
      AutoCloseable watch(GuidepostClient client, Told told) {
        GeoBox world =
            GeoBox.newBuilder()
                .setSouthE7(-900_000_000)
                .setWestE7(-1_800_000_000)
                .setNorthE7(900_000_000)
                .setEastE7(1_800_000_000)
                .build();
        return client
            .notes()
            .watch(
                SubscribeStart.newBuilder().setBox(world).build(),
                told.listening(Note::getText, event -> event.getNote().getText()));
      }

      @Override
      String write(GuidepostClient client, int number) {
        Note note =
            Note.newBuilder()
                .setAuthor("author " + number)
                .setText("note " + number)
                .setPoint(at(number))
                .build();
        client.notes().post(PostNoteRequest.newBuilder().setNote(note).build());
        return note.getText();
      }
    };

    abstract AutoCloseable watch(GuidepostClient client, Told told);

    /// Adds an entry, and returns what it is called.
    abstract String write(GuidepostClient client, int number);

    String journal() {
      return name().toLowerCase(Locale.ROOT);
    }

    static GeoPoint at(int number) {
      return GeoPoint.newBuilder().setLatitudeE7(number * 10_000).build();
    }
  }

  /// What is there by what a watch was told. Written by one thread at a time, read by another.
  static final class Told {
    private final TreeSet<String> held = new TreeSet<>();
    private final List<String> twice = new ArrayList<>();
    private final List<Watch.Beginning> beginnings = new ArrayList<>();
    private boolean complete;

    synchronized Set<String> held() {
      return complete ? new TreeSet<>(held) : new TreeSet<>();
    }

    synchronized List<String> twice() {
      return List.copyOf(twice);
    }

    synchronized List<Watch.Beginning> beginnings() {
      return List.copyOf(beginnings);
    }

    private synchronized void begin(Watch.Beginning why) {
      beginnings.add(why);
      held.clear();
      complete = false;
    }

    private synchronized void add(String name) {
      if (!held.add(name)) {
        twice.add(name);
      }
    }

    private synchronized void complete() {
      complete = true;
    }

    <E, C> Watch.Listener<E, C> listening(Function<E, String> entry, Function<C, String> change) {
      return new Watch.Listener<>() {
        @Override
        public void begin(Watch.Beginning why) {
          Told.this.begin(why);
        }

        @Override
        public void snapshot(List<E> entries) {
          entries.forEach(each -> add(entry.apply(each)));
        }

        @Override
        public void complete(long revision) {
          Told.this.complete();
        }

        @Override
        public void changes(List<C> changes, long revision) {
          changes.forEach(each -> add(change.apply(each)));
        }
      };
    }
  }

  private void assertKnows(Told told, Set<String> written) {
    await().untilAsserted(() -> assertThat(told.held()).isEqualTo(written));
    assertThat(told.twice()).isEmpty();
  }

  private Set<String> write(Domain domain, int from, int to) {
    Set<String> written = new TreeSet<>();
    for (int number = from; number < to; number++) {
      written.add(domain.write(server.writer(), number));
    }
    return written;
  }

  static Stream<Arguments> everyMessageOfEveryDomain() {
    return Stream.of(Domain.values())
        .flatMap(
            domain ->
                Stream.iterate(1, message -> message + 1)
                    .limit(MESSAGES)
                    .map(message -> Arguments.of(domain, message)));
  }

  @ParameterizedTest
  @MethodSource("everyMessageOfEveryDomain")
  void shouldMissNothingWhereverItIsCut(Domain domain, int messages) throws Exception {
    Set<String> written = write(domain, 0, 3);
    server.cutOnceAfter(messages);
    Told told = new Told();
    try (var _ = domain.watch(server.client(), told)) {
      for (int number = 3; number < 3 + MESSAGES; number++) {
        written.addAll(write(domain, number, number + 1));
        assertKnows(told, written);
      }
    }
    assertThat(server.cuts()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void shouldGoOnWithoutASnapshotWhenTheServerWasRestarted(Domain domain) throws Exception {
    Set<String> written = write(domain, 0, 3);
    Told told = new Told();
    try (var _ = domain.watch(server.client(), told)) {
      assertKnows(told, written);
      server.restart();
      written.addAll(write(domain, 3, 5));
      assertKnows(told, written);
    }
    assertThat(told.beginnings()).containsExactly(Watch.Beginning.ASKED);
  }

  @ParameterizedTest
  @EnumSource
  void shouldStartAgainWhenTheHistoryWasTrimmed(Domain domain) throws Exception {
    Set<String> written = write(domain, 0, 3);
    Told told = new Told();
    try (var _ = domain.watch(server.client(), told)) {
      assertKnows(told, written);
      server.breakOff();
      written.addAll(write(domain, 3, 6));
      server.restart(); // so that the changes are in the trimmed log alone
      server.journal(domain.journal()).trim(server.journal(domain.journal()).revision());
      server.mend();
      assertKnows(told, written);
    }
    assertThat(told.beginnings()).containsExactly(Watch.Beginning.ASKED, Watch.Beginning.TRIMMED);
  }

  @ParameterizedTest
  @EnumSource
  void shouldStartAgainWhenTheServerHasAnotherTimeline(Domain domain) throws Exception {
    Told told = new Told();
    Set<String> written = write(domain, 0, 2);
    try (var _ = domain.watch(server.client(), told)) {
      assertKnows(told, written);
      server.breakOff();
      server.restartEmpty();
      Set<String> others = write(domain, 10, 15);
      server.mend();
      assertKnows(told, others);
    }
    assertThat(told.beginnings())
        .containsExactly(Watch.Beginning.ASKED, Watch.Beginning.OTHER_DATA);
  }
}
