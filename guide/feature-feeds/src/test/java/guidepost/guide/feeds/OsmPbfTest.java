package guidepost.guide.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import crosby.binary.BinaryParser;
import crosby.binary.Fileformat.Blob;
import crosby.binary.Fileformat.BlobHeader;
import crosby.binary.Osmformat.DenseNodes;
import crosby.binary.Osmformat.HeaderBlock;
import crosby.binary.Osmformat.Node;
import crosby.binary.Osmformat.PrimitiveBlock;
import crosby.binary.Osmformat.PrimitiveGroup;
import crosby.binary.Osmformat.Relation;
import crosby.binary.Osmformat.Relation.MemberType;
import crosby.binary.Osmformat.StringTable;
import crosby.binary.Osmformat.Way;
import crosby.binary.file.BlockInputStream;
import guidepost.feeds.InvalidFeedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.zip.Deflater;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;

/// OpenStreetMap PBF, beside the format's own library.
final class OsmPbfTest {

  private static final HeaderBlock HEADER =
      HeaderBlock.newBuilder()
          .addRequiredFeatures("OsmSchema-V0.6")
          .addRequiredFeatures("DenseNodes")
          .build();

  /// Two nodes written one by one, three densely: 3 is without a name.
  private static PrimitiveBlock block() {
    StringTable.Builder texts = StringTable.newBuilder();
    for (String text :
        List.of("", "name", "Fuel", "amenity", "fuel", "Äpfel", "shop", "yes", "brand", "X")) {
      texts.addS(ByteString.copyFromUtf8(text));
    }
    return PrimitiveBlock.newBuilder()
        .setStringtable(texts)
        .setGranularity(1_000)
        .setLatOffset(5_000_000_000L)
        .setLonOffset(-7)
        .addPrimitivegroup(
            PrimitiveGroup.newBuilder()
                .addNodes(
                    Node.newBuilder()
                        .setId(1)
                        .setLat(40_000_000)
                        .setLon(-3_000_000)
                        .addAllKeys(List.of(1, 3, 8))
                        .addAllVals(List.of(2, 4, 9)))
                .addNodes(
                    Node.newBuilder().setId(2).setLat(90_000_000).setLon(0).addKeys(1).addVals(2)))
        .addPrimitivegroup(
            PrimitiveGroup.newBuilder()
                .setDense(
                    DenseNodes.newBuilder()
                        .addAllId(List.of(3L, 7L, -5L))
                        .addAllLat(List.of(1_000L, 500L, -500L))
                        .addAllLon(List.of(1_000L, 1_000L, 1_000L))
                        .addAllKeysVals(List.of(3, 4, 0, 1, 5, 6, 7, 0, 1, 2, 0))))
        .build();
  }

  private static byte[] file(boolean packed, HeaderBlock header, ByteString... blocks)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    write(out, "OSMHeader", packed, header.toByteString());
    for (ByteString block : blocks) {
      write(out, "OSMData", packed, block);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, String type, boolean packed, ByteString data)
      throws IOException {
    Blob.Builder blob = Blob.newBuilder();
    if (packed) {
      blob.setRawSize(data.size()).setZlibData(deflated(data));
    } else {
      blob.setRaw(data);
    }
    byte[] body = blob.build().toByteArray();
    byte[] header =
        BlobHeader.newBuilder().setType(type).setDatasize(body.length).build().toByteArray();
    out.writeInt(header.length);
    out.write(header);
    out.write(body);
  }

