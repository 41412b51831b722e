package guidepost.calls;

import io.grpc.Status.Code;
import java.util.EnumSet;
import java.util.Set;

/// Why a call is not done, for programs: the stable names that `google.rpc.ErrorInfo` carries as
/// its `reason`, the results of a stream of operations as their `reason`, and JSON as its. Each has
/// one status code, what it means, and what its reader can do. `docs/reference/errors.md` is made
/// of this table.
///
/// A reason says which rule was broken; the field and the value that broke it travel beside it. It
/// differs from its neighbours as follows: what is wrong with the request alone, whatever the
/// server holds, is INVALID_ARGUMENT; what depends on what the server holds is NOT_FOUND,
/// ALREADY_EXISTS or FAILED_PRECONDITION; what depends on how busy it is, RESOURCE_EXHAUSTED or
/// UNAVAILABLE.
///
/// Threads: any.
public enum Reason {
  // What is wrong with a request.
  FIELD_REQUIRED(Code.INVALID_ARGUMENT, "A field that must be set is not.", "Set the field."),
  VALUE_OUT_OF_RANGE(
      Code.INVALID_ARGUMENT,
      "A number, time, distance or coordinate is outside its range.",
      "Send a value in the range that the text names."),
  VALUE_UNKNOWN(
      Code.INVALID_ARGUMENT,
      "A field has a value of an enumeration that this server does not know.",
      "Send a known value, or update the server."),
  TEXT_TOO_LONG(
      Code.INVALID_ARGUMENT,
      "A text has more bytes of UTF-8 than its field may have.",
      "Shorten the text."),
  TEXT_WITH_NUL(
      Code.INVALID_ARGUMENT,
      "A text contains the character NUL, which ends a text in many programs.",
      "Remove the character."),
  COUNT_OUT_OF_RANGE(
      Code.INVALID_ARGUMENT,
      "A list has fewer or more entries than it may have.",
      "Send a number of entries in the range that the text names; split a long list."),
  BOX_UPSIDE_DOWN(
      Code.INVALID_ARGUMENT,
      "The northern edge of a box is south of its southern edge.",
      "Exchange the two edges."),
  PATH_TOO_LONG(
      Code.INVALID_ARGUMENT,
      "A path is longer than it may be.",
      "Send a part of the path, and the rest in other requests."),
  PATH_WITHOUT_LENGTH(
      Code.INVALID_ARGUMENT,
      "All points of a path are at one place, so it leads nowhere.",
      "Ask with a circle around that place."),
  SEGMENT_TOO_LONG(
      Code.INVALID_ARGUMENT,
      "Two consecutive points of a line are too far apart.",
      "Add points between the two."),
  PAGE_TOKEN_FOREIGN(
      Code.INVALID_ARGUMENT,
      "A page token is not one that this server gave for this request.",
      "Send the next_page_token of the response before, with the same request; or start again "
          + "without a token."),
  MESSAGE_OUT_OF_ORDER(
      Code.INVALID_ARGUMENT,
      "A message of a stream is not one that may come at this place, such as a second start.",
      "Send the messages in the order that the call documents."),
  MESSAGE_MALFORMED(
      Code.INVALID_ARGUMENT,
      "The bytes of a request are not the message that the call takes.",
      "Generate the client from the same version of the contract."),
  // What is wrong with a request to the web port.
  FIELD_UNKNOWN(
      Code.INVALID_ARGUMENT,
      "A field of JSON, or a parameter of a query, is not one of the request's.",
      "Correct its name; the text lists those that there are."),
  FIELD_MALFORMED(
      Code.INVALID_ARGUMENT,
      "The JSON, or the text of a parameter, is no value of its field.",
      "Send a value of the kind that the text names."),
  PATH_UNKNOWN(
      Code.NOT_FOUND, "Nothing is served at that path.", "See /openapi.json for what is served."),
  HTTP_METHOD_UNKNOWN(
      Code.UNIMPLEMENTED,
      "The path is served, but not with that method of HTTP.",
      "Use one of the methods that the header Allow names."),
  CONTENT_TYPE_UNKNOWN(
      Code.INVALID_ARGUMENT,
      "The body is of a kind that is not read here, or does not say of which.",
      "Send JSON, with the header Content-Type: application/json."),
  ACCEPT_UNKNOWN(
      Code.INVALID_ARGUMENT,
      "The answer cannot be given in a form that the request accepts.",
      "Ask for one of the forms that the text names with the header Accept."),
  ORIGIN_UNKNOWN(
      Code.PERMISSION_DENIED,
      "A page of another site may not read answers of this server.",
      "The operator can list the page's site in web.origins."),
  NOT_READY(
      Code.UNAVAILABLE,
      "A part of the server does not serve: nothing can be written, or a defect has stopped it.",
      "Use another server; the operator finds the cause in the log."),
  HTTP_MALFORMED(
      Code.INVALID_ARGUMENT,
      "The request is not one that HTTP knows, or its path or headers are too long.",
      "Correct the client."),
  REQUEST_TIMED_OUT(
      Code.DEADLINE_EXCEEDED,
      "The request did not arrive in time, or was not answered in time.",
      "Send it faster, or ask for less."),
  // What is not there, is there already, or is in another state.
  FEATURE_NOT_FOUND(
      Code.NOT_FOUND, "No feature has that id.", "List the features of the area; check the id."),
  NOTE_NOT_FOUND(
      Code.NOT_FOUND,
      "No live note has that id: it never existed, or it has ended.",
      "Treat the note as ended."),
  NOTE_KIND_NOT_FOUND(
      Code.NOT_FOUND,
      "The server has no note kind of that name.",
      "Use a kind that ListNoteKinds lists, or ask the operator to add it."),
  TRIP_NOT_FOUND(
      Code.NOT_FOUND,
      "No trip has that id: it never existed, or it was deleted.",
      "List the trips; check the id."),
  REVISION_STALE(
      Code.FAILED_PRECONDITION,
      "Something else was written since the revision that the request expects.",
      "Read again, decide again, and send the request with the new revision."),
  ABORTED_WITH_OTHERS(
      Code.ABORTED,
      "Another operation of the same atomic message was rejected, so this one was not done.",
      "Correct the operation that names a reason of its own, and send all of them again."),
  TRIP_FINISHED(
      Code.FAILED_PRECONDITION,
      "The trip is finished; nothing can be added to it.",
      "Begin another trip."),
  BATCH_OUT_OF_SEQUENCE(
      Code.FAILED_PRECONDITION,
      "The number of a batch leaves a gap after the last one that the trip has.",
      "Send the batches that are missing first, or begin again and read the last number."),
  FIX_IN_FUTURE(
      Code.FAILED_PRECONDITION,
      "The time of a fix is more than a day ahead of the server's clock.",
      "Send the batch without that fix, under the same number; check the device's clock."),
  AUTHORITY_UNKNOWN(
      Code.INVALID_ARGUMENT,
      "The call asks for a server of another name.",
      "Call the server by one of its names; the operator can list more in access.authorities."),
  UNAUTHENTICATED(
      Code.UNAUTHENTICATED,
      "The call does not prove who makes it. The server's log says why not.",
      "Send a valid token or certificate; ask the operator."),
  PERMISSION_DENIED(
      Code.PERMISSION_DENIED,
      "The caller has no grant for the call, or for what an operation names, whether that exists or"
          + " not.",
      "Ask the operator for a grant."),
  GRANTS_CHANGED(
      Code.UNAVAILABLE,
      "The operator has changed what the caller may do since the stream began.",
      "Begin it again: a watch goes on where it was, if the caller still may."),
  NOT_AUTHOR(
      Code.PERMISSION_DENIED, "Only the author of a note may close it.", "Deny the note instead."),
  // Earlier states.
  REVISION_TRIMMED(
      Code.OUT_OF_RANGE,
      "The retained log no longer leads back to that revision or time. The metadata names the "
          + "oldest_revision and, if known, the oldest_time.",
      "Ask about a later state; start a watch again with a snapshot; keep more history."),
  REVISION_AHEAD(
      Code.OUT_OF_RANGE,
      "The server has not reached that revision. The metadata names the newest_revision and the "
          + "oldest_revision.",
      "Wait for it with a watch; if the server was restored, start again with a snapshot."),
  TIME_AHEAD(
      Code.OUT_OF_RANGE,
      "The time is more than 60 s ahead of the server's clock.",
      "Ask about a time that has passed; check the clocks."),
  TIMELINE_OTHER(
      Code.OUT_OF_RANGE,
      "The revision belongs to another timeline, as after a restore or a load.",
      "Start again with a snapshot."),
  // Limits and overload.
  OVERLOADED(
      Code.RESOURCE_EXHAUSTED,
      "Too much waits to be written, or is being answered.",
      "Retry after the delay of google.rpc.RetryInfo."),
  CALLER_TOO_FAST(
      Code.RESOURCE_EXHAUSTED,
      "The caller does this more often than one caller may.",
      "Retry after the delay of google.rpc.RetryInfo."),
  CALLER_HOLDS_TOO_MUCH(
      Code.RESOURCE_EXHAUSTED,
      "The caller has as many connections or streams open as one identity may have.",
      "Close some that are not needed, or ask the operator for more."),
  CONNECTION_OVER_SHARE(
      Code.RESOURCE_EXHAUSTED,
      "More waits for this connection's client than one connection may keep waiting.",
      "Read the answers of earlier calls; make fewer calls at once."),
  SERVER_OVER_BUDGET(
      Code.RESOURCE_EXHAUSTED,
      "More waits for all clients than the server's budget allows.",
      "Retry later; the operator can give the server more memory."),
  CLIENT_STALLED(
      Code.RESOURCE_EXHAUSTED,
      "The client took nothing of its answer for longer than a call may stall.",
      "Read faster, or ask for less."),
  CLIENT_TOO_SLOW(
      Code.RESOURCE_EXHAUSTED,
      "The client left more live messages unread than are kept for it.",
      "Read faster; call again."),
  MESSAGE_TOO_LARGE(
      Code.RESOURCE_EXHAUSTED,
      "A request has more bytes than a message may have.",
      "Split the request."),
  TOO_MANY_SUBSCRIBERS(
      Code.RESOURCE_EXHAUSTED,
      "As many clients subscribe to notes as the server allows.",
      "Retry later, or use another server."),
  TOO_MANY_WATCHES(
      Code.RESOURCE_EXHAUSTED,
      "As many watches are open as the server allows.",
      "Share one watch among several readers, or use another server."),
  TOO_MANY_RESULTS(
      Code.RESOURCE_EXHAUSTED,
      "The answer has more entries than one answer may have.",
      "Ask about a smaller area, or with a filter."),
  TOO_MANY_TRIPS(
      Code.RESOURCE_EXHAUSTED,
      "The server keeps as many trips as it may.",
      "Delete trips that are no longer needed."),
  TRIP_TOO_LONG(
      Code.RESOURCE_EXHAUSTED,
      "The trip has as many fixes as one trip may have.",
      "Finish it and begin another."),
  SETTINGS_REJECTED(
      Code.FAILED_PRECONDITION,
      "The server's settings cannot be read, or break a rule; those in force stay.",
      "Correct what the text names, and reload again."),
  ALREADY_RUNNING(
      Code.RESOURCE_EXHAUSTED,
      "An administrative call of this kind is running already.",
      "Wait until it ends."),
  // The server cannot do it now, or not at all.
  ENGINE_WITHOUT_FILES(
      Code.UNIMPLEMENTED,
      "The journals are not kept in files of this server, so there are none to copy or compact.",
      "Use a dump for a backup."),
  SHUTTING_DOWN(
      Code.UNAVAILABLE,
      "The server is shutting down.",
      "Retry after the delay of google.rpc.RetryInfo, or use another server."),
  OUTCOME_UNKNOWN(
      Code.UNAVAILABLE,
      "Writing failed in such a way that the change may be found after a restart, or may not.",
      "Read before sending again what must not be done twice."),
  DISK_FULL(
      Code.UNAVAILABLE,
      "The device is full; nothing was written.",
      "Retry when the operator has freed space."),
  NOT_WRITTEN(
      Code.UNAVAILABLE, "The device failed; nothing was written.", "Retry; tell the operator."),
  WRITER_STOPPED(
      Code.UNAVAILABLE, "The server no longer writes; nothing was written.", "Use another server."),
  SUPERSEDED(
      Code.UNAVAILABLE,
      "Another server has taken over the writes; nothing was written here.",
      "Send it to the server that takes the writes."),
  NOT_LEADING(
      Code.FAILED_PRECONDITION,
      "This server does not lead a cluster, so it cannot hand over.",
      "Ask the server that leads; its address is in the cluster's status."),
  NO_LEADER(
      Code.UNAVAILABLE,
      "No server of the cluster leads now, or the call cannot be handed to the one that does;"
          + " nothing was written.",
      "Send it again after the delay; another server soon leads."),
  FOLLOWER_BEHIND(
      Code.UNAVAILABLE,
      "This server of the cluster has not yet seen what the caller has seen or written.",
      "Ask again after the delay, or ask another server. What a write's answer was held for is"
          + " written."),
  ABANDONED(
      Code.UNAVAILABLE,
      "A write before this one failed, so this one was not tried; nothing was written.",
      "Send it again."),
  NOT_READ(Code.UNAVAILABLE, "The device cannot be read.", "Retry; tell the operator."),
  PART_STOPPED(
      Code.UNAVAILABLE,
      "A defect has stopped a part of the server; its health says so too.",
      "Use another server; the operator must restart this one."),
  DATA_CORRUPT(
      Code.DATA_LOSS,
      "Stored bytes are not what was written.",
      "The operator runs verify, and restores a backup if it confirms the damage."),
  DEFECT(
      Code.INTERNAL,
      "A defect of the server; its log has the details.",
      "Report it with the server's log.");

  private static final Set<Reason> NOTHING_DONE =
      EnumSet.of(
          OVERLOADED,
          CALLER_TOO_FAST,
          CALLER_HOLDS_TOO_MUCH,
          DISK_FULL,
          NOT_WRITTEN,
          WRITER_STOPPED,
          SUPERSEDED,
          NO_LEADER,
          ABANDONED);

  private final Code code;
  private final String meaning;
  private final String remedy;

  Reason(Code code, String meaning, String remedy) {
    this.code = code;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  /// The status of a call that ends for this reason.
  public Code code() {
    return code;
  }

  /// What it means, a sentence or two.
  public String meaning() {
    return meaning;
  }

  /// What the client, or its user, can do.
  public String remedy() {
    return remedy;
  }

  /// True if of a write that ended for this reason nothing was done, and nothing of it ever will
  /// be, so that the same write can be sent again. The clients decide by this list what they retry.
  ///
  /// False for the others of RESOURCE_EXHAUSTED: they may end a call whose write was done and whose
  /// answer was not sent, or would end the same write again.
  public boolean isNothingDone() {
    return NOTHING_DONE.contains(this);
  }
}
