package guidepost.server;

import guidepost.calls.ServedFront;
import guidepost.calls.StoredDomain;
import guidepost.guide.service.GuideService;
import guidepost.journal.JournalException;
import guidepost.journal.JournalStore;
import guidepost.routes.service.RouteService;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// What a server holds and serves: the one place that knows which domains there are. Everything
/// else goes through the list.
///
/// @param stored what each journal holds, in the order of reports and dumps
/// @param opening opens what is served of them
record Domains(List<StoredDomain> stored, Opening opening) {

  /// Opens what is served, over the journals of a store.
  @FunctionalInterface
  interface Opening {

    /// Opens all of it; what was opened before a failure is ended by the caller.
    ///
    /// @param opened takes each front as soon as it is open, those that others need first
    /// @throws JournalException if a journal cannot be read
    void open(JournalStore store, ServerOptions options, Consumer<ServedFront> opened)
        throws JournalException;
  }

  /// Those of Guidepost.
  static final Domains GUIDEPOST =
      new Domains(
          Stream.concat(Stream.of(RouteService.STORED), GuideService.STORED.stream()).toList(),
          Domains::openGuidepost);

  Domains {
    stored = List.copyOf(stored);
  }

  private static void openGuidepost(
      JournalStore store, ServerOptions options, Consumer<ServedFront> opened)
      throws JournalException {
    opened.accept(
        RouteService.open(store.journal(RouteService.STORED.name()), options.routeLimits()));
    GuideService.open(store, options.guideLimits()).fronts().forEach(opened);
  }

  /// Their names.
  List<String> names() {
    return stored.stream().map(StoredDomain::name).toList();
  }
}
