package guidepost.server;

import guidepost.settings.Settings;
import guidepost.settings.SettingsException;

/// Where a server's settings are read from, at its start and at each reload.
@FunctionalInterface
public interface SettingsSource {

  /// Reads all of them, as they are now.
  ///
  /// @throws SettingsException if they cannot be read or break a rule
  Settings read() throws SettingsException;
}
