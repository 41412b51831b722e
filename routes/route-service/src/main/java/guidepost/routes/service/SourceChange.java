package guidepost.routes.service;

import com.google.protobuf.FieldMask;
import guidepost.routes.table.InvalidRouteException;
import guidepost.routes.table.Route;
import guidepost.routes.table.RouteText;
import guidepost.routes.v1.PutSourceRequest;
import guidepost.routes.v1.Source;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a PutSource call says of a source. What it does not say stays as it is; a source that is
/// not there yet begins with keep, and needs a distance.
///
/// Threads: any; immutable.
///
/// @param name the source
/// @param distance preference of its routes, 1 to 255; null: as it is
/// @param deletes true if its routes are deleted when it is gone; null: as it is
/// @param deleteAfter how long it may be gone before that; null: as it is
record SourceChange(
    String name,
    @Nullable Integer distance,
    @Nullable Boolean deletes,
    @Nullable Duration deleteAfter) {

  private static final int NANO_DIGITS = 9;
  private static final int MILLI_DIGITS = 3;

  /// What can be put of a source.
  private enum Part {
    DISTANCE("distance"),
    ON_DISCONNECT("on_disconnect"),
    DELETE_AFTER("delete_after");

    private final String field;

    Part(String field) {
      this.field = field;
    }

    private static Part named(String path) {
      for (Part part : values()) {
        if (part.field.equals(path)) {
          return part;
        }
      }
      throw new InvalidRouteException(
          "update_mask.path",
          "update_mask",
          path,
          "must be distance, on_disconnect, delete_after or *");
    }
  }

  /// All of a source.
  static SourceChange of(Catalog.Source source) {
    return new SourceChange(
        source.name(), source.distance(), source.deleteOnDisconnect(), source.deleteAfter());
  }

  /// A source whose routes stay when its writers are gone.
  ///
  /// @throws InvalidRouteException if its name or distance breaks a rule
  static SourceChange keeping(String name, int distance) {
    return new SourceChange(RouteText.name("source", name), checked(distance), false, null);
  }

  /// One whose routes are deleted then, after a delay.
  ///
  /// @throws InvalidRouteException if its name, distance or delay breaks a rule
  static SourceChange deleting(String name, int distance, Duration deleteAfter) {
    BigDecimal seconds =
        BigDecimal.valueOf(deleteAfter.getSeconds())
            .add(BigDecimal.valueOf(deleteAfter.getNano(), NANO_DIGITS));
    return new SourceChange(
        RouteText.name("source", name), checked(distance), true, rounded(seconds));
  }

  /// What a request says: the fields that its mask names or, without a mask, those that are set.
  ///
  /// @throws InvalidRouteException if a field breaks a rule
  static SourceChange of(PutSourceRequest request) {
    Source source = request.getSource();
    Set<Part> parts = request.hasUpdateMask() ? masked(request.getUpdateMask()) : set(source);
    Boolean deletes = parts.contains(Part.ON_DISCONNECT) ? Boolean.valueOf(deletes(source)) : null;
    Duration deleteAfter = parts.contains(Part.DELETE_AFTER) ? delay(source) : null;
    return new SourceChange(
        RouteText.name("name", source.getName()),
        parts.contains(Part.DISTANCE) ? Integer.valueOf(checked(source.getDistance())) : null,
        deletes,
        deleteAfter);
  }

  private static Set<Part> masked(FieldMask mask) {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    for (String path : mask.getPathsList()) {
      if (path.equals("*")) {
        return EnumSet.allOf(Part.class);
      }
      parts.add(Part.named(path));
    }
    return parts;
  }

  private static Set<Part> set(Source source) {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    if (source.getDistance() != 0) {
      parts.add(Part.DISTANCE);
    }
    if (source.getOnDisconnectValue() != 0) {
      parts.add(Part.ON_DISCONNECT);
    }
    if (source.hasDeleteAfter()) {
      parts.add(Part.DELETE_AFTER);
    }
    return parts;
  }

  private static int checked(int distance) {
    if (distance < 1 || distance > Route.DISTANCE_MAX) {
      throw wrongDistance(distance);
    }
    return distance;
  }

  private static InvalidRouteException wrongDistance(int distance) {
    return new InvalidRouteException(
        "distance.range",
        "distance",
        Integer.toUnsignedString(distance),
        "must be 1.." + Route.DISTANCE_MAX);
  }

  private static boolean deletes(Source message) {
    return switch (message.getOnDisconnect()) {
      case DISCONNECT_POLICY_UNSPECIFIED, DISCONNECT_POLICY_KEEP -> false;
      case DISCONNECT_POLICY_DELETE -> true;
      case UNRECOGNIZED ->
          throw new InvalidRouteException(
              "on_disconnect.unknown",
              "on_disconnect",
              Integer.toString(message.getOnDisconnectValue()),
              "must be a known DisconnectPolicy");
    };
  }

  private static Duration delay(Source message) {
    BigDecimal seconds =
        BigDecimal.valueOf(message.getDeleteAfter().getSeconds())
            .add(BigDecimal.valueOf(message.getDeleteAfter().getNanos(), NANO_DIGITS));
    return rounded(seconds);
  }

  private static Duration rounded(BigDecimal seconds) {
    BigDecimal secondsMax = BigDecimal.valueOf(Catalog.DELETE_AFTER_MAX.toSeconds());
    if (seconds.signum() < 0 || seconds.compareTo(secondsMax) > 0) {
      throw wrongDelay("delete_after.range", seconds, "must be 0..%s s".formatted(secondsMax));
    }
    return Duration.ofMillis(
        seconds.movePointRight(MILLI_DIGITS).setScale(0, RoundingMode.CEILING).longValueExact());
  }

  private static InvalidRouteException wrongDelay(String rule, BigDecimal seconds, String reason) {
    String exactly = seconds.stripTrailingZeros().toPlainString();
    return new InvalidRouteException(rule, "delete_after", exactly + " s", reason);
  }

  /// The source with what is said put in place of what was there.
  ///
  /// @param before null if there is none
  /// @throws InvalidRouteException if that makes no source
  Catalog.Source madeOf(Catalog.@Nullable Source before) {
    boolean deletesThen = deletes == null ? before != null && before.deleteOnDisconnect() : deletes;
    return new Catalog.Source(
        name, distanceThen(before), deletesThen, delayThen(before, deletesThen), 0);
  }

  private int distanceThen(Catalog.@Nullable Source before) {
    if (distance != null) {
      return distance;
    }
    if (before == null) {
      throw wrongDistance(0);
    }
    return before.distance();
  }

  /// A delay goes with the policy that it belongs to.
  private Duration delayThen(Catalog.@Nullable Source before, boolean deletesThen) {
    if (deleteAfter == null) {
      return before == null || !deletesThen ? Duration.ZERO : before.deleteAfter();
    }
    if (!deleteAfter.isZero() && !deletesThen) {
      throw wrongDelay(
          "delete_after.policy",
          BigDecimal.valueOf(deleteAfter.toMillis(), MILLI_DIGITS),
          "must be 0 without DELETE");
    }
    return deleteAfter;
  }
}
