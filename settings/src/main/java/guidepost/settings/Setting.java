package guidepost.settings;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One thing that an operator can choose. Immutable; compared by identity.
///
/// One rule makes its three names: `tls.client_ca` in the file is `GUIDEPOST_TLS_CLIENT_CA` in the
/// environment and `--tls-client-ca` as a flag.
///
/// @param <T> the type of its value
public final class Setting<T> {

  /// What the variables of the environment begin with.
  static final String PREFIX = "GUIDEPOST_";

  private static final Pattern NAME =
      Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*(\\.[a-z][a-z0-9]*(_[a-z0-9]+)*)*");

  private final String name;
  private final SettingType<T> type;
  private final Supplier<@Nullable T> preset;
  private final String presetText;
  private final String sentence;
  private final boolean reloadable;
  private final boolean secret;
  private final boolean fixed;

  private Setting(
      String name,
      SettingType<T> type,
      Supplier<@Nullable T> preset,
      String presetText,
      String sentence,
      boolean reloadable,
      boolean secret,
      boolean fixed) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("name of a setting: " + name);
    }
    this.name = name;
    this.type = type;
    this.preset = preset;
    this.presetText = presetText;
    this.sentence = sentence;
    this.reloadable = reloadable;
    this.secret = secret;
    this.fixed = fixed;
  }

  /// A setting with a default.
  ///
  /// @param sentence what it does and why the default is what it is, for the reference and the help
  public static <T> Setting<T> of(String name, SettingType<T> type, T preset, String sentence) {
    return new Setting<>(
        name, type, () -> preset, type.write(preset), sentence, false, false, true);
  }

  /// A setting with a default that depends on the machine.
  ///
  /// @param preset works it out, when it is asked for
  /// @param presetText says what it is
  public static <T> Setting<T> derived(
      String name,
      SettingType<T> type,
      Supplier<@Nullable T> preset,
      String presetText,
      String sentence) {
    return new Setting<>(name, type, preset, presetText, sentence, false, false, false);
  }

  /// A setting without a default: unless it is given there is no value.
  public static <T> Setting<T> optional(String name, SettingType<T> type, String sentence) {
    return new Setting<>(name, type, () -> null, "", sentence, false, false, false);
  }

  /// The same, which a reload may change while the server runs.
  public Setting<T> reloadable() {
    return new Setting<>(name, type, preset, presetText, sentence, true, secret, fixed);
  }

  /// The same, whose value is shown nowhere.
  public Setting<T> secret() {
    return new Setting<>(name, type, preset, presetText, sentence, reloadable, true, fixed);
  }

  /// Its name in the file: words with dots.
  public String name() {
    return name;
  }

  /// Its name in the environment.
  public String variable() {
    return PREFIX + name.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /// Its name as a flag.
  public String flag() {
    return "--" + name.replace('.', '-').replace('_', '-');
  }

  /// How it is written.
  public SettingType<T> type() {
    return type;
  }

  /// Its default as it would be written; empty if it has none or depends on the machine.
  Optional<String> presetWritten() {
    return fixed ? Optional.of(presetText) : Optional.empty();
  }

  /// Its default, in words; empty if there is none.
  public String presetText() {
    return presetText;
  }

  /// What it does.
  public String sentence() {
    return sentence;
  }

  /// Whether a reload may change it while the server runs.
  public boolean isReloadable() {
    return reloadable;
  }

  boolean isSecret() {
    return secret;
  }

  Optional<T> preset() {
    return Optional.ofNullable(preset.get());
  }

  @Override
  public String toString() {
    return name;
  }
}
