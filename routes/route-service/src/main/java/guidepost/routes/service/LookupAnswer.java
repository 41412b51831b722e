package guidepost.routes.service;

import guidepost.calls.EncodedMessage;
import guidepost.calls.Varint;
import guidepost.routes.table.Attributes;
import guidepost.routes.table.RouteRows;
import guidepost.routes.v1.LookupBatchResponse;
import guidepost.routes.v1.LookupStreamResponse;
import guidepost.routes.v1.Route;
import java.util.Arrays;

/// A `LookupBatchResponse`, written as it travels: routes from where they stand, without an object
/// each, and what many of them have in common copied whole.
///
/// ```
///   LookupStreamResponse   0A len {                                        in a stream only
///     LookupBatchResponse    12 len { 0A len prefix  attributes  20 metric  40 revision  50 installed }
///                            0A len { index … }
///                            18 revision }
/// ```
///
/// Threads: one.
final class LookupAnswer {

  private static final int LENGTH_DELIMITED = 2;
  private static final int ROUTES = tag(LookupBatchResponse.ROUTES_FIELD_NUMBER, LENGTH_DELIMITED);
  private static final int INDEXES =
      tag(LookupBatchResponse.INDEXES_FIELD_NUMBER, LENGTH_DELIMITED);
  private static final int REVISION = tag(LookupBatchResponse.REVISION_FIELD_NUMBER, 0);
  private static final int BATCH = tag(LookupStreamResponse.BATCH_FIELD_NUMBER, LENGTH_DELIMITED);
  private static final int PREFIX = tag(Route.PREFIX_FIELD_NUMBER, LENGTH_DELIMITED);
  private static final int METRIC = tag(Route.METRIC_FIELD_NUMBER, 0);
  private static final int ROUTE_REVISION = tag(Route.REVISION_FIELD_NUMBER, 0);
  private static final int INSTALLED = tag(Route.INSTALLED_FIELD_NUMBER, 0);

  /// Room in front for the message around the batch: a tag and a length.
  private static final int FRONT = 1 + Varint.BYTES_MAX;

  /// A guess at what a route takes beside its attributes. Too small a one has all of it copied,
  /// into twice the memory: a third of the time of large answers.
  private static final int ROW_BYTES = 40;

  /// The most that a route takes beside its attributes, and tags and lengths around it.
  private static final int ROW_BYTES_MAX =
      RouteRows.PREFIX_BYTES_MAX + 3 * (1 + Varint.BYTES_MAX) + 2 * (1 + Varint.BYTES_MAX);

  private final AttributeBytes attributes;
  private final byte[] prefix = new byte[RouteRows.PREFIX_BYTES_MAX];
  private byte[] bytes = new byte[FRONT];
  private int length = FRONT;

  LookupAnswer(AttributeBytes attributes) {
    this.attributes = attributes;
  }

  private static int tag(int field, int wireType) {
    return field << 3 | wireType;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  /// Adds routes, in their order.
  void add(RouteRows rows) {
    Attributes[] shared = rows.attributes();
    if (rows.size() > 0) {
      // With its neighbour's attributes, and room for the indexes.
      reserve((rows.size() + 1) * (ROW_BYTES + attributes.of(shared[0]).length));
    }
    if (attributes.isForwarding()) {
      for (int place = 0; place < rows.size(); place++) {
        add(rows, place, attributes.of(shared[place]), 0, 0, 0);
      }
      return;
    }
    int[] metrics = rows.metrics();
    long[] revisions = rows.revisions();
    long[] installed = rows.installed();
    for (int place = 0; place < rows.size(); place++) {
      byte[] sharedBytes = attributes.of(shared[place]);
      long metric = Integer.toUnsignedLong(metrics[place]);
      add(rows, place, sharedBytes, metric, revisions[place], installed[place]);
    }
  }

  private void add(
      RouteRows rows, int place, byte[] shared, long metric, long revision, long installed) {
    reserve(ROW_BYTES_MAX + shared.length);
    int prefixBytes = rows.writePrefix(place, prefix, 0);
    int routeBytes =
        2 + prefixBytes + shared.length + number(metric) + number(revision) + number(installed);
    bytes[length++] = (byte) ROUTES;
    length = Varint.write(routeBytes, bytes, length);
    bytes[length++] = (byte) PREFIX;
    bytes[length++] = (byte) prefixBytes;
    append(prefix, prefixBytes);
    append(shared, shared.length);
    append(METRIC, metric);
    append(ROUTE_REVISION, revision);
    append(INSTALLED, installed);
  }

  /// Bytes of a field with a number; none if it is 0, as that is what its absence means.
  private static int number(long value) {
    return value == 0 ? 0 : 1 + Varint.bytes(value);
  }

  private void append(int tag, long value) {
    if (value != 0) {
      bytes[length++] = (byte) tag;
      length = Varint.write(value, bytes, length);
    }
  }

  private void append(byte[] more, int count) {
    System.arraycopy(more, 0, bytes, length, count);
    length += count;
  }

  /// Adds the indexes, all of them at once.
  void addIndexes(int[] indexes) {
    int indexBytes = 0;
    for (int index : indexes) {
      indexBytes += Varint.bytes(index);
    }
    if (indexBytes == 0) {
      return;
    }
    reserve(indexBytes + 1 + Varint.BYTES_MAX);
    bytes[length++] = (byte) INDEXES;
    length = Varint.write(indexBytes, bytes, length);
    for (int index : indexes) {
      length = Varint.write(index, bytes, length);
    }
  }

  /// Adds the revision.
  void addRevision(long revision) {
    reserve(1 + Varint.BYTES_MAX);
    append(REVISION, revision);
  }

  /// The response. Nothing can be added afterwards.
  EncodedMessage batch() {
    return new EncodedMessage(bytes, FRONT, length - FRONT);
  }

  /// The response of a stream. Nothing can be added afterwards.
  EncodedMessage inStream() {
    int batchBytes = length - FRONT;
    int from = FRONT - 1 - Varint.bytes(batchBytes);
    bytes[from] = (byte) BATCH;
    Varint.write(batchBytes, bytes, from + 1);
    return new EncodedMessage(bytes, from, length - from);
  }
}
