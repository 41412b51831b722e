package guidepost.guide.service;

import static guidepost.guide.service.Reports.closing;
import static guidepost.guide.service.Reports.confirming;
import static guidepost.guide.service.Reports.denying;
import static guidepost.guide.service.Reports.note;
import static guidepost.guide.service.Reports.posting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.guide.features.FeatureCopy;
import guidepost.guide.features.ServedFeatures;
import guidepost.guide.notes.NoteCopy;
import guidepost.guide.notes.NoteRules;
import guidepost.guide.notes.ServedNotes;
import guidepost.guide.trips.ServedTrips;
import guidepost.guide.trips.TripCopy;
import guidepost.guide.v1.DeleteTripRequest;
import guidepost.guide.v1.ModifyRequest;
import guidepost.guide.v1.RecordTripRequest;
import guidepost.guide.v1.TripBatch;
import guidepost.guide.v1.TripEnd;
import guidepost.guide.v1.TripStart;
import guidepost.journal.Batch;
import guidepost.journal.Domain;
import guidepost.journal.Journal;
import guidepost.journal.JournalCopy;
import guidepost.journal.JournalException;
import guidepost.testing.Seed;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
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
  private static final class Copy<D> {
    private final JournalCopy copied = new JournalCopy();
    private final Journal leader;
    private final D copy;
    private final Domain<?, ?> domain;

    Copy(Journal leader, Opening<D> opening, Function<D, Domain<?, ?>> domain)
        throws JournalException {
      this.leader = leader;
      this.copy = opening.open(copied.journal());
      this.domain = domain.apply(copy);
    }

    D followed() throws JournalException {
      copied.follow(leader, domain);
      return copy;
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

  private static Copy<FeatureCopy> features(Journal leader) throws JournalException {
    return new Copy<>(leader, FeatureCopy::of, FeatureCopy::domain);
  }

  @Test
  void shouldBeTheSameFeaturesWhoeverDecided() throws Exception {
    Random random = Seed.random("GuideCopyTest.features");
    Journal leader = guide.store().journal(ServedFeatures.STORED.name());
    Copy<FeatureCopy> follower = features(leader);
    Copy<FeatureCopy> sleepy = features(leader);
    for (int round = 0; round < ROUNDS; round++) {
      change(random, () -> guide.modifier().send(modify(random)).halfClose().awaitEnd());
      assertThat(follower.followed().state()).isEqualTo(features());
      if (random.nextInt(20) == 0) {
        sleepy.followed();
      }
    }
    assertThat(sleepy.followed().state()).isEqualTo(features());
    assertThat(sleepy.followed().told()).isEqualTo(follower.followed().told()).isNotEmpty();
    assertThat(features(leader).followed().state()).isEqualTo(features());
    assertThat(FeatureCopy.of(leader).state()).isEqualTo(features());
  }

  private List<Object> features() {
    return FeatureCopy.state(guide.service().features());
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

  private InstantSource clock() {
    return () -> Instant.ofEpochMilli(guide.clockMillis.get());
  }

  private NoteCopy noteCopy(Journal journal) throws JournalException {
    return NoteCopy.of(journal, LIMITS.notes(), clock());
  }

  private Copy<NoteCopy> notes(Journal leader) throws JournalException {
    return new Copy<>(leader, this::noteCopy, NoteCopy::domain);
  }

  @Test
  void shouldBeTheSameNotesWhoeverDecided() throws Exception {
    Random random = Seed.random("GuideCopyTest.notes");
    Journal leader = guide.store().journal(ServedNotes.STORED.name());
    Copy<NoteCopy> follower = notes(leader);
    Copy<NoteCopy> sleepy = notes(leader);
    for (int round = 0; round < ROUNDS; round++) {
      change(random, () -> changeNotes(random));
      assertThat(follower.followed().state()).isEqualTo(notes());
      if (random.nextInt(20) == 0) {
        sleepy.followed();
      }
    }
    assertThat(sleepy.followed().state()).isEqualTo(notes());
    assertThat(sleepy.followed().told()).isEqualTo(follower.followed().told()).isNotEmpty();
    assertThat(notes(leader).followed().state()).isEqualTo(notes());
    assertThat(noteCopy(leader).state()).isEqualTo(notes());
  }

  private List<Object> notes() throws Exception {
    return NoteCopy.state(guide.service().notes());
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

  private TripCopy tripCopy(Journal journal) throws JournalException {
    return TripCopy.of(journal, LIMITS.trips(), clock());
  }

  private Copy<TripCopy> trips(Journal leader) throws JournalException {
    return new Copy<>(leader, this::tripCopy, TripCopy::domain);
  }

  @Test
  void shouldBeTheSameTripsWhoeverDecided() throws Exception {
    Random random = Seed.random("GuideCopyTest.trips");
    Journal leader = guide.store().journal(ServedTrips.STORED.name());
    Copy<TripCopy> follower = trips(leader);
    Copy<TripCopy> sleepy = trips(leader);
    for (int round = 0; round < ROUNDS; round++) {
      int number = round;
      change(random, () -> changeTrips(random, number));
      assertThat(follower.followed().state()).isEqualTo(trips());
      if (random.nextInt(20) == 0) {
        sleepy.followed();
      }
    }
    assertThat(sleepy.followed().state()).isEqualTo(trips());
    assertThat(trips(leader).followed().state()).isEqualTo(trips());
    assertThat(tripCopy(leader).state()).isEqualTo(trips());
  }

  private List<Object> trips() throws Exception {
    return TripCopy.state(guide.service().trips());
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
            features(guide.store().journal(ServedFeatures.STORED.name())).domain,
            notes(guide.store().journal(ServedNotes.STORED.name())).domain,
            trips(guide.store().journal(ServedTrips.STORED.name())).domain)) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> domain.apply(2, Instant.EPOCH, none))
          .withMessage("revision: must be 1, the one after the last: 2");
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> domain.apply(1, Instant.EPOCH, none));
    }
  }
}
