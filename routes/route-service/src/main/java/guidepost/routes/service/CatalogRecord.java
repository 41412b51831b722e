package guidepost.routes.service;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.routes.table.RouteTable;
import guidepost.storage.v1.StoredSource;
import guidepost.storage.v1.StoredTable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A table or a source as the journal holds it, among the routes and before all of them.
///
/// ```
///   key    0, which is the length of no table's name; 'S' or 'T'; name, UTF-8
///   value  StoredSource or StoredTable (proto/guidepost/storage/v1)
/// ```
final class CatalogRecord {

  private static final byte SOURCE = 'S';
  private static final byte TABLE = 'T';
  private static final int NAME_AT = 2;

  private CatalogRecord() {}

  /// True if it is the key of a table or source, false if it is that of a route.
  static boolean isCatalog(byte[] key) {
    return key[0] == 0;
  }

  static byte[] key(Catalog.Table table) {
    return tableKey(table.name());
  }

  /// The key of the table of that name.
  static byte[] tableKey(String name) {
    return key(TABLE, name);
  }

  static byte[] key(Catalog.Source source) {
    return key(SOURCE, source.name());
  }

  private static byte[] key(byte kind, String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    byte[] key = new byte[NAME_AT + text.length];
    key[1] = kind;
    System.arraycopy(text, 0, key, NAME_AT, text.length);
    return key;
  }

  /// The value of a table.
  static byte[] tableValue() {
    return StoredTable.getDefaultInstance().toByteArray();
  }

  static byte[] value(Catalog.Source source) {
    return StoredSource.newBuilder()
        .setDistance(source.distance())
        .setDeleteOnDisconnect(source.deleteOnDisconnect())
        .setGraceMs(source.deleteAfter().toMillis())
        .build()
        .toByteArray();
  }

  /// The catalog without the table or source of a key.
  ///
  /// @throws IllegalArgumentException if the bytes are neither
  static Catalog removed(Catalog catalog, byte[] key) {
    String name = name(key);
    return switch (key[1]) {
      case TABLE -> catalog.withoutTable(name);
      case SOURCE -> catalog.withoutSource(name);
      default -> throw new IllegalArgumentException("kind of record: " + key[1]);
    };
  }

  private static String name(byte[] key) {
    if (key.length <= NAME_AT) {
      throw new IllegalArgumentException("a stored name is missing");
    }
    return new String(key, NAME_AT, key.length - NAME_AT, StandardCharsets.UTF_8);
  }

  /// The catalog with the table or source that a record holds.
  ///
  /// @throws IllegalArgumentException if the bytes are neither
  static Catalog added(Catalog catalog, byte[] key, byte[] value, long revision) {
    String name = name(key);
    return switch (key[1]) {
      case TABLE -> catalog.with(new Catalog.Table(name, new RouteTable(), revision));
      case SOURCE -> catalog.with(source(name, value, revision));
      default -> throw new IllegalArgumentException("kind of record: " + key[1]);
    };
  }

  private static Catalog.Source source(String name, byte[] value, long revision) {
    try {
      StoredSource stored = StoredSource.parseFrom(value);
      return new Catalog.Source(
          name,
          stored.getDistance(),
          stored.getDeleteOnDisconnect(),
          Duration.ofMillis(stored.getGraceMs()),
          revision);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("a stored source cannot be read", e);
    }
  }
}
