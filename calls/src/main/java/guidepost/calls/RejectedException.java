package guidepost.calls;

import java.util.Objects;

/// A [Rejection] on its way to the call that it ends.
public final class RejectedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient Rejection rejection;

  RejectedException(Rejection rejection) {
    super(rejection.text());
    this.rejection = rejection;
  }

  /// Why.
  public Rejection rejection() {
    return Objects.requireNonNull(rejection);
  }

  /// None: it tells of what was asked, of which there may be much, and not of a place in the code.
  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
