package guidepost.guide.features;

import static java.nio.charset.StandardCharsets.UTF_8;

import guidepost.calls.EncodedMessage;
import guidepost.calls.Varint;
import guidepost.guide.index.FeatureMessage;
import guidepost.guide.index.FeatureView;
import guidepost.guide.v1.PathSide;
import java.util.Arrays;

/// A response of a list, written as it travels. The four lists have one layout: features in field
/// 1, the revision in field 2, the token of the next page in field 3; along a path its length in 4.
///
/// ```
///   ListInBoxResponse        0A len feature                                        for each
///   ListInRadius-, Nearest-  0A len { 0A len feature  11 metres }                  for each
///   AlongPathResponse        0A len { 0A len feature  11 ahead  19 off  20 side }  for each
/// ```
final class ListPage {

  /// Features that one turn looks at: some tens of microseconds, so that nobody notices the others.
  static final int LOOKS_MAX = 1_024;

  /// Some 100 KB a message: fewer messages cost less, more keep others waiting.
  static final int FEATURES_MAX = 512;

  /// A page is full beyond this: big attributes must not make a response that no client takes.
  private static final int PAGE_BYTES = 256 * 1024;

  private static final int FEATURES = 0x0A;
  private static final int REVISION = 0x10;
  private static final int TOKEN = 0x1A;
  private static final int PATH_METRES = 0x21;
  private static final int FIRST_NUMBER = 0x11;
  private static final int SECOND_NUMBER = 0x19;
  private static final int SIDE = 0x20;
  private static final int NUMBER_BYTES = 9;
  private static final int SIDE_BYTES = 2;

  /// What a page begins with: some eighty features.
  private static final int FIRST_BYTES = 4 * 1024;

  private final long revision;
  private final FeatureMessage message;
  private byte[] bytes;
  private int length;
  private int count;
  private boolean isFinished;

  /// The first page of a list.
  ListPage(long revision) {
    this(revision, new FeatureMessage(), FIRST_BYTES);
  }

  private ListPage(long revision, FeatureMessage message, int room) {
    this.revision = revision;
    this.message = message;
    this.bytes = new byte[room];
  }

  /// The next page of the list, with room for about as much.
  ListPage next() {
    return new ListPage(revision, message, length + length / 8);
  }

  int count() {
    return count;
  }

  boolean isFull() {
    return count == FEATURES_MAX || length >= PAGE_BYTES;
  }

  boolean isFinished() {
    return isFinished;
  }

  /// Adds a feature.
  void add(FeatureView feature) {
    begin(0, feature);
  }

  /// Adds a DistantFeature.
  void add(FeatureView feature, double metres) {
    begin(NUMBER_BYTES, feature);
    number(FIRST_NUMBER, metres);
  }

  /// Adds a PathFeature.
  void add(FeatureView feature, double aheadMetres, double offMetres, PathSide side) {
    begin(2 * NUMBER_BYTES + SIDE_BYTES, feature);
    number(FIRST_NUMBER, aheadMetres);
    number(SECOND_NUMBER, offMetres);
    bytes[length++] = SIDE;
    bytes[length++] = (byte) side.getNumber();
  }

  /// @param more bytes that follow the feature in its message; 0 if there is no such message
  private void begin(int more, FeatureView feature) {
    int featureBytes = message.measure(feature);
    reserve(featureBytes + more + 4 * Varint.BYTES_MAX);
    count++;
    if (more > 0) {
      bytes[length++] = FEATURES;
      varint(1 + Varint.bytes(featureBytes) + featureBytes + more);
    }
    bytes[length++] = FEATURES;
    varint(featureBytes);
    length = message.write(bytes, length);
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  private void number(int tag, double value) {
    bytes[length++] = (byte) tag;
    long bits = Double.doubleToRawLongBits(value);
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[length++] = (byte) (bits >>> (8 * i));
    }
  }

  private void varint(long value) {
    length = Varint.write(value, bytes, length);
  }

  /// Says how long the path is that the features lie along.
  void pathMetres(double metres) {
    reserve(NUMBER_BYTES);
    number(PATH_METRES, metres);
  }

  /// The response.
  ///
  /// @param nextPageToken empty if there is none
  EncodedMessage finish(String nextPageToken) {
    byte[] token = nextPageToken.getBytes(UTF_8);
    reserve(token.length + 2 + 2 * Varint.BYTES_MAX);
    bytes[length++] = REVISION;
    varint(revision);
    if (token.length > 0) {
      bytes[length++] = TOKEN;
      varint(token.length);
      System.arraycopy(token, 0, bytes, length, token.length);
      length += token.length;
    }
    isFinished = true;
    return new EncodedMessage(bytes, length);
  }
}
