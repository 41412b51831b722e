package guidepost.server;

import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.calls.ServedDomain;
import guidepost.calls.ServedFront;
import guidepost.journal.JournalFiles;
import guidepost.journal.JournalStore;
import java.util.List;

/// The data of a running server and what is made of it.
///
/// @param store its journals
/// @param fronts what is served of them
record ServedData(JournalStore store, List<ServedFront> fronts) {

  ServedData {
    fronts = List.copyOf(fronts);
  }

  /// The files of the store.
  ///
  /// @param what needs them
  /// @throws guidepost.calls.RejectedException if the engine keeps none
  JournalFiles files(String what) {
    return store
        .files()
        .orElseThrow(
            () ->
                Rejection.of(
                        Reason.ENGINE_WITHOUT_FILES,
                        "%s: the journals are not kept in files of this server; use dump"
                            .formatted(what))
                    .asException());
  }

  /// Those fronts that have data of their own.
  List<ServedDomain> domains() {
    return fronts.stream()
        .filter(ServedDomain.class::isInstance)
        .map(ServedDomain.class::cast)
        .toList();
  }
}
