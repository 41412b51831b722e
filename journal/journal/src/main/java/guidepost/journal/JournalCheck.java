package guidepost.journal;

import guidepost.journal.JournalException.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Reads all of a journal and checks that it tells one story:
///
/// 1. the log's revisions are without a hole up to the newest, and its times never run backwards;
/// 2. every latest value was written by a revision from 1 to the newest;
/// 3. what a change says its key held before is what the change before it in the log gave it, or,
///    for a key's first change, was written before the log begins;
/// 4. a key's latest value, or its absence, is what its last change in the log gave it; a key that
///    the log does not change was written before the log begins.
///
/// ```
///   log      1: a=x        3: a=y was x@1       4: a! was y@3
///                  └──────────────┘└─────────────────┘     └── 4 ──▶ latest: no a
///                         3                3
/// ```
///
/// Cost: the log is read twice and the latest values twice; both once more for each further million
/// changes in the log, so that memory stays below 64 MiB: keys and values are remembered by their
/// [Fingerprint]s. Writers are not disturbed.
///
/// Threads: one check is one thread's.
public final class JournalCheck {

  /// Changes whose keys are remembered together: at 64 bytes at most for each, 64 MiB.
  static final int CHANGES_PER_PASS = 1 << 20;

  /// How often the log may be trimmed while its beginning is looked for.
  private static final int TRIMS_MAX = 100;

  private final String domain;
  private final Journal journal;
  private final Journal.Snapshot latest;
  private final Findings findings;

  /// Keys and values come from clients, which could make two that have the same one if they knew
  /// it.
  private final Fingerprint fingerprint = Fingerprint.drawn();

  private JournalCheck(String domain, Journal journal, Journal.Snapshot latest, Findings findings) {
    this.domain = domain;
    this.journal = journal;
    this.latest = latest;
    this.findings = findings;
  }

  /// Checks a journal, also while it is written.
  ///
  /// @param domain what findings call it
  /// @param findings takes what is wrong; stored bytes that cannot be read too
  /// @throws JournalException if the device fails
  public static JournalReport run(String domain, Journal journal, Findings findings)
      throws JournalException {
    return run(domain, journal, findings, CHANGES_PER_PASS);
  }

  static JournalReport run(String domain, Journal journal, Findings findings, int changesPerPass)
      throws JournalException {
    try (Journal.Snapshot latest = journal.snapshot()) {
      return new JournalCheck(domain, journal, latest, findings).run(changesPerPass);
    }
  }

  private JournalReport run(int changesPerPass) throws JournalException {
    Story story = new Story();
    long[] entries = {0};
    boolean logReadable = tried(() -> readLog(story));
    boolean readable = tried(() -> entries[0] = checkedEntries()) && logReadable;
    long passes = 1 + story.changes / changesPerPass;
    for (long pass = 0; readable && pass < passes; pass++) {
      Links links = new Links(pass, passes);
      readable = tried(links::check);
    }
    return new JournalReport(domain, latest.revision(), entries[0], story.batches, story.changes);
  }

  private interface Step {
    void run() throws JournalException;
  }

  /// @return false if stored bytes could not be read
  private boolean tried(Step step) throws JournalException {
    try {
      step.run();
      return true;
    } catch (JournalException e) {
      if (e.reason() != Reason.CORRUPT) {
        throw e;
      }
      findings.add(domain, String.valueOf(e.getMessage()));
      return false;
    }
  }

  /// Takes the log of the state that is checked.
  private interface LogVisitor {

    /// The first revision that the log holds.
    void begin(long oldest) throws JournalException;

    void batch(long revision, Instant time, Batch batch);

    default void end() {}
  }

  /// The beginning of the log may be trimmed at any time: then it begins later.
  private void readLog(LogVisitor visitor) throws JournalException {
    for (int trims = 0; ; trims++) {
      long oldest = journal.oldestRevision();
      visitor.begin(oldest);
      try {
        journal.read(oldest - 1, (revision, time, batch) -> shown(visitor, revision, time, batch));
        visitor.end();
        return;
      } catch (TrimmedException e) {
        if (trims == TRIMS_MAX) {
          throw e;
        }
      }
    }
  }

  private boolean shown(LogVisitor visitor, long revision, Instant time, Batch batch) {
    if (revision <= latest.revision()) {
      visitor.batch(revision, time, batch);
    }
    return revision < latest.revision();
  }

  /// Rule 1.
  private final class Story implements LogVisitor {
    private long expected;
    private Instant last = Instant.MIN;
    private long batches;
    private long changes;

    @Override
    public void begin(long oldest) throws JournalException {
      expected = oldest;
      last = journal.timeOf(oldest - 1).orElse(Instant.MIN);
    }

