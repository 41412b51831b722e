package guidepost.server;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import guidepost.calls.StoredDomain;
import guidepost.journal.Journal;
import guidepost.journal.JournalDraft;
import guidepost.journal.JournalEngine;
import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import guidepost.journal.OverloadedException;
import guidepost.server.v1.VerifyReport;
import guidepost.storage.v1.DumpHeader;
import guidepost.storage.v1.DumpLine;
import guidepost.storage.v1.DumpedDomain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes journals of a dump, or leaves nothing behind.
///
/// Every line is checked as what is asked over the network is, and the numbers of the header and
/// the end must be right. History begins after the revisions of the dump. A load that is killed
/// leaves nothing that could be opened.
///
/// Threads: one.
public final class Load {

  private static final JsonFormat.Parser JSON = JsonFormat.parser();

  private final BufferedReader lines;
  private final Domains domains;
  private long number;
  private DumpLine next = DumpLine.getDefaultInstance();

  private Load(BufferedReader lines, Domains domains) {
    this.lines = lines;
    this.domains = domains;
  }

  /// What was loaded of a domain.
  public record Loaded(long revision, long entries) {}

  /// Loads a dump.
  ///
  /// @param dump its lines; the caller closes
  /// @param engine where nothing is
  /// @return what was loaded, by domain
  /// @throws BackupException if a line is not right, which it names, or the dump is cut off or of a
  ///   newer format
  /// @throws IOException if something is there, or the dump cannot be read or the journals written
  public static Map<String, Loaded> load(BufferedReader dump, JournalEngine engine)
      throws IOException {
    return load(dump, engine, Domains.GUIDEPOST);
  }

  static Map<String, Loaded> load(BufferedReader dump, JournalEngine engine, Domains domains)
      throws IOException {
    try (JournalDraft draft = engine.draft()) {
      Map<String, Loaded> loaded = new Load(dump, domains).into(draft.store());
      requireServable(draft.store(), domains);
      draft.complete();
      return loaded;
    }
  }

  /// Whatever a server could not serve, or a verification would find, is found before it can be
  /// opened.
  private static void requireServable(JournalStore store, Domains domains) throws IOException {
    VerifyReport.Builder report = VerifyReport.newBuilder();
    try {
      new Verification(part -> report.mergeFrom(part.getReport())).run(store, domains.stored());
    } catch (OverloadedException | AdminCall.EndedException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while what was loaded was verified");
    }
    if (report.getWrong() > 0) {
      throw new BackupException(
          "%d entries are not right, the first: %s"
              .formatted(report.getWrong(), report.getFindings(0)));
    }
  }

  private Map<String, Loaded> into(JournalStore store) throws IOException {
    DumpHeader header = header();
    Map<String, Loaded> loaded = new LinkedHashMap<>();
    long total = 0;
    advance();
    for (DumpedDomain dumped : header.getDomainsList()) {
      loaded.put(dumped.getDomain(), load(dumped, store.journal(dumped.getDomain())));
      total += dumped.getEntries();
    }
    if (!next.hasEnd() || next.getEnd().getEntries() != total) {
      throw refused("must be the end with entries %d".formatted(total));
    }
    return loaded;
  }

  private DumpHeader header() throws IOException {
    advance();
    if (!next.hasHeader()) {
      throw refused("must be the header of a dump");
    }
    if (next.getHeader().getFormat() != DumpWriter.FORMAT) {
      throw refused(
          "format: must be %d: %s"
              .formatted(
                  DumpWriter.FORMAT, Integer.toUnsignedString(next.getHeader().getFormat())));
    }
    List<String> found =
        next.getHeader().getDomainsList().stream().map(DumpedDomain::getDomain).toList();
    List<String> wanted = domains.names();
    if (!Set.copyOf(found).equals(Set.copyOf(wanted)) || found.size() != wanted.size()) {
      throw refused(
          "domains: must be %s, each once: %s"
              .formatted(
                  String.join(", ", wanted), found.isEmpty() ? "none" : String.join(", ", found)));
    }
    return next.getHeader();
  }

  private void advance() throws IOException {
    String line = lines.readLine();
    number++;
    if (line == null) {
      throw refused("is missing: the dump is cut off");
    }
    DumpLine.Builder parsed = DumpLine.newBuilder();
    try {
      JSON.merge(line, parsed);
    } catch (InvalidProtocolBufferException e) {
      throw refused("cannot be read: " + e.getMessage());
    }
    next = parsed.build();
  }

  private BackupException refused(String what) {
    return new BackupException("line %d: %s".formatted(number, what));
  }

  private StoredDomain stored(String name) {
    return domains.stored().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Loaded load(DumpedDomain domain, Journal journal) throws IOException {
    Entries entries = new Entries(domain);
    if (domain.getRevision() == 0) {
      entries.requireNone();
      return new Loaded(0, 0);
    }
    Instant time =
        Instant.ofEpochSecond(domain.getTime().getSeconds(), domain.getTime().getNanos());
    try {
      journal.load(domain.getRevision(), time, entries::show);
    } catch (IllegalArgumentException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
    if (entries.failure != null) {
      throw entries.failure;
    }
    return new Loaded(domain.getRevision(), domain.getEntries());
  }

  /// The entries of one domain, as they come.
  private final class Entries {
    private final DumpedDomain domain;
    private final StoredDomain stored;
    private byte @Nullable [] last;
    private long shown;
    private @Nullable IOException failure;

    Entries(DumpedDomain domain) {
      this.domain = domain;
      this.stored = stored(domain.getDomain());
    }

    void requireNone() throws BackupException {
      if (domain.getEntries() != 0) {
        throw refused("domain \"%s\": has entries at revision 0".formatted(domain.getDomain()));
      }
    }

    void show(Journal.EntryVisitor visitor) throws JournalException {
      try {
        while (shown < domain.getEntries()) {
          show(next, visitor);
          advance();
        }
      } catch (JournalException e) {
        throw e;
      } catch (IOException e) {
        failure = e;
        throw new JournalException(JournalException.Reason.IO, String.valueOf(e.getMessage()), e);
      }
    }

    private void show(DumpLine line, Journal.EntryVisitor visitor) throws BackupException {
      shown++;
      Journal.EntryVisitor checked =
          (key, value, revision) -> {
            check(key, revision);
            visitor.entry(key, value, revision);
          };
      try {
        if (!DumpLines.entry(stored, line, checked)) {
          throw refused("is no entry of domain \"%s\"".formatted(domain.getDomain()));
        }
      } catch (IllegalArgumentException e) {
        throw refused(String.valueOf(e.getMessage()));
      }
    }

    private void check(byte[] key, long revision) {
      if (last != null && Arrays.compareUnsigned(last, key) >= 0) {
        throw new IllegalArgumentException("is out of order, or comes twice");
      }
      if (revision < 1 || revision > domain.getRevision()) {
        throw new IllegalArgumentException(
            "revision: must be 1..%d: %s"
                .formatted(domain.getRevision(), Long.toUnsignedString(revision)));
      }
      last = key;
    }
  }
}
