package guidepost.guide.feeds;

import com.github.luben.zstd.ZstdInputStream;
import guidepost.feeds.InvalidFeedException;
import guidepost.feeds.Shortened;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.InflaterInputStream;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.XZInputStream;

/// The packed data of a block of OpenStreetMap PBF.
///
/// @param packing how
/// @param data packed
@SuppressWarnings("ArrayRecordComponent") // never compared
record PackedBlob(Packing packing, byte[] data) {

  /// The packings of the format.
  enum Packing {
    ZLIB,
    LZMA,
    LZ4,
    ZSTD
  }

  /// Memory that an unpacker may ask for, KiB: twice a block.
  private static final int MEMORY_KIB_MAX = 64 << 10;

  private static final byte XZ_MARK = (byte) 0xfd;

  /// @param field of the message Blob
  static PackedBlob of(int field, byte[] data) throws InvalidFeedException {
    return switch (field) {
      case 3 -> new PackedBlob(Packing.ZLIB, data);
      case 4 -> new PackedBlob(Packing.LZMA, data);
      case 6 -> new PackedBlob(Packing.LZ4, data);
      case 7 -> new PackedBlob(Packing.ZSTD, data);
      default ->
          throw new InvalidFeedException(
              "must be packed by zlib, lzma, lz4 or zstd, or not at all: field %d of the blob"
                  .formatted(field));
    };
  }

  /// @param size how many bytes it must have
  byte[] unpacked(int size) throws InvalidFeedException {
    try {
      return packing == Packing.LZ4 ? unpackedLz4(size) : read(size);
    } catch (LZ4Exception | IOException e) {
      throw e instanceof InvalidFeedException told
          ? told
          : new InvalidFeedException(
              "cannot be unpacked: %s".formatted(Shortened.of(String.valueOf(e.getMessage()))), e);
    }
  }

  private byte[] unpackedLz4(int size) throws InvalidFeedException {
    byte[] target = new byte[size];
    int length =
        LZ4Factory.safeInstance()
            .safeDecompressor()
            .decompress(data, 0, data.length, target, 0, size);
    return required(target, length, size);
  }

  private byte[] read(int size) throws IOException {
    byte[] target = new byte[size];
    try (InputStream in = open()) {
      return required(target, in.readNBytes(target, 0, size), size);
    }
  }

  private InputStream open() throws IOException {
    InputStream in = new ByteArrayInputStream(data);
    return switch (packing) {
      case ZLIB -> new InflaterInputStream(in);
      case ZSTD -> new ZstdInputStream(in);
      case LZMA ->
          data.length > 0 && data[0] == XZ_MARK
              ? new XZInputStream(in, MEMORY_KIB_MAX)
              : new LZMAInputStream(in, MEMORY_KIB_MAX);
      case LZ4 -> throw new IllegalStateException("has no stream");
    };
  }

  private static byte[] required(byte[] target, int length, int size) throws InvalidFeedException {
    if (length < size) {
      throw new InvalidFeedException("unpacks to %d bytes instead of %d".formatted(length, size));
    }
    return target;
  }
}
