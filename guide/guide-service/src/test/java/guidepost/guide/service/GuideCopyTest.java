package guidepost.guide.service;

import static guidepost.guide.service.Reports.closing;
import static guidepost.guide.service.Reports.confirming;
import static guidepost.guide.service.Reports.denying;
import static guidepost.guide.service.Reports.note;
import static guidepost.guide.service.Reports.posting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.guide.index.Feature;
import guidepost.guide.index.FeatureIndex;
import guidepost.guide.index.FeatureSnapshot;
import guidepost.guide.v1.DeleteTripRequest;
import guidepost.guide.v1.ModifyRequest;
import guidepost.guide.v1.RecordTripRequest;
import guidepost.guide.v1.TripBatch;
import guidepost.guide.v1.TripEnd;
import guidepost.guide.v1.TripStart;
import guidepost.journal.Batch;
import guidepost.journal.Domain;
import guidepost.journal.Feed;
import guidepost.journal.Journal;
import guidepost.journal.JournalCopy;
import guidepost.journal.JournalException;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is known of features, notes and trips by a server that decides, by one that only applies
/// what the journal says, by one that applies all of it from the start, and by one that loads its
/// latest state: it is the same.
final class GuideCopyTest {

  private static final int ROUNDS = Integer.getInteger("guidepost.rounds", 200);
  private static final int PLACES = 5;

  /// Few notes at a place and in all, so that some are evicted.
  private static final GuideLimits LIMITS =
      GuideLimits.DEFAULTS
          .withNoteRules(NoteRules.DEFAULTS.withPace(1_000_000, 1_000_000))
          .withNotes(3, Duration.ofHours(24));

  private final Guide guide = new Guide(LIMITS);

  @AfterEach
  void close() {
    guide.close();
  }

  /// A domain over a journal of its own that follows that of the guide.
  private static final class Copy<D extends Domain<?, ?>> {
    private final JournalCopy copied = new JournalCopy();
    private final Journal leader;
    private final D domain;

    Copy(Journal leader, Opening<D> opening) throws JournalException {
      this.leader = leader;
      this.domain = opening.open(copied.journal());
    }

    D followed() throws JournalException {
      copied.follow(leader, domain);
      return domain;
    }
  }

  private interface Opening<D> {
    D open(Journal journal) throws JournalException;
  }

  private interface Change {
    void make() throws Exception;
  }

  /// Makes a change, or is refused by a rule, or fails for want of a disk.
  private void change(Random random, Change change) throws Exception {
    guide.store().failWrites(random.nextInt(10) == 0);
    try {
      change.make();
    } catch (StatusRuntimeException e) {
      // Refused.
    } finally {
      guide.store().failWrites(false);
    }
  }

  // Features.

  /// What an index holds: the features in their order, each with its rank.
  private static List<Map.Entry<Feature, OptionalLong>> all(FeatureSnapshot index) {
    List<Map.Entry<Feature, OptionalLong>> all = new ArrayList<>();
    index.all().forEachRemaining(each -> all.add(Map.entry(each, index.rank(each.id()))));
    return all;
  }

  private static void assertSame(FeatureSnapshot copy, FeatureSnapshot original) {
    assertThat(copy.revision()).isEqualTo(original.revision());
    assertThat(all(copy)).isEqualTo(all(original));
    copy.checkInvariants();
  }

  private record Features(FeatureIndex index, FeatureDomain domain)
      implements Domain<FeatureRequest, List<FeatureOutcome>> {

    static Features of(Journal journal) throws JournalException {
      FeatureIndex index = FeatureReplay.of(journal);
      return new Features(index, new FeatureDomain(index, journal));
    }

    @Override
    public Decision<List<FeatureOutcome>> decide(FeatureRequest request, Batch batch) {
      return domain.decide(request, batch);
    }

    @Override
    public void apply(long revision, Instant time, Batch batch) {
      domain.apply(revision, time, batch);
    }

    @Override
    public void publish() {
      domain.publish();
    }

    @Override
    public void abandon() {
      domain.abandon();
    }

    List<String> told() throws JournalException {
      List<String> told = new ArrayList<>();
      Feed<FeatureEvent>.Cursor cursor = domain.feed().cursor(0, _ -> true);
      for (var next = cursor.poll(); next != null; next = cursor.poll()) {
        next.changes().forEach(each -> told.add("%s -> %s".formatted(each.before(), each.after())));
      }
      return told;
    }
  }

