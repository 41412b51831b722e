package guidepost.server;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import guidepost.calls.StoredDomain;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import guidepost.storage.v1.DumpEnd;
import guidepost.storage.v1.DumpHeader;
import guidepost.storage.v1.DumpLine;
import guidepost.storage.v1.DumpedDomain;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes everything that is stored as text, a JSON object a line.
///
/// The state of each domain is that of one revision, and all of them of nearly one moment; what is
/// written meanwhile is not in it.
///
/// Cost: two passes over the entries, some microseconds each. Threads: one.
final class DumpWriter {

  /// The format's version.
  static final int FORMAT = 1;

  /// A chunk that a slow client takes in a moment.
  private static final int CHARS_MAX = 100 << 10;

  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();

  /// Takes whole lines.
  interface Sink {
    void lines(String text) throws AdminCall.EndedException;
  }

  private record Part(StoredDomain domain, Journal journal, Journal.Snapshot state) {}

  private final Sink sink;
  private final StringBuilder waiting = new StringBuilder();
  private AdminCall.@Nullable EndedException ended;
  private long entries;

  private DumpWriter(Sink sink) {
    this.sink = sink;
  }

  /// Writes domains of a store.
  static void write(List<StoredDomain> domains, JournalStore store, Sink sink)
      throws JournalException, AdminCall.EndedException {
    List<Part> parts = new ArrayList<>();
    try {
      for (StoredDomain domain : domains) {
        Journal journal = store.journal(domain.name());
        parts.add(new Part(domain, journal, journal.snapshot()));
      }
      new DumpWriter(sink).write(parts);
    } finally {
      parts.forEach(part -> part.state().close());
    }
  }

  private void write(List<Part> parts) throws JournalException, AdminCall.EndedException {
    line(DumpLine.newBuilder().setHeader(header(parts)).build());
    for (Part part : parts) {
      write(part);
    }
    line(DumpLine.newBuilder().setEnd(DumpEnd.newBuilder().setEntries(entries)).build());
    flush();
  }

  private static DumpHeader header(List<Part> parts) throws JournalException {
    DumpHeader.Builder header =
        DumpHeader.newBuilder().setFormat(FORMAT).setVersion(Version.current());
    for (Part part : parts) {
      DumpedDomain.Builder domain =
          DumpedDomain.newBuilder()
              .setDomain(part.domain().name())
              .setRevision(part.state().revision())
              .setEntries(count(part));
      part.journal()
          .timeOf(part.state().revision())
          .ifPresent(time -> domain.setTime(timestamp(time)));
      header.addDomains(domain);
    }
    return header.build();
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  private static long count(Part part) throws JournalException {
    long[] count = {0};
    part.state()
        .scan(
            new byte[0],
            null,
            (key, value, revision) -> {
              count[0]++;
              return true;
            });
    return count[0];
  }

  private void write(Part part) throws JournalException, AdminCall.EndedException {
    part.state()
        .scan(
            new byte[0],
            null,
            (key, value, revision) -> {
              try {
                entries++;
                line(DumpLines.line(part.domain(), key, value, revision));
                return true;
              } catch (AdminCall.EndedException e) {
                ended = e;
                return false;
              }
            });
    if (ended != null) {
      throw ended;
    }
  }

  private void line(DumpLine line) throws AdminCall.EndedException {
    try {
      JSON.appendTo(line, waiting);
    } catch (IOException e) {
      throw new IllegalStateException("a builder of text does not fail", e);
    }
    waiting.append('\n');
    if (waiting.length() >= CHARS_MAX) {
      flush();
    }
  }

  private void flush() throws AdminCall.EndedException {
    sink.lines(waiting.toString());
    waiting.setLength(0);
  }
}
