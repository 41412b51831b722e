package guidepost.web;

import com.linecorp.armeria.common.FlagsProvider;

/// What of the library cannot be set where the port is built. It is found by its name in
/// `META-INF/services`.
public final class WebFlags implements FlagsProvider {

  /// Above what the library says of itself.
  @Override
  public int priority() {
    return 1;
  }

  /// Nothing in a query is a path: a table may be called `a..b` or `../b`.
  @Override
  public Boolean allowDoubleDotsInQueryString() {
    return true;
  }
}
