package guidepost.routes.service;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.routes.table.Address;
import guidepost.routes.table.Family;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.storage.v1.StoredRoute;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A route as the journal holds it: the route key is the journal's key, the rest the value.
///
/// ```
///   key    table    length u8, UTF-8
///          family   u8: 4 or 6
///          address  4 or 16 bytes
///          length   u8
///          source   length u8, UTF-8
///          next hop u8: 4 or 6 gateway, 1 connected, 0 blackhole; with 0x80 if a path id follows
///          path id  u32; only if it is not 0
///                   a gateway's 4 or 16 bytes
///          interface UTF-8, to the end
///   value  StoredRoute (proto/guidepost/storage/v1)
/// ```
///
/// Keys order by table and then as lists do, so that a range of the journal is a range of the
/// table.
final class RouteRecord {

  private static final byte[] DEFAULT_TABLE =
      Catalog.DEFAULT_TABLE.getBytes(StandardCharsets.UTF_8);
  private static final byte BLACKHOLE = 0;
  private static final byte CONNECTED = 1;
  private static final int HAS_PATH_ID = 0x80;

  private RouteRecord() {}

  static byte[] key(String table, Route route) {
    byte[] tableName = bytes(table);
    byte[] source = bytes(route.source());
    byte[] address = route.prefix().address().toBytes();
    byte[] nextHop = path(route.pathId(), nextHop(route.nextHop()));
    return ByteBuffer.allocate(
            4 + tableName.length + address.length + source.length + nextHop.length)
        .put((byte) tableName.length)
        .put(tableName)
        .put(family(route.prefix().family()))
        .put(address)
        .put((byte) route.prefix().length())
        .put((byte) source.length)
        .put(source)
        .put(nextHop)
        .array();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// A table's name and nothing else: before the first key of its routes.
  static byte[] tableBegin(String table) {
    byte[] name = table.getBytes(StandardCharsets.UTF_8);
    byte[] key = new byte[1 + name.length];
    key[0] = (byte) name.length;
    System.arraycopy(name, 0, key, 1, name.length);
    return key;
  }

  /// After the last key of a table's routes: what follows the name is 4 or 6.
  static byte[] tableEnd(String table) {
    byte[] begin = tableBegin(table);
    byte[] end = Arrays.copyOf(begin, begin.length + 1);
    end[begin.length] = (byte) 0xff;
    return end;
  }

  private static byte family(Family family) {
    return switch (family) {
      case IPV4 -> 4;
      case IPV6 -> 6;
    };
  }

  /// A next hop with a path id behind its kind.
  private static byte[] path(long pathId, byte[] nextHop) {
    return pathId == 0
        ? nextHop
        : ByteBuffer.allocate(nextHop.length + Integer.BYTES)
            .put((byte) (nextHop[0] | HAS_PATH_ID))
            .putInt((int) pathId)
            .put(nextHop, 1, nextHop.length - 1)
            .array();
  }

  private static byte[] nextHop(NextHop nextHop) {
    byte[] interfaceName = bytes(nextHop.interfaceName());
    return switch (nextHop) {
      case NextHop.Gateway gateway -> {
        byte[] address = gateway.address().toBytes();
        yield ByteBuffer.allocate(1 + address.length + interfaceName.length)
            .put(family(gateway.address().family()))
            .put(address)
            .put(interfaceName)
            .array();
      }
      case NextHop.Connected connected ->
          ByteBuffer.allocate(1 + interfaceName.length).put(CONNECTED).put(interfaceName).array();
      case NextHop.Blackhole blackhole -> new byte[] {BLACKHOLE};
    };
  }

  static byte[] value(Route route) {
    return StoredRoute.newBuilder()
        .setDistance(route.distance())
        .setMetric((int) route.metric())
        .setInstalled(route.installed())
        .addAllTags(route.tags())
        .build()
        .toByteArray();
  }

  /// The table that a route's key names.
  static String table(byte[] key) {
    int length = Byte.toUnsignedInt(key[0]);
    boolean isDefault =
        length == DEFAULT_TABLE.length
            && Arrays.equals(key, 1, 1 + length, DEFAULT_TABLE, 0, length);
    return isDefault
        ? Catalog.DEFAULT_TABLE // as nearly always, and then the same object
        : new String(key, 1, length, StandardCharsets.UTF_8);
  }

  /// The source that a route's key names.
  ///
  /// @throws IllegalArgumentException if the bytes are no route's key
  /// @throws BufferUnderflowException if they end early
  static String source(byte[] key) {
    ByteBuffer in = ByteBuffer.wrap(key);
    in.position(1 + Byte.toUnsignedInt(in.get()));
    var _ = address(in, in.get());
    in.get(); // the length
    return text(in, Byte.toUnsignedInt(in.get()));
  }

  /// The prefix that a route's key names.
  ///
  /// @throws IllegalArgumentException if the bytes are no route's key
  /// @throws BufferUnderflowException if they end early
  static Prefix prefix(byte[] key) {
    ByteBuffer in = ByteBuffer.wrap(key);
    in.position(1 + Byte.toUnsignedInt(in.get()));
    return new Prefix(address(in, in.get()), Byte.toUnsignedInt(in.get()));
  }

  /// @throws IllegalArgumentException if the bytes are no route
  static Route decode(byte[] key, byte[] value, long revision) {
    ByteBuffer in = ByteBuffer.wrap(key);
    in.position(1 + Byte.toUnsignedInt(in.get()));
    Address address = address(in, in.get());
    Prefix prefix = new Prefix(address, Byte.toUnsignedInt(in.get()));
    String source = text(in, Byte.toUnsignedInt(in.get()));
    byte kind = in.get();
    long pathId = (kind & HAS_PATH_ID) == 0 ? 0 : Integer.toUnsignedLong(in.getInt());
    NextHop nextHop = nextHop((byte) (kind & ~HAS_PATH_ID), in);
    StoredRoute stored = stored(value);
    return new Route(
        prefix,
        source,
        nextHop,
        stored.getDistance(),
        Integer.toUnsignedLong(stored.getMetric()),
        stored.getInstalled(),
        revision,
        stored.getTagsList(),
        pathId);
  }

  private static StoredRoute stored(byte[] value) {
    try {
      return StoredRoute.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("a stored route cannot be read", e);
    }
  }

  private static Address address(ByteBuffer in, byte family) {
    byte[] bytes =
        new byte
            [switch (family) {
              case 4 -> 4;
              case 6 -> 16;
              default -> throw new IllegalArgumentException("address family: " + family);
            }];
    in.get(bytes);
    return Address.ofBytes(bytes);
  }

  private static NextHop nextHop(byte kind, ByteBuffer in) {
    return switch (kind) {
      case BLACKHOLE -> new NextHop.Blackhole();
      case CONNECTED -> new NextHop.Connected(text(in, in.remaining()));
      default -> {
        Address address = address(in, kind);
        yield new NextHop.Gateway(address, text(in, in.remaining()));
      }
    };
  }

  private static String text(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