  @Test
  void shouldBeTheSameFeaturesWhoeverDecided() throws Exception {
    Random random = Seed.random("GuideCopyTest.features");
    Journal leader = guide.store().journal(StoredFeatures.NAME);
    Copy<Features> follower = new Copy<>(leader, Features::of);
    Copy<Features> sleepy = new Copy<>(leader, Features::of);
    for (int round = 0; round < ROUNDS; round++) {
      change(random, () -> guide.modifier().send(modify(random)).halfClose().awaitEnd());
      assertSame(follower.followed().index().snapshot(), features());
      if (random.nextInt(20) == 0) {
        sleepy.followed();
      }
    }
    assertSame(sleepy.followed().index().snapshot(), features());
    assertThat(sleepy.followed().told()).isEqualTo(follower.followed().told()).isNotEmpty();
    assertSame(new Copy<>(leader, Features::of).followed().index().snapshot(), features());
    assertSame(FeatureReplay.of(leader).snapshot(), features());
  }

  private FeatureSnapshot features() {
    return guide.service().features().index().snapshot();
  }

  private static ModifyRequest modify(Random random) {
    ModifyRequest.Builder request =
        ModifyRequest.newBuilder()
            .setAtomic(random.nextInt(4) == 0)
            .setDryRun(random.nextInt(8) == 0);
    for (int i = random.nextInt(8); i >= 0; i--) {
      String id = "f" + random.nextInt(8);
      int place = random.nextInt(PLACES);
      String name = "n" + random.nextInt(3);
      request.addOperations(
          switch (random.nextInt(6)) {
            case 0, 1 -> Guide.deleting(id);
            case 2 -> Guide.putting(Guide.feature("", place, place, name));
            case 3 -> Guide.putting(Guide.feature(id, 900_000_001 - random.nextInt(20), 0, name));
            default -> Guide.putting(Guide.feature(id, place, place, name));
          });
    }
    return request.build();
  }

  // Notes.

  private NoteDomain notes(Journal journal) throws JournalException {
    NoteLedger ledger = new NoteLedger();
    long revision = NoteStorage.load(journal, ledger, LIMITS.noteLife());
    InstantSource clock = () -> Instant.ofEpochMilli(guide.clockMillis.get());
    return new NoteDomain(ledger, revision, new NoteBoard(), LIMITS, clock);
  }

  private static NoteCheck.Kept kept(NoteDomain domain) {
    CompletableFuture<NoteCheck.Kept> kept = new CompletableFuture<>();
    var _ = domain.decide(new NoteRequest.Copy(kept), new Batch()).commit(0);
    domain.abandon();
    return kept.join();
  }

  private void assertSame(NoteDomain copy) throws Exception {
    ServedNotes original = guide.service().notes();
    assertThat(kept(copy)).isEqualTo(original.kept());
    assertThat(copy.stats()).isEqualTo(original.domain().stats());
    assertThat(copy.view().revision()).isEqualTo(original.domain().view().revision());
    for (Note each : original.kept().notes()) {
      assertThat(copy.get(each.sequence())).contains(each);
    }
    assertThat(mapped(copy)).isEqualTo(mapped(original.domain()));
  }

  private static List<Note> mapped(NoteDomain domain) {
    var walk = domain.view().map().walk(new NoteArea.Anywhere(), Set.of(), NoteMap.Mark.BEGIN);
    List<Note> all = new ArrayList<>();
    for (var next = walk.next(); next.isPresent(); next = walk.next()) {
      all.add(next.get());
    }
    return all;
  }

  @Test
  void shouldBeTheSameNotesWhoeverDecided() throws Exception {
    Random random = Seed.random("GuideCopyTest.notes");
    Journal leader = guide.store().journal(StoredNotes.NAME);
    Copy<NoteDomain> follower = new Copy<>(leader, this::notes);
    Copy<NoteDomain> sleepy = new Copy<>(leader, this::notes);
    List<NoteDomain.Happened> told = new ArrayList<>();
    List<NoteDomain.Happened> toldLate = new ArrayList<>();
    follower.followed().listen((_, what) -> told.addAll(what));
    sleepy.followed().listen((_, what) -> toldLate.addAll(what));
    for (int round = 0; round < ROUNDS; round++) {
      change(random, () -> changeNotes(random));
      assertSame(follower.followed());
      if (random.nextInt(20) == 0) {
        sleepy.followed();
      }
    }
    assertSame(sleepy.followed());
    assertThat(toldLate).isEqualTo(told).isNotEmpty();
    assertSame(new Copy<>(leader, this::notes).followed());
    assertSame(notes(leader));
  }

