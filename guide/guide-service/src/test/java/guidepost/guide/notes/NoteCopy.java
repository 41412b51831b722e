package guidepost.guide.notes;

import guidepost.journal.Domain;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The notes over another journal, and all that they know, for tests that compare.
public final class NoteCopy {

  private final NoteDomain domain;
  private final List<String> told = new ArrayList<>();

  private NoteCopy(NoteDomain domain) {
    this.domain = domain;
    domain.listen((_, what) -> what.forEach(each -> told.add(each.toString())));
  }

  /// What a server that starts from a journal has.
  public static NoteCopy of(Journal journal, NoteLimits limits, InstantSource clock)
      throws JournalException {
    NoteLedger ledger = new NoteLedger();
    long revision = NoteStorage.load(journal, ledger, limits.noteTtl());
    return new NoteCopy(new NoteDomain(ledger, revision, new NoteBoard(), limits, clock));
  }

  /// What decides and applies.
  public Domain<?, ?> domain() {
    return domain;
  }

  /// The revision, the figures, and the notes: as they are kept, by number, and in the map.
  public List<Object> state() {
    return state(domain, domain.kept());
  }

  /// Those of a server.
  public static List<Object> state(ServedNotes served) throws Exception {
    return state(served.domain(), served.kept());
  }

  private static List<Object> state(NoteDomain domain, NoteCheck.Kept kept) {
    List<Object> all = new ArrayList<>(List.of(domain.view().revision(), domain.stats(), kept));
    kept.notes().forEach(each -> all.add(domain.get(each.id())));
    var walk = domain.view().map().walk(new NoteArea.Anywhere(), Set.of(), NoteMap.Mark.BEGIN);
    for (var next = walk.next(); next.isPresent(); next = walk.next()) {
      all.add(next.get());
    }
    return all;
  }

  /// All that subscribers were told.
  public List<String> told() {
    return told;
  }
}
