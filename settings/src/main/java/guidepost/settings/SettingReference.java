package guidepost.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Writes the reference of a table of settings.
///
/// @param table what it describes
record SettingReference(SettingTable table) {

  private static final String HEAD =
      """
      # Settings

      Made from the table of settings by `guidepost config reference`; do not edit it by hand.

      Every setting can be given in four ways. The first that gives it wins:

      1. a flag of `guidepost serve`: `--tls-client-ca FILE`; repeat it to give a list
      2. a variable of the environment: `GUIDEPOST_TLS_CLIENT_CA=FILE`; commas separate the items of a list
      3. the file that `--config FILE` or `GUIDEPOST_CONFIG` names, in YAML: `tls:`, and below it `client_ca: FILE`
      4. the default

      `guidepost config check FILE` checks a file, `guidepost config show` prints what is in force and where each
      value comes from. A setting marked *reload* changes while the server runs, after SIGHUP or
      `guidepost config reload`; every other needs a restart.

      A TIME is a number with its unit: `500ms`, `10s`, `30m`, `24h`, `7d`. BYTES are a number, or one with its
      unit: `4096`, `64KiB`, `256MiB`, `1GiB`.
      """;

  String text() {
    StringBuilder page = new StringBuilder(HEAD);
    groups()
        .forEach(
            (group, settings) -> {
              page.append(
                  "\n## %s\n\n".formatted(group.isEmpty() ? "The server" : "`" + group + "`"));
              page.append("| setting | value | default | |\n|---|---|---|---|\n");
              settings.forEach(setting -> page.append(row(setting)));
            });
    return page.toString();
  }

  private SequencedMap<String, List<Setting<?>>> groups() {
    SequencedMap<String, List<Setting<?>>> groups = new LinkedHashMap<>();
    for (Setting<?> setting : table.settings()) {
      int dot = setting.name().indexOf('.');
      groups
          .computeIfAbsent(dot < 0 ? "" : setting.name().substring(0, dot), g -> new ArrayList<>())
          .add(setting);
    }
    return groups;
  }

  private static String row(Setting<?> setting) {
    return "| `%s` | %s | %s | %s%s |\n"
        .formatted(
            setting.name(),
            value(setting.type()),
            preset(setting),
            setting.sentence(),
            setting.isReloadable() ? " *Reload.*" : "");
  }

  private static String value(SettingType<?> type) {
    return type.label().contains("|") ? type.rule() : "%s: %s".formatted(type.label(), type.rule());
  }

  private static String preset(Setting<?> setting) {
    return setting
        .presetWritten()
        .map("`%s`"::formatted)
        .orElse(setting.presetText().isEmpty() ? "none" : setting.presetText());
  }
}
