package guidepost.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The SHA-256 of a token: what is kept of it. Of 256 random bits nobody finds the token again.
///
/// Threads: any; immutable.
record TokenHash(long a, long b, long c, long d) {

  private static final ThreadLocal<MessageDigest> SHA256 =
      ThreadLocal.withInitial(TokenHash::newDigest);

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }

  /// Of a token.
  static TokenHash of(String token) {
    MessageDigest sha256 = SHA256.get();
    byte[] digest = sha256.digest(token.getBytes(StandardCharsets.UTF_8));
    sha256.reset(); // it would keep the token until the next one
    return of(digest);
  }

  private static TokenHash of(byte[] digest) {
    ByteBuffer bytes = ByteBuffer.wrap(digest);
    return new TokenHash(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
  }

  /// As [#hex] writes it.
  ///
  /// @throws IllegalArgumentException if it is not 64 hexadecimal digits
  static TokenHash parse(String hex) {
    byte[] digest = HexFormat.of().parseHex(hex);
    if (digest.length != 4 * Long.BYTES) {
      throw new IllegalArgumentException("must be 64 hexadecimal digits");
    }
    return of(digest);
  }

  /// As 64 hexadecimal digits.
  String hex() {
    ByteBuffer bytes = ByteBuffer.allocate(4 * Long.BYTES);
    bytes.putLong(a).putLong(b).putLong(c).putLong(d);
    return HexFormat.of().formatHex(bytes.array());
  }

  /// Short, so that nobody takes it for a token.
  @Override
  public String toString() {
    return hex().substring(0, 8);
  }
}
