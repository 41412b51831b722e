package guidepost.cli.files;

import com.github.luben.zstd.ZstdInputStream;
import guidepost.cli.output.CommandFailures;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/// Unpacks what is compressed with gzip, xz or zstd, known by its first bytes.
///
/// Damage and a missing end are [IOException]s when they are come to, never the end of the text;
/// what stands before them is read first, to the last byte.
public final class Unpacked {

  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] XZ = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};
  private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
  private static final byte[] BZIP2 = {'B', 'Z', 'h'};
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final int MAGIC_BYTES_MAX = 6;

  /// Memory that an xz file may ask for, KiB: as much as `xz -9` does.
  private static final int XZ_MEMORY_KIB_MAX = 128 << 10;

  private Unpacked() {}

  /// The text in `packed`; that itself if it is not packed.
  public static InputStream open(InputStream packed) throws IOException {
    BufferedInputStream in = new BufferedInputStream(packed, 1 << 16);
    in.mark(MAGIC_BYTES_MAX);
    byte[] magic = in.readNBytes(MAGIC_BYTES_MAX);
    in.reset();
    if (startsWith(magic, BZIP2) || startsWith(magic, ZIP)) {
      throw new IOException("this compression is not known; gzip, xz and zstd are");
    }
    try {
      return unpacked(in, magic);
    } catch (IOException e) {
      String reason =
          e instanceof EOFException ? "is cut off" : "is damaged: " + CommandFailures.reason(e);
      throw new IOException(reason, e);
    }
  }

  private static InputStream unpacked(BufferedInputStream in, byte[] magic) throws IOException {
    if (startsWith(magic, GZIP)) {
      return new Steady(new GZIPInputStream(in, 1 << 16));
    }
    if (startsWith(magic, XZ)) {
      return new Steady(new XZInputStream(in, XZ_MEMORY_KIB_MAX));
    }
    return startsWith(magic, ZSTD) ? new Steady(new ZstdInputStream(in)) : in;
  }

  /// Gives what an unpacker has before asking it for more.
  ///
  /// Readers fill their buffers as long as there seems to be more, and drop them when that fails.
  /// So there never seems to be more than was given. An unpacker fails in the same way: so it is
  /// never asked for more than it has ready, as far as it says.
  private static final class Steady extends FilterInputStream {

    Steady(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int ready = in instanceof XZInputStream xz ? xz.available() : length;
      return in.read(target, offset, Math.clamp(ready, Math.min(1, length), length));
    }

    @Override
    public int available() {
      return 0;
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }
}
