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
/// @param grace how long it may be gone before that; null: as it is
record SourceChange(
    String name, @Nullable Integer distance, @Nullable Boolean deletes, @Nullable Duration grace) {

  private static final int NANO_DIGITS = 9;
  private static final int MILLI_DIGITS = 3;

  /// What can be put of a source.
  private enum Part {
    DISTANCE("distance"),
    ON_DISCONNECT("on_disconnect"),
    GRACE("grace");

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
          "update_mask.path", "update_mask", path, "must be distance, on_disconnect, grace or *");
    }
  }

  /// All of a source.
  static SourceChange of(Catalog.Source source) {
    return new SourceChange(
        source.name(), source.distance(), source.deleteOnDisconnect(), source.grace());
  }

  /// A source whose routes stay when its writers are gone.
  ///
  /// @throws InvalidRouteException if its name or distance breaks a rule
  static SourceChange keeping(String name, int distance) {
    return new SourceChange(RouteText.name("name", name), checked(distance), false, null);
  }

  /// One whose routes are deleted then, after a delay.
  ///
  /// @throws InvalidRouteException if its name, distance or delay breaks a rule
  static SourceChange deleting(String name, int distance, Duration deleteAfter) {
    BigDecimal seconds =
        BigDecimal.valueOf(deleteAfter.getSeconds())
            .add(BigDecimal.valueOf(deleteAfter.getNano(), NANO_DIGITS));
    return new SourceChange(
        RouteText.name("name", name), checked(distance), true, rounded(seconds));
  }

  /// What a request says: the fields that its mask names or, without a mask, those that are set.
  ///
  /// @throws InvalidRouteException if a field breaks a rule
  static SourceChange of(PutSourceRequest request) {
    Source source = request.getSource();
    Set<Part> parts = request.hasUpdateMask() ? masked(request.getUpdateMask()) : set(source);
    Boolean deletes = parts.contains(Part.ON_DISCONNECT) ? Boolean.valueOf(deletes(source)) : null;
    Duration grace = parts.contains(Part.GRACE) ? grace(source) : null;
    return new SourceChange(
        RouteText.name("name", source.getName()),
        parts.contains(Part.DISTANCE) ? Integer.valueOf(checked(source.getDistance())) : null,
        deletes,
        grace);
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
    if (source.hasGrace()) {
      parts.add(Part.GRACE);
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
              "is not known");
    };
  }

  private static Duration grace(Source message) {
    BigDecimal seconds =
        BigDecimal.valueOf(message.getGrace().getSeconds())
            .add(BigDecimal.valueOf(message.getGrace().getNanos(), NANO_DIGITS));
    return rounded(seconds);
  }

  private static Duration rounded(BigDecimal seconds) {
    BigDecimal secondsMax = BigDecimal.valueOf(Catalog.GRACE_MAX.toSeconds());
    if (seconds.signum() < 0 || seconds.compareTo(secondsMax) > 0) {
      throw wrongGrace("grace.range", seconds, "must be 0..%s s".formatted(secondsMax));
    }
    return Duration.ofMillis(
        seconds.movePointRight(MILLI_DIGITS).setScale(0, RoundingMode.CEILING).longValueExact());
  }

  private static InvalidRouteException wrongGrace(String rule, BigDecimal seconds, String reason) {
    String exactly = seconds.stripTrailingZeros().toPlainString();
    return new InvalidRouteException(rule, "grace", exactly + " s", reason);
  }

  /// The source with what is said put in place of what was there.
  ///
  /// @param before null if there is none
  /// @throws InvalidRouteException if that makes no source
  Catalog.Source madeOf(Catalog.@Nullable Source before) {
    boolean deletesThen = deletes == null ? before != null && before.deleteOnDisconnect() : deletes;
    return new Catalog.Source(
        name, distanceThen(before), deletesThen, graceThen(before, deletesThen), 0);
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

  /// A grace period goes with the policy that it belongs to.
  private Duration graceThen(Catalog.@Nullable Source before, boolean deletesThen) {
    if (grace == null) {
      return before == null || !deletesThen ? Duration.ZERO : before.grace();
    }
    if (!grace.isZero() && !deletesThen) {
      throw wrongGrace(
          "grace.policy",
          BigDecimal.valueOf(grace.toMillis(), MILLI_DIGITS),
          "means nothing without DELETE");
    }
    return grace;
  }
}
