package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import guidepost.guide.geo.Point;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Reads what has a name in an OpenStreetMap PBF file: nodes, ways and relations. What has none is
/// no row.
///
/// A way is a row at its middle node, so at a point that lies on it. A relation is one at its
/// label, else at its admin_centre, else at its first node, else where its first way is. Extracts
/// hold ways and relations of which no node is in the file: they are left out, and counted.
///
/// An id becomes `node/ID`, `way/ID` or `relation/ID`, tags become attributes, all but the name;
/// the category is the value of the first tag among [#KINDS], or the key where the value is only
/// `yes`.
///
/// A capital's name alone has a tag in each of a hundred languages. Of a node with more tags than a
/// feature has attributes, those are kept that are no translations, then names in other languages,
/// each in the order of their keys.
///
/// By hand beside osmpbf: of the 137 ns that a node costs here, with rows made of those that have a
/// name and the places of all kept for the ways, the library's objects alone would be 56 ns; it
/// would save a third of these lines, and bring 2 MB of jars (decision 41).
///
/// Memory: one block, at most 32 MiB unpacked, and 16 bytes a node and a way: of a file with more
/// of them than a quarter of the memory has room for, some ways and relations are left out.
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

  private static final Comparator<String> KEPT_FIRST =
      Comparator.comparing(OsmPbfReader::isTranslation).thenComparing(Comparator.naturalOrder());

  private static final int NANO_TO_E7 = 100;

  /// Sorts of members of a relation.
  private static final int NODE = 0;

  private static final int WAY = 1;

  private static final List<String> CENTRES = List.of("label", "admin_centre");

  private final OsmTags chosen;
  private final Consumer<? super FeatureRow> rows;
  private final LeftOut leftOut;
  private final OsmPlaces nodes = new OsmPlaces(OsmPlaces.mostThatFit());
  private final OsmPlaces ways = new OsmPlaces(OsmPlaces.mostThatFit());
  private long number;

  private OsmPbfReader(OsmTags chosen, Consumer<? super FeatureRow> rows, LeftOut leftOut) {
    this.chosen = chosen;
    this.rows = rows;
    this.leftOut = leftOut;
  }

  /// @param leftOut counts what has a name and no point in the file
  static void read(
      BufferedInputStream in, OsmTags chosen, Consumer<? super FeatureRow> rows, LeftOut leftOut)
      throws IOException {
    PbfBlocks blocks = new PbfBlocks(in);
    OsmPbfReader reader = new OsmPbfReader(chosen, rows, leftOut);
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
          case 3 -> readWay(group.message(), block);
          case 4 -> readRelation(group.message(), block);
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
    takeNode(id, tags(keys, values, block), block.latitude(latitude), block.longitude(longitude));
  }

  private static Map<String, String> tags(
      WireReader.Numbers keys, WireReader.Numbers values, Block block) throws InvalidFeedException {
    Map<String, String> tags = new HashMap<>();
    while (keys.hasMore()) {
      tags.put(block.text(keys.next()), block.text(values.next()));
    }
    return tags;
  }

  /// Its nodes are written as differences.
  private void readWay(WireReader way, Block block) throws InvalidFeedException {
    long id = 0;
    WireReader.Numbers keys = WireReader.Numbers.none();
    WireReader.Numbers values = WireReader.Numbers.none();
    WireReader.Numbers refs = WireReader.Numbers.none();
    for (int field = way.next(); field != 0; field = way.next()) {
      switch (field) {
        case 1 -> id = way.number();
        case 2 -> keys = way.numbers();
        case 3 -> values = way.numbers();
        case 8 -> refs = way.numbers();
        default -> {}
      }
    }
    List<Point> line = new ArrayList<>();
    long ref = 0;
    while (refs.hasMore()) {
      ref += refs.nextSigned();
      nodes.get(ref).ifPresent(line::add);
    }
    Optional<Point> middle =
        line.isEmpty() ? Optional.empty() : Optional.of(line.get((line.size() - 1) / 2));
    if (middle.isPresent()) {
      ways.put(id, middle.get());
    }
    take("way", id, tags(keys, values, block), middle);
  }

  /// Its members are written as differences of ids, with a role and a sort each.
  private void readRelation(WireReader relation, Block block) throws InvalidFeedException {
    long id = 0;
    WireReader.Numbers keys = WireReader.Numbers.none();
    WireReader.Numbers values = WireReader.Numbers.none();
    WireReader.Numbers roles = WireReader.Numbers.none();
    WireReader.Numbers members = WireReader.Numbers.none();
    WireReader.Numbers sorts = WireReader.Numbers.none();
    for (int field = relation.next(); field != 0; field = relation.next()) {
      switch (field) {
        case 1 -> id = relation.number();
        case 2 -> keys = relation.numbers();
        case 3 -> values = relation.numbers();
        case 8 -> roles = relation.numbers();
        case 9 -> members = relation.numbers();
        case 10 -> sorts = relation.numbers();
        default -> {}
      }
    }
    Optional<Point> point = Optional.empty();
    int best = Integer.MAX_VALUE;
    long member = 0;
    while (members.hasMore()) {
      member += members.nextSigned();
      String role = roles.hasMore() ? block.text(roles.next()) : "";
      long sort = sorts.hasMore() ? sorts.next() : NODE;
      int rank = rank(sort, role);
      Optional<Point> its = rank < best ? place(sort, member) : Optional.empty();
      best = its.isPresent() ? rank : best;
      point = its.isPresent() ? its : point;
    }
    take("relation", id, tags(keys, values, block), point);
  }

  /// The lower, the better says a member where its relation is.
  private static int rank(long sort, String role) {
    int centre = CENTRES.indexOf(role);
    if (sort == NODE && centre >= 0) {
      return centre;
    }
    return CENTRES.size() + (int) Math.min(sort, WAY + 1);
  }

  private Optional<Point> place(long sort, long id) {
    if (sort == NODE) {
      return nodes.get(id);
    }
    return sort == WAY ? ways.get(id) : Optional.empty();
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
      takeNode(id, its, block.latitude(latitude), block.longitude(longitude));
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

  private void takeNode(long id, Map<String, String> tags, double latitude, double longitude) {
    try {
      Point point = Degrees.point(latitude, longitude);
      nodes.put(id, point);
      take("node", id, tags, Optional.of(point));
    } catch (InvalidRowException e) {
      if (isWanted(tags)) {
        rows.accept(new FeatureRow.Rejected(++number, "node %d: %s".formatted(id, e.reason())));
      }
    }
  }

  private boolean isWanted(Map<String, String> tags) {
    return !tags.getOrDefault("name", "").isEmpty() && chosen.wants(tags);
  }

  private void take(String sort, long id, Map<String, String> tags, Optional<Point> point) {
    if (!isWanted(tags)) {
      return;
    }
    if (point.isEmpty()) {
      leftOut.count(sort + " without a node in the file");
      return;
    }
    number++;
    try {
      rows.accept(row(sort + "/" + id, tags, point.get()));
    } catch (InvalidRowException e) {
      rows.accept(new FeatureRow.Rejected(number, "%s %d: %s".formatted(sort, id, e.reason())));
    }
  }

  private FeatureRow row(String id, Map<String, String> tags, Point point) {
    Map<String, String> attributes = new HashMap<>(tags);
    attributes.remove("name");
    attributes.values().removeIf(String::isEmpty);
    int surplus = leaveOut(attributes);
    return new FeatureRow.Parsed(
        number,
        new FeatureDraft(
            id, point, tags.getOrDefault("name", ""), chosen.category(tags), attributes),
        surplus);
  }

  private static int leaveOut(Map<String, String> attributes) {
    List<String> surplus =
        attributes.keySet().stream().sorted(KEPT_FIRST).skip(FeatureLimits.ATTRIBUTES_MAX).toList();
    attributes.keySet().removeAll(Set.copyOf(surplus));
    return surplus.size();
  }

  private static boolean isTranslation(String key) {
    return key.startsWith("name:");
  }
}
