package guidepost.guide.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import crosby.binary.Fileformat.Blob;
import crosby.binary.Fileformat.BlobHeader;
import crosby.binary.Osmformat.DenseNodes;
import crosby.binary.Osmformat.HeaderBlock;
import crosby.binary.Osmformat.PrimitiveBlock;
import crosby.binary.Osmformat.PrimitiveGroup;
import crosby.binary.Osmformat.StringTable;
import crosby.binary.file.BlockInputStream;
import crosby.binary.file.BlockReaderAdapter;
import crosby.binary.file.FileBlock;
import crosby.binary.file.FileBlockPosition;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// What reading OpenStreetMap PBF by hand costs beside the format's own library, which makes
/// objects of every block first. One node in fifty has a name.
final class OsmPbfCostTest {

  private static final int BLOCKS = 125;
  private static final int NODES = 8_000;
  private static final int NAMED_EVERY = 50;
  private static final int ROUNDS = 7;

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static PrimitiveBlock block(int number) {
    StringTable.Builder texts = StringTable.newBuilder().addS(ByteString.EMPTY);
    texts.addS(ByteString.copyFromUtf8("name"));
    for (int i = 0; i < NODES / NAMED_EVERY; i++) {
      texts.addS(ByteString.copyFromUtf8("place " + number + " " + i));
    }
    DenseNodes.Builder nodes = DenseNodes.newBuilder();
    for (int i = 0; i < NODES; i++) {
      nodes.addId(1).addLat(i % 97 - 48).addLon(i % 89 - 44);
      if (i % NAMED_EVERY == 0) {
        nodes.addKeysVals(1).addKeysVals(2 + i / NAMED_EVERY);
      }
      nodes.addKeysVals(0);
    }
    return PrimitiveBlock.newBuilder()
        .setStringtable(texts)
        .addPrimitivegroup(PrimitiveGroup.newBuilder().setDense(nodes))
        .build();
  }

  private static void write(DataOutputStream out, String type, ByteString data) throws IOException {
    byte[] blob = Blob.newBuilder().setRaw(data).build().toByteArray();
    byte[] header =
        BlobHeader.newBuilder().setType(type).setDatasize(blob.length).build().toByteArray();
    out.writeInt(header.length);
    out.write(header);
    out.write(blob);
  }

  private static byte[] file() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    HeaderBlock header =
        HeaderBlock.newBuilder()
            .addRequiredFeatures("OsmSchema-V0.6")
            .addRequiredFeatures("DenseNodes")
            .build();
    write(out, "OSMHeader", header.toByteString());
    for (int i = 0; i < BLOCKS; i++) {
      write(out, "OSMData", block(i).toByteString());
    }
    return bytes.toByteArray();
  }

  /// Counts the nodes that have a name, with the library's objects.
  private static final class Library implements BlockReaderAdapter {
    private long named;

    @Override
    public boolean skipBlock(FileBlockPosition message) {
      return false;
    }

    @Override
    public void handleBlock(FileBlock message) {
      if (!message.getType().equals("OSMData")) {
        return;
      }
      try {
        for (PrimitiveGroup group :
            PrimitiveBlock.parseFrom(message.getData()).getPrimitivegroupList()) {
          DenseNodes nodes = group.getDense();
          long latitude = 0;
          int tag = 0;
          for (int i = 0; i < nodes.getIdCount(); i++) {
            latitude += nodes.getLat(i) + nodes.getLon(i);
            boolean isNamed = false;
            for (; nodes.getKeysVals(tag) != 0; tag += 2) {
              isNamed |= nodes.getKeysVals(tag) == 1;
            }
            tag++;
            named += isNamed && latitude != Long.MIN_VALUE ? 1 : 0;
          }
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void complete() {}
  }

  @Test
  @EnabledIfSystemProperty(named = "guidepost.long", matches = "true")
  void shouldFindWhatTheLibraryFinds() throws Exception {
    byte[] file = file();
    double ours = Double.MAX_VALUE;
    double theirs = Double.MAX_VALUE;
    long ourBytes = 0;
    long theirBytes = 0;
    long nodes = (long) BLOCKS * NODES;
    for (int round = 0; round < ROUNDS; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      long begun = System.nanoTime();
      long[] found = {0};
      OsmPbfReader.read(
          new BufferedInputStream(new ByteArrayInputStream(file)),
          OsmTags.ANY,
          row -> found[0]++,
          new LeftOut());
      ours = Math.min(ours, (System.nanoTime() - begun) / (double) nodes);
      ourBytes = (THREADS.getCurrentThreadAllocatedBytes() - before) / nodes;
      before = THREADS.getCurrentThreadAllocatedBytes();
      begun = System.nanoTime();
      Library library = new Library();
      new BlockInputStream(new ByteArrayInputStream(file), library).process();
      theirs = Math.min(theirs, (System.nanoTime() - begun) / (double) nodes);
      theirBytes = (THREADS.getCurrentThreadAllocatedBytes() - before) / nodes;
      assertThat(found[0]).isEqualTo(library.named).isEqualTo(nodes / NAMED_EVERY);
    }
    System.out.printf(
        "%,d nodes: %.0f ns and %d bytes allocated a node by hand, with rows made of them;"
            + " %.0f ns and %d by osmpbf, only counted%n",
        nodes, ours, ourBytes, theirs, theirBytes);
  }
}
