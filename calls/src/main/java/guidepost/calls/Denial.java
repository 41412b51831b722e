package guidepost.calls;

import guidepost.journal.QuietLog;
import org.slf4j.LoggerFactory;

/// How a caller is refused: always with the same words, so that they tell nothing of what exists.
/// Why is in the log.
///
/// Threads: any.
public final class Denial {

  /// Of a call that does not prove who makes it.
  public static final Rejection UNAUTHENTICATED =
      Rejection.of(Reason.UNAUTHENTICATED, "the call must carry valid credentials");

  /// Of a call or an operation that its caller may not make.
  public static final Rejection DENIED =
      Rejection.of(Reason.PERMISSION_DENIED, "the caller has no grant for this");

  /// Of a stream whose caller may do other things now than when it began.
  public static final Rejection GRANTS_CHANGED =
      Rejection.of(Reason.GRANTS_CHANGED, "the caller's grants have changed; begin the call again");

  private static final QuietLog QUIET = new QuietLog(LoggerFactory.getLogger(Denial.class));

  private Denial() {}

  /// How a caller is refused what it may not do: one that has not said who it is can do that first.
  public static Rejection of(Caller caller) {
    return caller.isAnonymous() ? UNAUTHENTICATED : DENIED;
  }

  /// Says why, once a minute for each caller.
  ///
  /// @param why one line, without a secret
  public static void log(Caller caller, String why) {
    QUIET.warn("denied " + caller.name(), "%s: denied: %s".formatted(caller.name(), why));
  }

  /// Throws what it is refused with unless the caller of this thread's call may see, or change, the
  /// features.
  public static void requireFeatures(Role role) {
    Caller caller = Caller.current();
    require(caller.mayUseLayer(role, Grant.DEFAULT_LAYER), caller, role + " of features");
  }

  /// Throws what it is refused with unless the caller of this thread's call may see, or write,
  /// notes.
  public static void requireNotes(Role role) {
    Caller caller = Caller.current();
    require(caller.mayUseNotes(role), caller, role + " of notes");
  }

  /// Throws what it is refused with unless it may.
  ///
  /// @param what was asked for: one line for the log
  public static void require(boolean may, Caller caller, String what) {
    if (!may) {
      log(caller, what);
      throw of(caller).asException();
    }
  }
}
