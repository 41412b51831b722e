package guidepost.cli.output;

import java.util.LinkedHashMap;
import java.util.Map;

/// What the program's exit code says.
public final class ExitCodes {

  /// Everything was done.
  public static final int OK = 0;

  /// Some rows were rejected, nothing was found, or the server rejected the call.
  public static final int REJECTED = 1;

  /// Usage error: an unknown option, an invalid argument or a missing file; nothing was done.
  public static final int USAGE = 2;

  /// No server answers, or it cannot serve now.
  public static final int UNAVAILABLE = 3;

  private ExitCodes() {}

  /// What to say about them in a help text.
  public static Map<String, String> meanings() {
    Map<String, String> meanings = new LinkedHashMap<>();
    meanings.put("0", "done");
    meanings.put("1", "rows were rejected, nothing was found, or the server rejected the call");
    meanings.put("2", "usage error: unknown option, invalid argument or missing file");
    meanings.put("3", "no server answers, or it cannot serve now");
    return meanings;
  }
}
