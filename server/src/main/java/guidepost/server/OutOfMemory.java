package guidepost.server;

/// Ends the process when there is no memory left: nothing that it does then can be relied on, and
/// what was acknowledged is on the disk.
///
/// Threads: any.
public final class OutOfMemory {

  /// The same as that of `-XX:+ExitOnOutOfMemoryError`.
  private static final int EXIT_CODE = 3;

  private OutOfMemory() {}

  /// From now on also an error that nobody catches ends the process.
  public static void endProcess() {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> {
          if (thrown instanceof OutOfMemoryError e) {
            throw end(e);
          }
          if (before != null) {
            before.uncaughtException(thread, thrown);
          } else {
            System.err.print("Exception in thread \"" + thread.getName() + "\" ");
            thrown.printStackTrace();
          }
        });
  }

  /// Says why, and ends the process; other threads that come here wait for that.
  ///
  /// @return never
  static synchronized OutOfMemoryError end(OutOfMemoryError e) {
    System.err.println(
        "guidepost: out of memory: "
            + e.getMessage()
            + "; the server ends; give it more with -Xmx or -XX:MaxDirectMemorySize");
    Runtime.getRuntime().halt(EXIT_CODE);
    return e;
  }
}
