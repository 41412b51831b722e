package guidepost.calls;

/// One thing that a caller was granted: a role, and what it holds for.
///
/// Threads: any; immutable.
///
/// @param role what may be done
/// @param tables of routes, for reading and, with `sources`, for writing
/// @param sources of routes, for writing
/// @param layers of features
/// @param travellers whose trips it is about; `self` is the caller. Notes are of travellers: they
///   need a grant that names one
public record Grant(Role role, Names tables, Names sources, Names layers, Names travellers) {

  /// The layer that every feature is in.
  public static final String DEFAULT_LAYER = "default";

  /// Everything.
  static final Grant EVERYTHING = new Grant(Role.ADMIN, Names.ALL, Names.ALL, Names.ALL, Names.ALL);
}
