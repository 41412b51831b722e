package guidepost.guide.trips;

import guidepost.journal.Domain;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The trips over another journal, and all that they know, for tests that compare.
public final class TripCopy {

  private final TripDomain domain;

  private TripCopy(TripDomain domain) {
    this.domain = domain;
  }

  /// What a server that starts from a journal has.
  public static TripCopy of(Journal journal, TripLimits limits, InstantSource clock)
      throws JournalException {
    return new TripCopy(TripStorage.load(journal, _ -> Stream.empty(), limits, clock));
  }

  /// What decides and applies.
  public Domain<?, ?> domain() {
    return domain;
  }

  /// The trips as they are kept, and as they are listed.
  public List<Object> state() {
    List<Object> all = new ArrayList<>(List.of(domain.kept()));
    domain.after("").forEach(all::add);
    return all;
  }

  /// Those of a server.
  public static List<Object> state(ServedTrips served) throws Exception {
    TripRequest.Kept kept = served.kept();
    List<Object> all = new ArrayList<>(List.of(kept));
    all.addAll(kept.trips().values());
    return all;
  }
}
