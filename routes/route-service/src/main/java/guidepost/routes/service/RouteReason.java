package guidepost.routes.service;

import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import io.grpc.Status.Code;

/// Why a call or an operation about routes is not done, for programs: the reasons that only routes
/// have, beside those of [guidepost.calls.Reason]. `docs/reference/errors.md` is made of both.
///
/// A rule of routes is told as the reason of its name: `mask.noncontiguous` as
/// `MASK_NONCONTIGUOUS`; unless it is a rule that other requests have too, as that a field must be
/// set: then it is told as theirs ([#of]). `nh` and `dest` are the seed contract's words for
/// `next_hop` and `prefix`.
///
/// Threads: any.
public enum RouteReason {
  ADDRESS_LEADING_ZERO(
      Code.INVALID_ARGUMENT,
      "A part of an IPv4 address has a leading zero, which some programs read as octal.",
      "Write the part without leading zeros."),
  ADDRESS_OCTET(
      Code.INVALID_ARGUMENT, "A part of an IPv4 address is not 0 to 255.", "Correct the address."),
  ADDRESS_SYNTAX(
      Code.INVALID_ARGUMENT,
      "A text is neither an IPv4 nor an IPv6 address.",
      "Write 192.0.2.1 or 2001:db8::1; names are not resolved."),
  ADDRESS_ZONE(
      Code.INVALID_ARGUMENT,
      "An IPv6 address names a zone, such as %eth0.",
      "Write the address alone, and the interface in the field for it."),
  DELETE_AFTER_POLICY(
      Code.INVALID_ARGUMENT,
      "A delay is given for a source whose routes are kept.",
      "Set on_disconnect to DELETE, or leave the delay out."),
  DESTINATION_UNCOVERED(
      Code.NOT_FOUND,
      "No route covers the destination, or none that fits the filter.",
      "Nothing to mend: there is no such route."),
  FLUSH_ALL(
      Code.INVALID_ARGUMENT,
      "A Flush names neither table, source nor prefix.",
      "Name at least one; to delete everything, flush table by table."),
  INTERFACE_CHARACTERS(
      Code.INVALID_ARGUMENT,
      "The name of an interface has spaces or control characters.",
      "Correct the name."),
  IPV4_BYTES(
      Code.INVALID_ARGUMENT,
      "The IPv4 addresses of a batch are not 4 bytes each.",
      "Send 4 bytes an address, one after the other."),
  IPV6_BYTES(
      Code.INVALID_ARGUMENT,
      "The IPv6 addresses of a batch are not 16 bytes each.",
      "Send 16 bytes an address, one after the other."),
  KIND_BLACKHOLE(
      Code.INVALID_ARGUMENT, "A blackhole has a next hop or an interface.", "Leave both out."),
  MASK_CONFLICT(
      Code.INVALID_ARGUMENT,
      "A destination with a length has a mask too.",
      "Give the length once."),
  MASK_FAMILY(
      Code.INVALID_ARGUMENT,
      "The mask is of the other address family.",
      "Give a mask of the destination's family."),
  MASK_MISSING(
      Code.INVALID_ARGUMENT,
      "The all-zero address is added without a mask, which may be a forgotten one.",
      "Write 0.0.0.0/0 or ::/0 for the default route."),
  MASK_NONCONTIGUOUS(
      Code.INVALID_ARGUMENT,
      "The ones of a mask are not all in front, as in 255.0.255.0 or 0.0.0.255.",
      "Correct the mask; wildcard masks are not read."),
  NAME_INVALID(
      Code.INVALID_ARGUMENT,
      "The name of a table or a source has characters that it must not have, or is too long.",
      "Use 1 to 128 letters, digits, \".\", \"_\", \"-\", \":\" and \"/\"."),
  NEXT_HOP_ADDRESS(
      Code.INVALID_ARGUMENT,
      "The next hop of a filter is not an address.",
      "Give an IPv4 or IPv6 address."),
  NEXT_HOP_BROADCAST(
      Code.INVALID_ARGUMENT,
      "The next hop is the broadcast address.",
      "Give the address of a router."),
  NEXT_HOP_FAMILY(
      Code.INVALID_ARGUMENT,
      "An IPv6 prefix has an IPv4 next hop.",
      "Give an IPv6 next hop; across IPv4 (RFC 4798) write ::ffff:192.0.2.1."),
  NEXT_HOP_LINK_LOCAL(
      Code.INVALID_ARGUMENT, "A link-local next hop has no interface.", "Name the interface too."),
  NEXT_HOP_LOOPBACK(
      Code.INVALID_ARGUMENT,
      "The next hop is a loopback address.",
      "Give the address of a router."),
  NEXT_HOP_MAPPED(
      Code.INVALID_ARGUMENT,
      "An IPv4 prefix has an IPv4-mapped IPv6 next hop.",
      "Write the IPv4 address."),
  NEXT_HOP_MISSING(
      Code.INVALID_ARGUMENT,
      "A route has neither next hop nor interface, and is no blackhole.",
      "Give one of them."),
  NEXT_HOP_MULTICAST(
      Code.INVALID_ARGUMENT,
      "The next hop is a multicast address.",
      "Give the address of a router."),
  NEXT_HOP_UNSPECIFIED(
      Code.INVALID_ARGUMENT,
      "The next hop is all zeros.",
      "Give the address of a router, or only an interface."),
  PREFIX_HOST_BITS(
      Code.INVALID_ARGUMENT,
      "A prefix that is written or deleted has host bits set.",
      "Write the prefix that the text names, if that is meant."),
  PREFIX_LENGTH(
      Code.INVALID_ARGUMENT,
      "A prefix has no length, or none that its family has.",
      "Write address/length."),
  PREFIX_MAPPED(
      Code.INVALID_ARGUMENT, "A prefix that is added is IPv4-mapped.", "Write the IPv4 prefix."),
  PREFIX_ROUTES_MAX(
      Code.INVALID_ARGUMENT,
      "A prefix has, or would have, too many routes.",
      "Delete some first; see GetLimits."),
  REPLACE_PREFIX(
      Code.INVALID_ARGUMENT,
      "A route of a replacement is of another prefix.",
      "Leave its prefix out, or send it in another operation."),
  REPLACE_SOURCE(
      Code.INVALID_ARGUMENT,
      "A route of a replacement is of another source.",
      "Leave its source out, or send it in another operation."),
  REPLACE_TWICE(
      Code.INVALID_ARGUMENT,
      "Two routes of a replacement have the same key.",
      "Leave one out, or give it a path id."),
  REVISION_BEFORE_TABLE(
      Code.OUT_OF_RANGE,
      "A watch resumes after a revision that is older than its table, which may have been made"
          + " again since.",
      "Start again with a snapshot."),
  SOURCE_MAX(
      Code.RESOURCE_EXHAUSTED, "There are as many sources as there may be.", "Delete one first."),
  SOURCE_ROUTES(
      Code.FAILED_PRECONDITION, "A source that is to be deleted has routes.", "Flush them first."),
  SOURCE_STATIC(
      Code.FAILED_PRECONDITION,
      "\"static\" cannot be changed or deleted.",
      "Put a source of another name."),
  SOURCE_UNKNOWN(
      Code.NOT_FOUND,
      "There is no source of that name.",
      "Correct the name, or put the source first."),
  SYNC_CONDITION(
      Code.INVALID_ARGUMENT,
      "A sync begins or ends in an atomic message, or with an expected revision.",
      "Send it in a message of its own."),
  SYNC_FOREIGN(
      Code.FAILED_PRECONDITION,
      "Another caller has a full refresh of the source under way.",
      "Wait until it ends; give each feeder a source of its own."),
  SYNC_NOT_BEGUN(
      Code.FAILED_PRECONDITION,
      "The call has begun no sync of this source, table and family, or another has begun one"
          + " since.",
      "Begin it again, and send all routes."),
  SYNC_REJECTIONS(
      Code.FAILED_PRECONDITION,
      "Operations of the sync were rejected, so nothing was swept.",
      "Begin it again without them, or end it with sweep_despite_rejections."),
  SYNC_SWEEP(
      Code.INVALID_ARGUMENT, "begin_sync has sweep_despite_rejections set.", "Set it in end_sync."),
  TABLE_DEFAULT(Code.FAILED_PRECONDITION, "\"default\" cannot be dropped.", "Flush it."),
  TABLE_DROPPED(
      Code.NOT_FOUND,
      "The table that is watched was dropped.",
      "Watch another, or create it again."),
  TABLE_MAX(
      Code.RESOURCE_EXHAUSTED, "There are as many tables as there may be.", "Drop one first."),
  TABLE_UNKNOWN(
      Code.NOT_FOUND,
      "There is no table of that name.",
      "Correct the name, or create the table first."),
  TAGS_TAG(
      Code.INVALID_ARGUMENT,
      "A tag is empty, too long, or has spaces or control characters.",
      "Give 1 to 64 bytes without them."),
  UPDATE_MASK_PATH(
      Code.INVALID_ARGUMENT,
      "The update mask names what cannot be put.",
      "Use distance, on_disconnect, delete_after or *.");

