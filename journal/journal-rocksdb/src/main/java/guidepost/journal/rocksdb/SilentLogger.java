package guidepost.journal.rocksdb;

import org.rocksdb.InfoLogLevel;
import org.rocksdb.Logger;

/// Takes what the engine notes about its work, in place of a file in its directory, and drops it.
final class SilentLogger extends Logger {

  SilentLogger() {
    super(InfoLogLevel.HEADER_LEVEL);
  }

  @Override
  protected void log(InfoLogLevel level, String message) {}
}
