package guidepost.benchmarks;

import guidepost.routes.table.Family;
import guidepost.routes.table.Prefix;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Writes prefixes as a MaxMind DB, of which no writer for Java is to be had: a binary search tree
/// of 32-bit records, and a number for each prefix as its data. Source: MaxMind DB File Format
/// Specification, version 2.0.
final class MmdbFile {

  private static final int SEPARATOR_BYTES = 16;
  private static final int NUMBER_BYTES = 5;
  private static final byte[] MARK = {
    (byte) 0xab, (byte) 0xcd, (byte) 0xef, 'M', 'a', 'x', 'M', 'i', 'n', 'd', '.', 'c', 'o', 'm'
  };

  /// Two records a node: 0 for nothing, n for the node n, -n for the data of prefix n - 1.
  private int[] records = new int[1 << 12];

  private int nodes = 1;

  private MmdbFile() {}

  static byte[] of(Family family, List<Prefix> prefixes) {
    MmdbFile file = new MmdbFile();
    Integer[] order = new Integer[prefixes.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingInt(i -> prefixes.get(i).length()));
    for (int i : order) {
      file.insert(prefixes.get(i), -i - 1);
    }
    return file.bytes(family, prefixes.size());
  }

  /// Shorter prefixes come first: what is met below is theirs, and goes on in both halves.
  private void insert(Prefix prefix, int data) {
    byte[] address = prefix.address().toBytes();
    int node = 0;
    for (int bit = 0; bit < prefix.length() - 1; bit++) {
      int at = 2 * node + bit(address, bit);
      if (records[at] <= 0) {
        int covering = records[at];
        int child = newNode();
        records[2 * child] = covering;
        records[2 * child + 1] = covering;
        records[at] = child;
      }
      node = records[at];
    }
    records[2 * node + bit(address, prefix.length() - 1)] = data;
  }

  private static int bit(byte[] address, int bit) {
    return address[bit / 8] >>> (7 - bit % 8) & 1;
  }

  private int newNode() {
    if (2 * nodes + 2 > records.length) {
      records = Arrays.copyOf(records, 2 * records.length);
    }
    return nodes++;
  }

  private byte[] bytes(Family family, int prefixes) {
    byte[] about = about(family);
    ByteBuffer out =
        ByteBuffer.allocate(
            8 * nodes + SEPARATOR_BYTES + NUMBER_BYTES * prefixes + MARK.length + about.length);
    for (int i = 0; i < 2 * nodes; i++) {
      out.putInt(record(records[i]));
    }
    out.position(out.position() + SEPARATOR_BYTES);
    for (int i = 0; i < prefixes; i++) {
      out.put((byte) (6 << 5 | 4)).putInt(i); // an unsigned integer of four bytes
    }
    return out.put(MARK).put(about).array();
  }

  private int record(int content) {
    if (content > 0) {
      return content;
    }
    return content == 0 ? nodes : nodes + SEPARATOR_BYTES + NUMBER_BYTES * (-content - 1);
  }

  private byte[] about(Family family) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(7 << 5 | 9); // a map of nine
    number(out, "node_count", 6, nodes);
    number(out, "record_size", 5, 32);
    number(out, "ip_version", 5, family == Family.IPV4 ? 4 : 6);
    number(out, "binary_format_major_version", 5, 2);
    number(out, "binary_format_minor_version", 5, 0);
    text(out, "database_type");
    text(out, "routes");
    text(out, "build_epoch");
    out.writeBytes(new byte[] {0x04, 0x02, 0, 0, 0, 1}); // 64 bits, of which four bytes are given
    text(out, "languages");
    out.writeBytes(new byte[] {0x00, 0x04}); // no elements
    text(out, "description");
    out.write(7 << 5); // no entries
    return out.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, String name, int type, int value) {
    int bytes = type == 5 ? 2 : 4;
    text(out, name);
    out.write(type << 5 | bytes);
    out.write(ByteBuffer.allocate(4).putInt(value).array(), 4 - bytes, bytes);
  }

  private static void text(ByteArrayOutputStream out, String text) {
    out.write(2 << 5 | text.length()); // fewer than 29 bytes
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }
}
