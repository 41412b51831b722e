package guidepost.server;

import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.settings.Setting;
import guidepost.settings.Settings;
import guidepost.settings.SettingsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The settings in force, which a reload may replace.
///
/// A reload takes all or nothing: every part that can change says first whether it can take the new
/// values, and only if all can, each does. A setting that needs a restart keeps the value in force,
/// whatever the file says.
///
/// Threads: any; reloads one after the other.
public final class RunningSettings {

  private static final Logger LOG = LoggerFactory.getLogger(RunningSettings.class);

  /// A part of the server that can change while it runs.
  @FunctionalInterface
  interface Part {

    /// Checks the new values, and changes nothing yet.
    ///
    /// @return puts them in force; must not fail
    /// @throws SettingsException if they cannot be taken
    Runnable prepare(Settings settings) throws SettingsException;
  }

  /// What a reload did.
  ///
  /// @param applied names of settings that have other values now
  /// @param needRestart names of settings whose new values need a restart
  public record Change(List<String> applied, List<String> needRestart) {}

  private final SettingsSource source;
  private final List<Part> parts = new ArrayList<>();
  private Settings current;
  private volatile Optional<String> trouble = Optional.empty();

  /// Reads the settings for the first time.
  ///
  /// @throws SettingsException if they cannot be read or break a rule
  public RunningSettings(SettingsSource source) throws SettingsException {
    this.source = source;
    this.current = source.read();
  }

  /// Those of the start, and what reloads changed.
  public synchronized Settings current() {
    return current;
  }

  /// Why the last reload changed nothing; empty if it did, or there was none.
  Optional<String> trouble() {
    return trouble;
  }

  synchronized void add(Part part) {
    parts.add(part);
  }

  /// Reads the settings again and puts in force what may change.
  ///
  /// @throws SettingsException if they cannot be taken; then nothing changed
  public synchronized Change reload() throws SettingsException {
    try {
      Settings fresh = source.read();
      ServerSettings.options(fresh);
      List<Runnable> changes = new ArrayList<>();
      for (Part part : parts) {
        changes.add(part.prepare(fresh));
      }
      changes.forEach(Runnable::run);
      Change change = change(fresh);
      current = fresh.keeping(current, setting -> !setting.isReloadable());
      trouble = Optional.empty();
      LOG.info(
          "settings read again: {}",
          change.applied().isEmpty()
              ? "nothing changed"
              : String.join(", ", change.applied()) + " changed");
      if (!change.needRestart().isEmpty()) {
        LOG.warn(
            "settings that need a restart to change: {}", String.join(", ", change.needRestart()));
      }
      return change;
    } catch (SettingsException e) {
      trouble = Optional.of(String.join("; ", e.problems()));
      LOG.warn("the settings in force stay, since the new ones cannot be taken: {}", trouble.get());
      throw e;
    }
  }

  private Change change(Settings fresh) {
    List<String> applied = new ArrayList<>();
    List<String> needRestart = new ArrayList<>();
    for (Setting<?> setting : fresh.changed(current)) {
      (setting.isReloadable() ? applied : needRestart).add(setting.name());
    }
    return new Change(applied, needRestart);
  }

  /// What a client is told of settings that cannot be taken.
  static Rejection rejection(SettingsException e) {
    return Rejection.of(Reason.SETTINGS_REJECTED, "settings: " + String.join("; ", e.problems()));
  }
}
