package guidepost.cli;

import guidepost.server.Version;
import picocli.CommandLine.IVersionProvider;

/// What `guidepost --version` prints.
final class ProgramVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {text()};
  }

  static String text() {
    return "guidepost " + Version.current();
  }
}