  private final Code code;
  private final String meaning;
  private final String remedy;

  RouteReason(Code code, String meaning, String remedy) {
    this.code = code;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  /// The name of the reason that a rule is told as.
  static String of(String rule) {
    return switch (rule) {
      case "action.missing", "destination.missing", "name.missing", "prefix.missing" ->
          Reason.FIELD_REQUIRED.name();
      case "detail.unknown",
          "family.unknown",
          "kind.unknown",
          "match_kind.unknown",
          "on_disconnect.unknown" ->
          Reason.VALUE_UNKNOWN.name();
      case "delete_after.range",
          "distance.range",
          "mask.length",
          "metric.range",
          "path_id.range",
          "start_prefix.match" ->
          Reason.VALUE_OUT_OF_RANGE.name();
      case "addresses.max", "operations.max", "sources.max", "tags.max" ->
          Reason.COUNT_OUT_OF_RANGE.name();
      case "interface.length", "interface_name.length" -> Reason.TEXT_TOO_LONG.name();
      case "interface_name.characters" -> INTERFACE_CHARACTERS.name();
      case "expected_revision.stale" -> Reason.REVISION_STALE.name();
      case "atomic.aborted" -> Reason.ABORTED_WITH_OTHERS.name();
      default -> Rejection.reason(rule);
    };
  }

  /// Of the status of a whole call; the result of an operation has the one that fits it best.
  public Code code() {
    return code;
  }

  /// What is wrong.
  public String meaning() {
    return meaning;
  }

  /// What its reader can do.
  public String remedy() {
    return remedy;
  }
}
