package guidepost.server;

import guidepost.calls.ServedDomain;
import guidepost.calls.ServedFront;
import guidepost.journal.JournalStore;
import java.nio.file.Path;
import java.util.List;

/// The data of a running server and what is made of it.
///
/// @param directory where it is
/// @param store its journals
/// @param fronts what is served of them
record ServedData(Path directory, JournalStore store, List<ServedFront> fronts) {

  ServedData {
    fronts = List.copyOf(fronts);
  }

  /// Those fronts that have data of their own.
  List<ServedDomain> domains() {
    return fronts.stream()
        .filter(ServedDomain.class::isInstance)
        .map(ServedDomain.class::cast)
        .toList();
  }
}
