package guidepost.settings;

import java.util.List;
import java.util.SequencedMap;

/// A part of a YAML file and where it begins. Immutable.
///
/// Scalars stay the text that was written, whatever type YAML would make of it: `off`, `0x10` and
/// `12:30` are text, and the reader of a value decides what it means.
public sealed interface YamlNode {

  /// The line it begins on, from 1.
  int line();

  /// What it is, in words, for errors.
  String kind();

  /// A scalar.
  ///
  /// @param text as written, without quotes
  record Text(String text, int line) implements YamlNode {
    @Override
    public String kind() {
      return "a value";
    }
  }

  /// A sequence.
  record Items(List<YamlNode> items, int line) implements YamlNode {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /// A mapping, in the order of the file.
  record Entries(SequencedMap<String, Entry> entries, int line) implements YamlNode {
    @Override
    public String kind() {
      return "a group of keys";
    }
  }

  /// A key's value.
  ///
  /// @param keyLine the line of the key, from 1
  record Entry(int keyLine, YamlNode value) {}
}
