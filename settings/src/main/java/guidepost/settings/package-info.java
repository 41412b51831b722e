/// Settings: one table of them, and where their values come from.
///
/// The nouns: a [Setting] has a name, a type, a default and a sentence that says what it does. A
/// [SettingTable] lists all settings of a program. [Settings] are the values in force, each with
/// its [Origin]: a flag beats a variable of the environment, which beats the file, which beats the
/// default. A [YamlNode] is what a YAML file says, with the line where it says so.
@NullMarked
package guidepost.settings;

import org.jspecify.annotations.NullMarked;
