package guidepost.server;

import guidepost.calls.ServedDomain;
import guidepost.calls.StoredDomain;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalCheck;
import guidepost.journal.JournalException;
import guidepost.journal.JournalFiles;
import guidepost.journal.JournalReport;
import guidepost.journal.JournalStore;
import guidepost.journal.OverloadedException;
import guidepost.server.v1.DomainReport;
import guidepost.server.v1.VerifyReport;
import guidepost.server.v1.VerifyResponse;
import java.util.List;
import java.util.Optional;

/// Reads everything that is stored and checks it: the files' checksums if there are files, the
/// journals' stories, and that the indexes hold what is stored.
///
/// Threads: one.
final class Verification {

  /// Takes what it is at, and the report.
  interface Listener {
    void next(VerifyResponse part) throws AdminCall.EndedException;
  }

  /// Compares the index of a domain with its journal.
  private interface IndexCheck {
    long run() throws JournalException, OverloadedException, InterruptedException;
  }

  private final Listener listener;
  private final Findings findings = new Findings();
  private final VerifyReport.Builder report = VerifyReport.newBuilder();

  Verification(Listener listener) {
    this.listener = listener;
  }

  /// With the indexes that answer calls.
  void run(ServedData served)
      throws JournalException, OverloadedException, InterruptedException, AdminCall.EndedException {
    files(served.store());
    for (ServedDomain domain : served.domains()) {
      check(domain.stored().name(), domain.journal(), () -> domain.verify(findings));
    }
    end();
  }

  /// With indexes made for the purpose, of a store that nobody writes.
  void run(JournalStore store, List<StoredDomain> domains)
      throws JournalException, OverloadedException, InterruptedException, AdminCall.EndedException {
    files(store);
    for (StoredDomain domain : domains) {
      Journal journal = store.journal(domain.name());
      check(domain.name(), journal, () -> domain.verify(journal, findings));
    }
    end();
  }

  private void files(JournalStore store)
      throws JournalException, OverloadedException, InterruptedException, AdminCall.EndedException {
    Optional<JournalFiles> files = store.files();
    if (files.isPresent()) {
      step("files");
      tried("files", files.get()::verifyFiles);
    }
  }

  private void end() throws AdminCall.EndedException {
    report.setWrong(findings.count()).addAllFindings(findings.first());
    listener.next(VerifyResponse.newBuilder().setReport(report).build());
  }

  private void step(String what) throws AdminCall.EndedException {
    listener.next(VerifyResponse.newBuilder().setStep(what).build());
  }

  private interface Step {
    void run() throws JournalException, OverloadedException, InterruptedException;
  }

  /// Bytes that cannot be read are a finding like any other.
  private void tried(String place, Step step)
      throws JournalException, OverloadedException, InterruptedException {
    try {
      step.run();
    } catch (JournalException e) {
      if (e.reason() != JournalException.Reason.CORRUPT) {
        throw e;
      }
      findings.add(place, String.valueOf(e.getMessage()));
    }
  }

  private void check(String domain, Journal journal, IndexCheck index)
      throws JournalException, OverloadedException, InterruptedException, AdminCall.EndedException {
    step("journal of " + domain);
    JournalReport read = JournalCheck.run(domain, journal, findings);
    step("index of " + domain);
    long[] indexed = {0};
    tried(domain, () -> indexed[0] = index.run());
    report.addDomains(
        DomainReport.newBuilder()
            .setDomain(domain)
            .setRevision(read.revision())
            .setEntries(read.entries())
            .setLogRevisions(read.batches())
            .setLogChanges(read.changes())
            .setIndexed(indexed[0]));
  }
}
