package guidepost.server;

import java.io.IOException;

/// A backup could not be made or restored. The message names the file inside it, what was found
/// there and the rule.
public final class BackupException extends IOException {

  private static final long serialVersionUID = 1;

  BackupException(String message) {
    super(message);
  }
}