    @Override
    public void batch(long revision, Instant time, Batch batch) {
      if (revision != expected) {
        findings.add(
            domain,
            "revision %d is missing from the log, where %d stands".formatted(expected, revision));
      }
      if (time.isBefore(last)) {
        findings.add(
            domain,
            "revision %d is of %s, before %s, the time of the revision before it"
                .formatted(revision, time, last));
      }
      expected = revision + 1;
      last = time;
      batches++;
      changes += batch.size();
    }

    @Override
    public void end() {
      if (expected <= latest.revision()) {
        findings.add(
            domain,
            "the log ends at revision %d, the newest is %d"
                .formatted(expected - 1, latest.revision()));
      }
    }
  }

  /// Rule 2.
  ///
  /// @return the number of entries
  private long checkedEntries() throws JournalException {
    long[] entries = {0};
    scanLatest(
        (key, value, revision) -> {
          entries[0]++;
          if (revision < 1 || revision > latest.revision()) {
            findings.add(
                domain,
                "%s: was written by revision %d, which must be 1..%d"
                    .formatted(Findings.key(key), revision, latest.revision()));
          }
        });
    return entries[0];
  }

  private void scanLatest(Journal.EntryVisitor visitor) throws JournalException {
    latest.scan(
        new byte[0],
        null,
        (key, value, revision) -> {
          visitor.entry(key, value, revision);
          return true;
        });
  }

  /// Rules 3 and 4, for a part of the keys.
  private final class Links implements LogVisitor {
    private final long pass;
    private final long passes;
    private final KeyStates states = new KeyStates();
    private long oldest;

    Links(long pass, long passes) {
      this.pass = pass;
      this.passes = passes;
    }

    void check() throws JournalException {
      readLog(this);
      scanLatest(this::latest);
      if (states.hasMissing()) {
        readLog(new Missing());
      }
    }

    private boolean isOther(long key) {
      return Long.remainderUnsigned(key, passes) != pass;
    }

    @Override
    public void begin(long oldestRevision) {
      oldest = oldestRevision;
    }

    @Override
    public void batch(long revision, Instant time, Batch batch) {
      batch.forEach((key, value, prior) -> change(revision, key, value, prior));
    }

    private void change(long revision, byte[] key, byte @Nullable [] value, @Nullable Value prior) {
      long name = fingerprint.of(key);
      if (isOther(name)) {
        return;
      }
      long before = states.put(name, state(revision, value));
      if (!follows(before, prior)) {
        findings.add(
            domain,
            "revision %d, %s: says that it held %s, which is not what the log gave it"
                .formatted(revision, Findings.key(key), text(prior)));
      }
    }

    private boolean follows(long before, @Nullable Value prior) {
      return before == KeyStates.UNKNOWN
          ? prior == null || prior.revision() < oldest
          : before == state(prior);
    }

    private void latest(byte[] key, byte[] value, long revision) {
      long name = fingerprint.of(key);
      if (isOther(name)) {
        return;
      }
      long state = states.get(name);
      if (state == KeyStates.UNKNOWN && revision >= oldest && revision <= latest.revision()) {
        findings.add(
            domain,
            "%s: was written by revision %d, which did not write it according to the log"
                .formatted(Findings.key(key), revision));
      } else if (state != KeyStates.UNKNOWN && state != state(revision, value)) {
        findings.add(
            domain,
            "%s: holds a value of revision %d, which is not what the log gave it last"
                .formatted(Findings.key(key), revision));
      }
      if (state != KeyStates.UNKNOWN) {
        states.put(name, KeyStates.FOUND);
      }
    }

    /// Names the keys whose latest value is not there.
    private final class Missing implements LogVisitor {
      @Override
      public void begin(long oldestRevision) {}

      @Override
      public void batch(long revision, Instant time, Batch batch) {
        batch.forEach((key, value, prior) -> change(revision, key, value));
      }

      private void change(long revision, byte[] key, byte @Nullable [] value) {
        long name = fingerprint.of(key);
        if (value != null && !isOther(name) && states.get(name) == state(revision, value)) {
          findings.add(
              domain,
              "%s: has no value, but revision %d gave it one"
                  .formatted(Findings.key(key), revision));
        }
      }
    }
  }

  private long state(long revision, byte @Nullable [] value) {
    return value == null ? KeyStates.ABSENT : KeyStates.holding(fingerprint, revision, value);
  }

  private long state(@Nullable Value value) {
    return value == null ? KeyStates.ABSENT : state(value.revision(), value.bytes());
  }

  private static String text(@Nullable Value value) {
    return value == null ? "nothing" : "a value of revision " + value.revision();
  }
}
