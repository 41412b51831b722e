package guidepost.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/// The longest that a test waits for anything: ten minutes, times the system property
/// `guidepost.patience` on a machine that is slower still.
///
/// Sixty times what the slowest step takes on a quiet machine of two processors, so that a test
/// passes beside forty other processes too.
///
/// Threads: any.
public final class Patience implements LauncherSessionListener {

  private static final long MINUTES = 10;

  /// As a duration.
  public static final Duration LIMIT =
      Duration.ofMinutes(MINUTES * Integer.getInteger("guidepost.patience", 1));

  /// In seconds.
  public static final long SECONDS = LIMIT.toSeconds();

  /// Also what Awaitility waits at most, from before the first test on.
  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Awaitility.setDefaultTimeout(LIMIT);
  }
}
