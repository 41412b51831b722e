package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import guidepost.guide.index.Point;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Reads the named nodes of an OpenStreetMap PBF file. Other nodes are no rows, and neither are
/// ways and relations: nothing says where those are as a point.
///
/// A node's id becomes `node/ID`, its tags attributes, all but its name; its category is the value
/// of the first tag among [#KINDS], or the key where the value is only `yes`.
///
/// A capital's name alone has a tag in each of a hundred languages. Of a node with more tags than a
/// feature has attributes, those are kept that are no translations, then names in other languages,
/// each in the order of their keys.
///
/// Memory: one block, at most 32 MiB unpacked.
final class OsmPbfReader {

  /// Keys that say what a thing is, the telling ones first.
  static final List<String> KINDS =
      List.of(
          "amenity",
          "shop",
          "tourism",
          "railway",
          "public_transport",
          "aeroway",
          "highway",
          "natural",
          "historic",
          "leisure",
          "healthcare",
          "office",
          "craft",
          "emergency",
          "man_made",
          "barrier",
          "place");

  /// Attributes that a server takes with a feature.
  static final int ATTRIBUTES_MAX = 64;

  private static final Comparator<String> KEPT_FIRST =
      Comparator.comparing(OsmPbfReader::isTranslation).thenComparing(Comparator.naturalOrder());

  private static final int NANO_TO_E7 = 100;

  private final OsmTags chosen;
  private final Consumer<? super FeatureRow> rows;
  private long number;

  private OsmPbfReader(OsmTags chosen, Consumer<? super FeatureRow> rows) {
    this.chosen = chosen;
    this.rows = rows;
  }

  static void read(BufferedInputStream in, OsmTags chosen, Consumer<? super FeatureRow> rows)
      throws IOException {
    PbfBlocks blocks = new PbfBlocks(in);
    OsmPbfReader reader = new OsmPbfReader(chosen, rows);
    for (byte[] block = blocks.next(); block != null; block = blocks.next()) {
      try {
        reader.read(new WireReader(block));
      } catch (InvalidFeedException e) {
        throw blocks.at(String.valueOf(e.getMessage()), e);
      }
    }
  }

  /// The texts of a block, and how its coordinates are written.
  private static final class Block {
    private final List<String> texts = new ArrayList<>();
    private final List<WireReader> groups = new ArrayList<>();
    private long granularity = 100;
    private long latitudeOffset;
    private long longitudeOffset;

    Block(WireReader in) throws InvalidFeedException {
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 1 -> readTexts(in.message());
          case 2 -> groups.add(in.message());
          case 17 -> granularity = in.number();
          case 19 -> latitudeOffset = in.number();
          case 20 -> longitudeOffset = in.number();
          default -> {}
        }
      }
    }

    private void readTexts(WireReader table) throws InvalidFeedException {
      for (int field = table.next(); field != 0; field = table.next()) {
        texts.add(table.text());
      }
    }

    String text(long index) throws InvalidFeedException {
      if (index < 0 || index >= texts.size()) {
        throw new InvalidFeedException("is broken: there is no text number " + index);
      }
      return texts.get((int) index);
    }

    double latitude(long units) {
      return e7(latitudeOffset + granularity * units) / Point.E7;
    }

    double longitude(long units) {
      return e7(longitudeOffset + granularity * units) / Point.E7;
    }

    private static double e7(long nanoDegrees) {
      return Math.rint(nanoDegrees / (double) NANO_TO_E7);
    }
  }

  private void read(WireReader in) throws InvalidFeedException {
    Block block = new Block(in);
    for (WireReader group : block.groups) {
      for (int field = group.next(); field != 0; field = group.next()) {
        switch (field) {
          case 1 -> readNode(group.message(), block);
          case 2 -> readDense(group.message(), block);
          default -> {}
        }
      }
    }
  }

  private void readNode(WireReader node, Block block) throws InvalidFeedException {
    long id = 0;
    long latitude = 0;
    long longitude = 0;
    WireReader.Numbers keys = WireReader.Numbers.none();
    WireReader.Numbers values = WireReader.Numbers.none();
    for (int field = node.next(); field != 0; field = node.next()) {
      switch (field) {
        case 1 -> id = node.signed();
        case 2 -> keys = node.numbers();
        case 3 -> values = node.numbers();
        case 8 -> latitude = node.signed();
        case 9 -> longitude = node.signed();
        default -> {}
      }
    }
    Map<String, String> tags = new HashMap<>();
    while (keys.hasMore()) {
      tags.put(block.text(keys.next()), block.text(values.next()));
    }
    take(id, tags, block.latitude(latitude), block.longitude(longitude));
  }

  /// Ids and coordinates are written as differences, tags as key, value, …, 0 for each node.
  private void readDense(WireReader dense, Block block) throws InvalidFeedException {
    WireReader.Numbers ids = WireReader.Numbers.none();
    WireReader.Numbers latitudes = WireReader.Numbers.none();
    WireReader.Numbers longitudes = WireReader.Numbers.none();
    WireReader.Numbers tags = WireReader.Numbers.none();
    for (int field = dense.next(); field != 0; field = dense.next()) {
      switch (field) {
        case 1 -> ids = dense.numbers();
        case 8 -> latitudes = dense.numbers();
        case 9 -> longitudes = dense.numbers();
        case 10 -> tags = dense.numbers();
        default -> {}
      }
    }
    long id = 0;
    long latitude = 0;
    long longitude = 0;
    while (ids.hasMore()) {
      id += ids.nextSigned();
      latitude += latitudes.nextSigned();
      longitude += longitudes.nextSigned();
      Map<String, String> its = tags.hasMore() ? tags(tags, block) : Map.of();
      take(id, its, block.latitude(latitude), block.longitude(longitude));
    }
  }

  private static Map<String, String> tags(WireReader.Numbers all, Block block)
      throws InvalidFeedException {
    long key = all.next();
    if (key == 0) {
      return Map.of();
    }
    Map<String, String> tags = new HashMap<>();
    while (key != 0) {
      tags.put(block.text(key), block.text(all.next()));
      key = all.next();
    }
    return tags;
  }

  private void take(long id, Map<String, String> tags, double latitude, double longitude) {
    String name = tags.getOrDefault("name", "");
    if (name.isEmpty() || !chosen.wants(tags)) {
      return;
    }
    number++;
    Map<String, String> attributes = new HashMap<>(tags);
    attributes.remove("name");
    attributes.values().removeIf(String::isEmpty);
    int leftOut = leaveOut(attributes);
    try {
      Point point = Degrees.point(latitude, longitude);
      rows.accept(
          new FeatureRow.Parsed(
              number,
              new FeatureDraft("node/" + id, point, name, chosen.category(tags), attributes),
              leftOut));
    } catch (InvalidRowException e) {
      rows.accept(new FeatureRow.Rejected(number, "node %d: %s".formatted(id, e.reason())));
    }
  }

  private static int leaveOut(Map<String, String> attributes) {
    List<String> surplus =
        attributes.keySet().stream().sorted(KEPT_FIRST).skip(ATTRIBUTES_MAX).toList();
    attributes.keySet().removeAll(Set.copyOf(surplus));
    return surplus.size();
  }

  private static boolean isTranslation(String key) {
    return key.startsWith("name:");
  }
}
