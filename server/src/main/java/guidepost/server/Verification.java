package guidepost.server;

import guidepost.guide.service.GuideService;
import guidepost.guide.service.StoredGuide;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalCheck;
import guidepost.journal.JournalException;
import guidepost.journal.JournalReport;
import guidepost.journal.JournalStore;
import guidepost.journal.OverloadedException;
import guidepost.routes.service.RouteService;
import guidepost.server.v1.DomainReport;
import guidepost.server.v1.VerifyReport;
import guidepost.server.v1.VerifyResponse;

/// Reads everything that is stored and checks it: the files' checksums, the journals' stories, and
/// that the indexes hold what is stored.
///
/// Threads: one.
final class Verification {

  /// Takes what it is at, and the report.
  interface Listener {
    void next(VerifyResponse part) throws AdminCall.EndedException;
  }

  /// Compares the index of a domain with its journal.
  private interface IndexCheck {
    long run(Journal journal, Findings findings)
        throws JournalException, OverloadedException, InterruptedException;
  }

  private final JournalStore store;
  private final Listener listener;
  private final Findings findings = new Findings();
  private final VerifyReport.Builder report = VerifyReport.newBuilder();

  Verification(JournalStore store, Listener listener) {
    this.store = store;
    this.listener = listener;
  }

  /// With the indexes that answer calls.
  void run(ServedData served)
      throws JournalException, OverloadedException, InterruptedException, AdminCall.EndedException {
    run(
        served.routes()::verify,
        served.guide()::verifyFeatures,
        served.guide()::verifyNotes,
        served.guide()::verifyTrips);
  }

  /// With indexes made for the purpose, of a store that nobody writes.
  void runStored()
      throws JournalException, OverloadedException, InterruptedException, AdminCall.EndedException {
    run(
        RouteService::verifyStored,
        StoredGuide::verifyFeatures,
        StoredGuide::verifyNotes,
        StoredGuide::verifyTrips);
  }

  private void run(IndexCheck routes, IndexCheck features, IndexCheck notes, IndexCheck trips)
      throws JournalException, OverloadedException, InterruptedException, AdminCall.EndedException {
    step("files");
    tried("files", store::verifyFiles);
    check(ServedData.ROUTES_DOMAIN, routes);
    check(GuideService.FEATURES_DOMAIN, features);
    check(GuideService.NOTES_DOMAIN, notes);
    check(GuideService.TRIPS_DOMAIN, trips);
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

  private void check(String domain, IndexCheck index)
      throws JournalException, OverloadedException, InterruptedException, AdminCall.EndedException {
    Journal journal = store.journal(domain);
    step("journal of " + domain);
    JournalReport read = JournalCheck.run(domain, journal, findings);
    step("index of " + domain);
    long[] indexed = {0};
    tried(domain, () -> indexed[0] = index.run(journal, findings));
    report.addDomains(
        DomainReport.newBuilder()
            .setDomain(domain)
            .setRevision(read.revision())
            .setEntries(read.entries())
            .setLogBatches(read.batches())
            .setLogChanges(read.changes())
            .setIndexed(indexed[0]));
  }
}