  private void changeNotes(Random random) {
    long id = random.nextLong(1, 60);
    String author = "a" + random.nextInt(4);
    switch (random.nextInt(8)) {
      case 0 -> guide.notes().confirmNote(confirming(id, author));
      case 1 -> guide.notes().denyNote(denying(id, author));
      case 2 -> guide.notes().closeNote(closing(id, author));
      case 3 -> {
        guide.passes(Duration.ofMinutes(random.nextInt(200)));
        var _ = guide.service().notes().sweep().exceptionally(_ -> null).join();
      }
      case 4 ->
          guide.chat().send(Guide.note(random.nextInt(PLACES), 0, "c")).halfClose().awaitEnd();
      default -> {
        var note = note(author, random.nextBoolean() ? "traffic" : "hazard", random.nextInt(9), 7);
        var _ =
            guide
                .notes()
                .postNote(
                    posting(note).toBuilder()
                        .setIdempotencyKey(random.nextBoolean() ? "" : "k" + random.nextInt(9))
                        .build());
      }
    }
  }

  // Trips.

  private TripDomain trips(Journal journal) throws JournalException {
    return TripStorage.load(
        journal,
        _ -> Stream.empty(),
        LIMITS.tripMetresPerSecond(),
        () -> Instant.ofEpochMilli(guide.clockMillis.get()));
  }

  private static TripRequest.Kept keptTrips(TripDomain domain) {
    CompletableFuture<TripRequest.Kept> kept = new CompletableFuture<>();
    var _ = domain.decide(new TripRequest.Copy(kept), new Batch()).commit(0);
    domain.abandon();
    return kept.join();
  }

  private void assertSame(TripDomain copy) throws Exception {
    TripRequest.Kept original = guide.service().trips().kept();
    assertThat(keptTrips(copy)).isEqualTo(original);
    List<TripRecord> listed = new ArrayList<>();
    copy.after("").forEach(listed::add);
    assertThat(listed).containsExactlyElementsOf(original.trips().values());
  }

  @Test
  void shouldBeTheSameTripsWhoeverDecided() throws Exception {
    Random random = Seed.random("GuideCopyTest.trips");
    Journal leader = guide.store().journal(StoredTrips.NAME);
    Copy<TripDomain> follower = new Copy<>(leader, this::trips);
    Copy<TripDomain> sleepy = new Copy<>(leader, this::trips);
    for (int round = 0; round < ROUNDS; round++) {
      int number = round;
      change(random, () -> changeTrips(random, number));
      assertSame(follower.followed());
      if (random.nextInt(20) == 0) {
        sleepy.followed();
      }
    }
    assertSame(sleepy.followed());
    assertSame(new Copy<>(leader, this::trips).followed());
    assertSame(trips(leader));
  }

  private void changeTrips(Random random, int round) {
    String id = "t" + random.nextInt(6);
    if (random.nextInt(5) == 0) {
      var _ = guide.trips().deleteTrip(DeleteTripRequest.newBuilder().setId(id).build());
      return;
    }
    var caller =
        guide
            .recorder()
            .send(
                RecordTripRequest.newBuilder()
                    .setStart(TripStart.newBuilder().setTripId(id).setTraveller("ann"))
                    .build());
    for (int number = 1; number <= random.nextInt(4); number++) {
      caller.send(
          RecordTripRequest.newBuilder()
              .setBatch(
                  TripBatch.newBuilder()
                      .setNumber(number)
                      .addFixes(TripsTest.fix(random.nextInt(5_000), round * 100 + number)))
              .build());
    }
    if (random.nextInt(4) == 0) {
      caller.send(RecordTripRequest.newBuilder().setEnd(TripEnd.getDefaultInstance()).build());
    }
    var _ = caller.halfClose().awaitEnd();
  }

  // All of them.

  @Test
  void shouldRefuseWhatIsNotTheNextAndWhatIsNone() throws Exception {
    Batch none = new Batch().put(new byte[] {9, 9}, new byte[] {(byte) 0xff});
    for (Domain<?, ?> domain :
        List.of(
            new Copy<>(guide.store().journal(StoredFeatures.NAME), Features::of).domain,
            new Copy<>(guide.store().journal(StoredNotes.NAME), this::notes).domain,
            new Copy<>(guide.store().journal(StoredTrips.NAME), this::trips).domain)) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> domain.apply(2, Instant.EPOCH, none))
          .withMessage("revision: must be 1, the one after the last: 2");
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> domain.apply(1, Instant.EPOCH, none));
    }
  }
}
