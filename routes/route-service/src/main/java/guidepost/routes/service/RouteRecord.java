package guidepost.routes.service;

import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.routes.table.Address;
import guidepost.routes.table.Family;
import guidepost.routes.table.NextHop;
import guidepost.routes.table.Prefix;
import guidepost.routes.table.Route;
import guidepost.storage.v1.StoredRoute;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A route as the journal holds it: its identity is the key, the rest the value.
///
/// ```
///   key    table    length u8, UTF-8
///          family   u8: 4 or 6
///          address  4 or 16 bytes
///          length   u8
///          source   length u8, UTF-8
///          next hop u8: 4 or 6 gateway, 1 connected, 0 blackhole; a gateway's 4 or 16 bytes
///          interface UTF-8, to the end
///   value  StoredRoute (proto/guidepost/storage/v1)
/// ```
///
/// Keys order by table and then as lists do, so that a range of the journal is a range of the
/// table.
final class RouteRecord {

  private static final byte[] DEFAULT_TABLE =
      Catalog.DEFAULT_TABLE.getBytes(StandardCharsets.UTF_8);
  private static final int KEY_BYTES_MAX = 512;
  private static final byte BLACKHOLE = 0;
  private static final byte CONNECTED = 1;

  private RouteRecord() {}

  static byte[] key(String table, Route route) {
    ByteBuffer out = ByteBuffer.allocate(KEY_BYTES_MAX);
    putShortText(out, table);
    putFamily(out, route.prefix().family());
    out.put(route.prefix().address().toBytes()).put((byte) route.prefix().length());
    putShortText(out, route.source());
    putNextHop(out, route.nextHop());
    byte[] key = new byte[out.position()];
    out.flip().get(key);
    return key;
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

  private static void putShortText(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.put((byte) bytes.length).put(bytes);
  }

  private static void putFamily(ByteBuffer out, Family family) {
    out.put(
        switch (family) {
          case IPV4 -> (byte) 4;
          case IPV6 -> (byte) 6;
        });
  }

  private static void putNextHop(ByteBuffer out, NextHop nextHop) {
    switch (nextHop) {
      case NextHop.Gateway gateway -> {
        putFamily(out, gateway.address().family());
        out.put(gateway.address().toBytes());
      }
      case NextHop.Connected connected -> out.put(CONNECTED);
      case NextHop.Blackhole blackhole -> out.put(BLACKHOLE);
    }
    out.put(nextHop.interfaceName().getBytes(StandardCharsets.UTF_8));
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

  /// @throws IllegalArgumentException if the bytes are no route
  static Route decode(byte[] key, byte[] value, long revision) {
    ByteBuffer in = ByteBuffer.wrap(key);
    in.position(1 + Byte.toUnsignedInt(in.get()));
    Address address = address(in, in.get());
    Prefix prefix = new Prefix(address, Byte.toUnsignedInt(in.get()));
    String source = text(in, Byte.toUnsignedInt(in.get()));
    NextHop nextHop = nextHop(in);
    StoredRoute stored = stored(value);
    return new Route(
        prefix,
        source,
        nextHop,
        stored.getDistance(),
        Integer.toUnsignedLong(stored.getMetric()),
        stored.getInstalled(),
        revision,
        stored.getTagsList());
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

  private static NextHop nextHop(ByteBuffer in) {
    byte kind = in.get();
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
