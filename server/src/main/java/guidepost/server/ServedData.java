package guidepost.server;

import guidepost.guide.service.GuideService;
import guidepost.journal.JournalStore;
import guidepost.routes.service.RouteService;
import java.nio.file.Path;
import java.util.List;

/// The data of a running server and what is made of it.
///
/// @param directory where it is
/// @param store its journals
/// @param routes over the routes' journal
/// @param guide over the features', notes' and trips' journals
record ServedData(Path directory, JournalStore store, RouteService routes, GuideService guide) {

  /// The journal domain that routes are in.
  static final String ROUTES_DOMAIN = "routes";

  /// The domains that there are.
  static final List<String> DOMAINS =
      List.of(
          ROUTES_DOMAIN,
          GuideService.FEATURES_DOMAIN,
          GuideService.NOTES_DOMAIN,
          GuideService.TRIPS_DOMAIN);
}
