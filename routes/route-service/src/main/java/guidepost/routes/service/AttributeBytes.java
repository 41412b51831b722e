package guidepost.routes.service;

import guidepost.routes.table.Attributes;
import org.jspecify.annotations.Nullable;

/// What many routes have in common, as it travels in a `Route`: kept from one answer to the next,
/// since a table of a million routes has few of them in use at a time.
///
/// ```
///   attributes ── identity ──▶ slot ──▶ [ 12 next_hop  1A interface_name  2A source  30 kind … ]
/// ```
///
/// Two that fall into one slot take turns; then each answer makes them again.
///
/// Memory: mostly some 100 bytes in each of 1,024 slots, 1.2 KB with the longest tags, and the
/// attributes in them, even if no route has them any more.
///
/// Threads: any.
final class AttributeBytes {

  /// More sets of attributes than a batch shows: two of one slot are encoded in turns.
  private static final int SLOTS = 1_024;

  private final boolean isForwarding;
  private final @Nullable Slot[] slots = new Slot[SLOTS];

  /// Immutable, so that a reader sees all of it or none.
  private static final class Slot {
    final Attributes attributes;
    final byte[] bytes;

    Slot(Attributes attributes, byte[] bytes) {
      this.attributes = attributes;
      this.bytes = bytes;
    }
  }

  /// @param isForwarding true for no more than forwarding needs
  AttributeBytes(boolean isForwarding) {
    this.isForwarding = isForwarding;
  }

  /// True if what is not among them is not asked for either.
  boolean isForwarding() {
    return isForwarding;
  }

  /// The fields that they are in. Must not be changed.
  @SuppressWarnings("ReferenceEquality") // equal ones of a table are one object
  byte[] of(Attributes attributes) {
    int at = System.identityHashCode(attributes) & (SLOTS - 1);
    Slot slot = slots[at];
    if (slot == null || slot.attributes != attributes) {
      slot = new Slot(attributes, encoded(attributes));
      slots[at] = slot;
    }
    return slot.bytes;
  }

  private byte[] encoded(Attributes attributes) {
    guidepost.routes.v1.Route.Builder message = guidepost.routes.v1.Route.newBuilder();
    V1Messages.setForwarding(message, attributes.nextHop());
    if (!isForwarding) {
      message
          .setSource(attributes.source())
          .setDistance(attributes.distance())
          .addAllTags(attributes.tags())
          .setPathId((int) attributes.pathId());
    }
    return message.build().toByteArray();
  }
}
