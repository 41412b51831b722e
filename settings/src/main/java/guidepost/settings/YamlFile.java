package guidepost.settings;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads a YAML file of one document into nodes that know their lines.
///
/// Of YAML it takes what settings need: mappings, sequences and scalars. Anchors, aliases, tags,
/// merge keys and a key that is given twice are rejected, since each lets a file mean something
/// else than it seems to.
public final class YamlFile {

  /// Far more than any file of settings; one that is larger is another file.
  private static final int BYTES_MAX = 1 << 20;

  /// Settings nest three levels deep; a file must not use up the stack.
  private static final int DEPTH_MAX = 32;

  private final String name;
  private final Iterator<Event> events;

  private YamlFile(String name, Iterator<Event> events) {
    this.name = name;
    this.events = events;
  }

  /// Reads a file.
  ///
  /// @return its top-level keys; none if the file is empty
  /// @throws SettingsException if it cannot be read, is longer than 1 MiB, is no UTF-8 or not the
  ///   YAML described above; its problems begin with the file's name and line
  public static YamlNode.Entries read(Path file) throws SettingsException {
    String name = file.toString();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new SettingsException("%s: must be at most %d bytes".formatted(name, BYTES_MAX));
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return parse(name, text);
    } catch (NoSuchFileException e) {
      throw new SettingsException(name + ": no such file");
    } catch (CharacterCodingException e) {
      throw new SettingsException(name + ": must be UTF-8");
    } catch (IOException e) {
      throw new SettingsException("%s: cannot be read: %s".formatted(name, e));
    }
  }

  /// Reads a text.
  ///
  /// @param name what errors call it
  /// @return its top-level keys; none if it is empty
  /// @throws SettingsException if it is not the YAML described above
  public static YamlNode.Entries parse(String name, String text) throws SettingsException {
    LoadSettings settings =
        LoadSettings.builder().setLabel(name).setCodePointLimit(BYTES_MAX).build();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      return new YamlFile(
              name,
              new Parse(settings).parseInputStream(new ByteArrayInputStream(bytes)).iterator())
          .document();
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
      throw new SettingsException("%s:%d: is not YAML: %s".formatted(name, line, e.getProblem()));
    } catch (YamlEngineException | UncheckedIOException e) {
      throw new SettingsException("%s: is not YAML: %s".formatted(name, e.getMessage()));
    }
  }

  private YamlNode.Entries document() throws SettingsException {
    List<YamlNode> documents = new ArrayList<>();
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof NodeEvent node) {
        if (!documents.isEmpty()) {
          throw problem(event, "must be one document; a line \"---\" begins another");
        }
        documents.add(node(node, 0));
      }
    }
    if (documents.isEmpty() || isNothing(documents.getFirst())) {
      return new YamlNode.Entries(new LinkedHashMap<>(), 1);
    }
    if (documents.getFirst() instanceof YamlNode.Entries entries) {
      return entries;
    }
    throw new SettingsException(
        "%s:%d: must be keys with values, such as \"listen: 127.0.0.1:50051\""
            .formatted(name, documents.getFirst().line()));
  }

  private static boolean isNothing(YamlNode node) {
    return node instanceof YamlNode.Text text && text.text().isEmpty();
  }

  private YamlNode node(Event event, int depth) throws SettingsException {
    if (depth > DEPTH_MAX) {
      throw problem(event, "must be nested at most %d levels deep".formatted(DEPTH_MAX));
    }
    if (event instanceof AliasEvent alias) {
      throw problem(alias, "aliases are not taken: write the value out");
    }
    if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
      throw problem(node, "anchors are not taken: write each value out");
    }
    return switch (event) {
      case ScalarEvent scalar -> {
        requireNoTag(scalar, scalar.getTag());
        yield new YamlNode.Text(scalar.getValue(), line(scalar));
      }
      case SequenceStartEvent start -> {
        requireNoTag(start, start.getTag());
        yield items(start, depth);
      }
      case MappingStartEvent start -> {
        requireNoTag(start, start.getTag());
        yield entries(start, depth);
      }
      default -> throw problem(event, "is not a value");
    };
  }

  private void requireNoTag(Event event, Optional<String> tag) throws SettingsException {
    if (tag.isPresent()) {
      throw problem(event, "tags are not taken: %s".formatted(tag.get()));
    }
  }

  private YamlNode.Items items(Event start, int depth) throws SettingsException {
    List<YamlNode> items = new ArrayList<>();
    for (Event event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
      items.add(node(event, depth + 1));
    }
    return new YamlNode.Items(items, line(start));
  }

  private YamlNode.Entries entries(Event start, int depth) throws SettingsException {
    SequencedMap<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    for (Event event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
      if (!(node(event, depth + 1) instanceof YamlNode.Text key)) {
        throw problem(event, "a key must be a word");
      }
      if (key.text().equals("<<")) {
        throw problem(event, "merge keys are not taken: write the values out");
      }
      YamlNode.Entry entry = new YamlNode.Entry(key.line(), node(events.next(), depth + 1));
      YamlNode.Entry earlier = entries.putIfAbsent(key.text(), entry);
      if (earlier != null) {
        throw problem(
            event,
            "key %s is there twice; the first is on line %d"
                .formatted(key.text(), earlier.keyLine()));
      }
    }
    return new YamlNode.Entries(entries, line(start));
  }

  private SettingsException problem(Event event, String text) {
    return new SettingsException("%s:%d: %s".formatted(name, line(event), text));
  }

  private static int line(Event event) {
    return event.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }
}
