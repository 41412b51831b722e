package guidepost.guide.feeds;

import guidepost.feeds.InvalidFeedException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Unpacks the blocks of an OpenStreetMap PBF file [1]. By hand beside osmpbf 1.6.1, which unpacks
/// raw and zlib blocks alone (ours: lzma, lz4 and zstd too), and does not say at which byte a file
/// is broken.
///
/// ```
///   length of BlobHeader, 4 bytes | BlobHeader { type, datasize } | Blob { raw, or packed and size }
/// ```
///
/// The first is the header, which says what one must understand to read the others.
///
/// [1] https://wiki.openstreetmap.org/wiki/PBF_Format
final class PbfBlocks {

  /// What the format allows.
  private static final int HEADER_BYTES_MAX = 64 * 1024;

  /// As the format has it: what is larger is no block.
  private static final int BLOCK_BYTES_MAX = 32 * 1024 * 1024;

  private static final int HEAD_BYTES = 32;
  private static final String HEADER_TYPE = "OSMHeader";
  private static final String DATA_TYPE = "OSMData";
  private static final Set<String> UNDERSTOOD = Set.of("OsmSchema-V0.6", "DenseNodes");

  private final DataInputStream in;
  private long number;

  PbfBlocks(BufferedInputStream in) {
    this.in = new DataInputStream(in);
  }

  /// Looks at the first bytes and goes back.
  static boolean isPbf(BufferedInputStream in) throws IOException {
    String head = Head.of(in, HEAD_BYTES, StandardCharsets.ISO_8859_1);
    return head.startsWith("\0") && head.contains(HEADER_TYPE);
  }

  /// The next block with data; null after the last.
  ///
  /// @throws InvalidFeedException if a block is broken, or needs what is not understood
  byte @Nullable [] next() throws IOException {
    try {
      for (int first = in.read(); first >= 0; first = in.read()) {
        number++;
        WireReader header = header(first);
        byte[] block = block(header);
        if (block != null) {
          return block;
        }
      }
      return null;
    } catch (EOFException e) {
      throw at("is cut off", e);
    } catch (InvalidFeedException e) {
      throw number == 0 ? e : at(String.valueOf(e.getMessage()), e);
    }
  }

  /// The number of the block last read, from 1.
  long number() {
    return number;
  }

  InvalidFeedException at(String text, Throwable cause) {
    return text.startsWith("block ")
        ? new InvalidFeedException(text, cause)
        : new InvalidFeedException("block %d: %s".formatted(number, text), cause);
  }

  private WireReader header(int first) throws IOException {
    int length = (first << 24) | (in.readUnsignedByte() << 16) | in.readUnsignedShort();
    return new WireReader(read("header", length, HEADER_BYTES_MAX));
  }

  private byte[] read(String what, long length, int max) throws IOException {
    if (length < 0 || length > max) {
      throw new InvalidFeedException(
          "%s must have at most %d bytes: %d".formatted(what, max, length));
    }
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private byte @Nullable [] block(WireReader header) throws IOException {
    String type = "";
    long length = 0;
    for (int field = header.next(); field != 0; field = header.next()) {
      switch (field) {
        case 1 -> type = header.text();
        case 3 -> length = header.number();
        default -> {}
      }
    }
    byte[] data = unpacked(new WireReader(read("block", length, BLOCK_BYTES_MAX)));
    if (type.equals(HEADER_TYPE)) {
      requireUnderstood(new WireReader(data));
    }
    return type.equals(DATA_TYPE) ? data : null;
  }

  private static byte[] unpacked(WireReader blob) throws IOException {
    byte[] raw = null;
    PackedBlob packed = null;
    long size = 0;
    for (int field = blob.next(); field != 0; field = blob.next()) {
      switch (field) {
        case 1 -> raw = blob.bytes();
        case 2 -> size = blob.number();
        default -> packed = PackedBlob.of(field, blob.bytes());
      }
    }
    if (raw != null) {
      return raw;
    }
    if (packed == null || size < 0 || size > BLOCK_BYTES_MAX) {
      throw new InvalidFeedException(
          "must have data of at most %d bytes: %d".formatted(BLOCK_BYTES_MAX, size));
    }
    return packed.unpacked((int) size);
  }

  private static void requireUnderstood(WireReader header) throws InvalidFeedException {
    for (int field = header.next(); field != 0; field = header.next()) {
      if (field == 4 && !UNDERSTOOD.contains(header.text())) {
        throw new InvalidFeedException(
            "required_features \"%s\": is not understood here".formatted(header.text()));
      }
    }
  }
}