  /// A file whose blocks are packed as their function packs them.
  private static byte[] packedBy(BiConsumer<Blob.Builder, byte[]> packing, ByteString block)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    write(out, "OSMHeader", true, HEADER.toByteString());
    Blob.Builder blob = Blob.newBuilder().setRawSize(block.size());
    packing.accept(blob, block.toByteArray());
    byte[] body = blob.build().toByteArray();
    byte[] header =
        BlobHeader.newBuilder().setType("OSMData").setDatasize(body.length).build().toByteArray();
    out.writeInt(header.length);
    out.write(header);
    out.write(body);
    return bytes.toByteArray();
  }

  private static byte[] lzma(byte[] data) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (LZMAOutputStream out = new LZMAOutputStream(bytes, new LZMA2Options(), data.length)) {
        out.write(data);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final Map<String, BiConsumer<Blob.Builder, byte[]>> PACKINGS =
      Map.of(
          "zstd", (blob, data) -> blob.setZstdData(ByteString.copyFrom(Zstd.compress(data))),
          "lz4",
              (blob, data) ->
                  blob.setLz4Data(
                      ByteString.copyFrom(
                          LZ4Factory.safeInstance().fastCompressor().compress(data))),
          "lzma", (blob, data) -> blob.setLzmaData(ByteString.copyFrom(lzma(data))));

  @ParameterizedTest
  @ValueSource(strings = {"zstd", "lz4", "lzma"})
  void shouldUnpackBlocksHoweverTheyArePackedAndSayWhichIsDamaged(String name) throws Exception {
    BiConsumer<Blob.Builder, byte[]> packing = Objects.requireNonNull(PACKINGS.get(name));
    byte[] file = packedBy(packing, block().toByteString());
    assertThat(rows(file)).isEqualTo(rows(file(false, HEADER, block().toByteString())));
    for (int at = file.length - 100; at < file.length; at++) {
      byte[] damaged = file.clone();
      damaged[at] ^= 0x55;
      try {
        assertThat(rows(damaged).size()).isLessThan(10);
      } catch (InvalidFeedException e) {
        assertThat(e).hasMessageStartingWith("block ");
      }
    }
    assertThatThrownBy(
            () ->
                rows(
                    packedBy(
                        (blob, data) -> packing.accept(blob.setRawSize(data.length + 1), data),
                        block().toByteString())))
        .isInstanceOf(InvalidFeedException.class);
    assertThatThrownBy(
            () ->
                rows(
                    packedBy(
                        (blob, data) ->
                            blob.setUnknownFields(
                                UnknownFieldSet.newBuilder()
                                    .addField(
                                        9,
                                        UnknownFieldSet.Field.newBuilder()
                                            .addLengthDelimited(ByteString.copyFrom(data))
                                            .build())
                                    .build()),
                        block().toByteString())))
        .hasMessage(
            "block 2: must be packed by zlib, lzma, lz4 or zstd, or not at all: field 9 of the"
                + " blob");
  }

  @Test
  void shouldPutNamedWaysAndRelationsAtAPointOfTheirs() throws Exception {
    StringTable.Builder texts = StringTable.newBuilder();
    for (String text : List.of("", "name", "A", "B", "C", "D", "admin_centre", "outer", "E")) {
      texts.addS(ByteString.copyFromUtf8(text));
    }
    PrimitiveGroup.Builder nodes = PrimitiveGroup.newBuilder();
    for (int id : List.of(5, 1, 3)) {
      nodes.addNodes(Node.newBuilder().setId(id).setLat(id * 10_000_000L).setLon(0));
    }
    PrimitiveBlock block =
        PrimitiveBlock.newBuilder()
            .setStringtable(texts)
            .addPrimitivegroup(nodes)
            .addPrimitivegroup(
                PrimitiveGroup.newBuilder()
                    .addWays(way(7, 2, 1, 2, 2))
                    .addWays(way(8, 0, 5))
                    .addWays(way(9, 3, 99)))
            .addPrimitivegroup(
                PrimitiveGroup.newBuilder()
                    .addRelations(relation(1, 4, 7, 8, MemberType.WAY, 6, 1, MemberType.NODE))
                    .addRelations(relation(2, 5, 7, 8, MemberType.WAY, 7, 7, MemberType.WAY))
                    .addRelations(relation(3, 8, 7, 2, MemberType.RELATION, 7, 9, MemberType.WAY)))
            .build();
    FeatureFeed feed =
        FeatureFeed.open(
            new ByteArrayInputStream(file(true, HEADER, block.toByteString())),
            FeatureColumns.BY_NAME);
    List<String> rows = new ArrayList<>();
    feed.read(row -> rows.add(text(row)));
    assertThat(rows)
        .containsExactly(
            "1: way/7|A||3.0000000,0.0000000|{}",
            "2: relation/1|C||1.0000000,0.0000000|{}",
            "3: relation/2|D||5.0000000,0.0000000|{}");
    assertThat(feed.leftOut().counts())
        .isEqualTo(
            Map.of(
                "way without a node in the file", 1L, "relation without a node in the file", 1L));
  }

  /// @param refs as differences
  private static Way way(long id, int name, long... refs) {
    Way.Builder way = Way.newBuilder().setId(id);
    if (name > 0) {
      way.addKeys(1).addVals(name);
    }
    for (long ref : refs) {
      way.addRefs(ref);
    }
    return way.build();
  }

  private static Relation relation(
      long id,
      int name,
      int role,
      long member,
      MemberType type,
      int role2,
      long member2,
      MemberType type2) {
    return Relation.newBuilder()
        .setId(id)
        .addKeys(1)
        .addVals(name)
        .addRolesSid(role)
        .addRolesSid(role2)
        .addMemids(member)
        .addMemids(member2 - member)
        .addTypes(type)
        .addTypes(type2)
        .build();
  }

  private static ByteString deflated(ByteString data) {
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(data.toByteArray());
      deflater.finish();
      byte[] packed = new byte[data.size() + 100];
      return ByteString.copyFrom(packed, 0, deflater.deflate(packed));
    }
  }

  private static List<String> rows(byte[] file, String... tags) throws IOException {
    List<String> rows = new ArrayList<>();
    FeatureFeed.open(new ByteArrayInputStream(file), FeatureColumns.BY_NAME)
        .withOsmTags(new OsmTags(List.of(tags)))
        .read(row -> rows.add(text(row)));
    return rows;
  }

  private static String text(FeatureRow row) {
    return switch (row) {
      case FeatureRow.Rejected rejected -> rejected.number() + "! " + rejected.reason();
      case FeatureRow.Parsed parsed -> {
        FeatureDraft feature = parsed.feature();
        yield "%d: %s|%s|%s|%s|%s"
            .formatted(
                parsed.number(),
                feature.id(),
                feature.name(),
                feature.category(),
                feature.point(),
                new TreeMap<>(feature.attributes()));
      }
    };
  }

  @Test
  void namedNodesAreReadHoweverTheyAreWritten() throws Exception {
    for (boolean packed : new boolean[] {false, true}) {
      assertThat(rows(file(packed, HEADER, block().toByteString())))
          .containsExactly(
              "1: node/1|Fuel|fuel|45.0000000,-3.0000000|{amenity=fuel, brand=X}",
              "2! node 2: latitude must be -90..90 degrees: 95.0",
              "3: node/10|Äpfel|shop|5.0015000,0.0020000|{shop=yes}",
              "4: node/5|Fuel||5.0010000,0.0030000|{}");
    }
  }

  @Test
  void onlyNodesWithAChosenTagAreRows() throws Exception {
    byte[] file = file(true, HEADER, block().toByteString());
    assertThat(rows(file, "shop"))
        .containsExactly("1: node/10|Äpfel|shop|5.0015000,0.0020000|{shop=yes}");
    assertThat(rows(file, "brand", "amenity=bank"))
        .containsExactly("1: node/1|Fuel|X|45.0000000,-3.0000000|{amenity=fuel, brand=X}");
    assertThatThrownBy(() -> rows(file, "=x"))
        .hasMessage("tag \"=x\": must be KEY or KEY=VALUE, like amenity=fuel");
  }

  @Test
  void brokenFilesAreNamedByBlockWhereverTheyAreCut() throws Exception {
    byte[] file = file(true, HEADER, block().toByteString(), block().toByteString());
    for (int length = 40; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      try {
        assertThat(rows(cut).size()).as("cut between two blocks").isIn(0, 4);
      } catch (InvalidFeedException e) {
        assertThat(e).hasMessageMatching("block [1-3]: is cut off");
      }
    }
  }

  @Test
  void damageIsAnErrorAndNeverAnythingElse() throws Exception {
    byte[] plain = file(false, HEADER, block().toByteString());
    byte[] packed = file(true, HEADER, block().toByteString());
    for (byte[] file : List.of(plain, packed)) {
      for (int at = 20; at < file.length; at++) {
        byte[] damaged = file.clone();
        damaged[at] ^= 0x55;
        try {
          assertThat(rows(damaged).size()).isLessThan(10);
        } catch (InvalidFeedException e) {
          assertThat(e).hasMessageStartingWith("block ");
        }
      }
    }
  }

  @Test
  void ofMoreTagsThanAFeatureHasRoomForNamesInOtherLanguagesAreLeftOutFirst() throws Exception {
    StringTable.Builder texts = StringTable.newBuilder().addS(ByteString.EMPTY);
    List<String> keys = new ArrayList<>(List.of("name", "zoo"));
    for (int i = 0; i < 60; i++) {
      keys.add("key%02d".formatted(i));
      keys.add("name:%02d".formatted(i));
    }
    Node.Builder node = Node.newBuilder().setId(1).setLat(0).setLon(0);
    for (int i = 0; i < keys.size(); i++) {
      texts.addS(ByteString.copyFromUtf8(keys.get(i)));
      node.addKeys(i + 1).addVals(i + 1);
    }
    ByteString block =
        PrimitiveBlock.newBuilder()
            .setStringtable(texts)
            .addPrimitivegroup(PrimitiveGroup.newBuilder().addNodes(node))
            .build()
            .toByteString();
    List<FeatureRow> rows = new ArrayList<>();
    FeatureFeed.open(new ByteArrayInputStream(file(true, HEADER, block)), FeatureColumns.BY_NAME)
        .read(rows::add);
    var parsed = (FeatureRow.Parsed) rows.getFirst();
    assertThat(parsed.attributesLeftOut()).isEqualTo(121 - 64);
    assertThat(parsed.feature().attributes())
        .hasSize(64)
        .containsKeys("key00", "key59", "zoo", "name:00", "name:02")
        .doesNotContainKey("name:03");
  }

  @Test
  void whatIsNotUnderstoodIsSaid() throws Exception {
    HeaderBlock history = HEADER.toBuilder().addRequiredFeatures("HistoricalInformation").build();
    assertThatThrownBy(() -> rows(file(true, history)))
        .hasMessage("block 1: required_features \"HistoricalInformation\": is not understood here");
  }

  @Test
  void namedPlacesOfAndorraAreThoseThatTheFormatsOwnLibraryFinds() throws Exception {
    Path andorra =
        Path.of(System.getProperty("guidepost.root", ".."), "../shared/data/osm/andorra.osm.pbf");
    Assumptions.assumeTrue(Files.exists(andorra), () -> "skipped: there is no " + andorra);
    List<String> ids = new ArrayList<>();
    FeatureFeed feed;
    try (InputStream in = Files.newInputStream(andorra)) {
      feed = FeatureFeed.open(in, FeatureColumns.BY_NAME);
      feed.read(
          row -> {
            FeatureDraft feature = ((FeatureRow.Parsed) row).feature();
            ids.add(feature.id() + " " + feature.name());
          });
    }
    Library library = new Library();
    try (InputStream in = Files.newInputStream(andorra)) {
      new BlockInputStream(in, library).process();
    }
    List<String> missing = new ArrayList<>(library.named);
    missing.removeAll(ids);
    assertThat(ids).isSubsetOf(library.named).hasSizeGreaterThan(100);
    assertThat(ids.stream().map(id -> id.substring(0, id.indexOf('/'))).distinct())
        .containsExactly("node", "way", "relation");
    assertThat(feed.leftOut().counts().values().stream().mapToLong(n -> n).sum())
        .isEqualTo(missing.size());
    assertThat(missing).allMatch(id -> !id.startsWith("node"));
  }

  /// What the format's own library finds.
  private static final class Library extends BinaryParser {
    private final List<String> named = new ArrayList<>();

    @Override
    protected void parseDense(DenseNodes dense) {
      long id = 0;
      int at = 0;
      for (int i = 0; i < dense.getIdCount(); i++) {
        id += dense.getId(i);
        while (at < dense.getKeysValsCount() && dense.getKeysVals(at) != 0) {
          if (getStringById(dense.getKeysVals(at)).equals("name")) {
            named.add("node/" + id + " " + getStringById(dense.getKeysVals(at + 1)));
          }
          at += 2;
        }
        at++;
      }
    }

    @Override
    protected void parseNodes(List<Node> nodes) {}

    @Override
    protected void parseWays(List<Way> ways) {
      for (Way way : ways) {
        add("way/" + way.getId(), way.getKeysList(), way.getValsList());
      }
    }

    private void add(String id, List<Integer> keys, List<Integer> values) {
      for (int i = 0; i < keys.size(); i++) {
        if (getStringById(keys.get(i)).equals("name")) {
          named.add(id + " " + getStringById(values.get(i)));
        }
      }
    }

    @Override
    protected void parseRelations(List<Relation> relations) {
      for (Relation relation : relations) {
        add("relation/" + relation.getId(), relation.getKeysList(), relation.getValsList());
      }
    }

    @Override
    protected void parse(HeaderBlock header) {}

    @Override
    public void complete() {}
  }
}
