package guidepost.calls;

import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import io.grpc.Status;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Why a call is not done, for people and for programs. [Failures] makes a status of it: the code
/// and the text, and what programs read beside them, `google.rpc.ErrorInfo`, `BadRequest` and
/// `RetryInfo`.
///
/// Threads: any; immutable.
///
/// @param code of the status
/// @param reason the rule, for programs: a [Reason], or a stable name of routes like
///   `MASK_NONCONTIGUOUS`
/// @param field the path of what it is about, as the caller knows it; empty if nothing
/// @param value what stood there, shortened; empty if nothing
/// @param text field, value and rule, for people
/// @param metadata more facts, by name: for example the oldest revision that is kept
/// @param retryAfter when a retry may succeed; empty if it cannot, or nobody knows when
public record Rejection(
    Status.Code code,
    String reason,
    String field,
    String value,
    String text,
    Map<String, String> metadata,
    Optional<Duration> retryAfter) {

  /// A line stays readable.
  private static final int VALUE_LENGTH_MAX = 100;

  /// One without further facts.
  public Rejection(Status.Code code, String reason, String field, String value, String text) {
    this(code, reason, field, value, text, Map.of(), Optional.empty());
  }

  /// Of a call as a whole.
  ///
  /// @param text subject, what happened, what to do next
  public static Rejection of(Reason reason, String text) {
    return new Rejection(reason.code(), reason.name(), "", "", text);
  }

  /// Of a field; the text reads `FIELD "VALUE": RULE`.
  ///
  /// @param field its path in the request, like `routes[3].prefix`
  /// @param rule what holds for it: `must be 1..1000`
  public static Rejection of(Reason reason, String field, Object value, String rule) {
    String shown = shortened(value.toString());
    return new Rejection(
        reason.code(), reason.name(), field, shown, "%s \"%s\": %s".formatted(field, shown, rule));
  }

  /// Of an operation that expects something else: FAILED_PRECONDITION, whatever code the reason has
  /// where it ends a call.
  public static Rejection conflict(Reason reason, String field, Object value, String rule) {
    Rejection why = of(reason, field, value, rule);
    return new Rejection(
        Status.Code.FAILED_PRECONDITION, why.reason, why.field, why.value, why.text);
  }

  /// Of a name of what does not exist; the text reads `no THING matches "VALUE"`.
  public static Rejection notFound(Reason reason, String field, Object value, String thing) {
    String shown = shortened(value.toString());
    return new Rejection(
        reason.code(), reason.name(), field, shown, "no %s matches \"%s\"".formatted(thing, shown));
  }

  /// Of a field that is not set; the text reads `FIELD: must be set: WHAT`.
  ///
  /// @param what it is
  public static Rejection missing(String field, String what) {
    return new Rejection(
        Reason.FIELD_REQUIRED.code(),
        Reason.FIELD_REQUIRED.name(),
        field,
        "",
        "%s: must be set: %s".formatted(field, what));
  }

  private static String shortened(String value) {
    return value.length() <= VALUE_LENGTH_MAX ? value : value.substring(0, VALUE_LENGTH_MAX) + "…";
  }

  /// The same of a message in a stream: `point at index 3: latitude "…": must be …`, of the field
  /// `points[3].latitude`.
  ///
  /// @param what one of them is called
  /// @param index from 0
  public Rejection at(String what, long index) {
    String element = "%ss[%d]".formatted(what, index);
    return new Rejection(
        code,
        reason,
        field.isEmpty() ? element : element + "." + field,
        value,
        "%s at index %d: %s".formatted(what, index, text),
        metadata,
        retryAfter);
  }

  /// The reason that a rule is told as: `mask.noncontiguous` as `MASK_NONCONTIGUOUS`.
  public static String reason(String rule) {
    return rule.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
  }

  /// The same with another fact.
  public Rejection with(String name, Object fact) {
    Map<String, String> more = new LinkedHashMap<>(metadata);
    more.put(name, fact.toString());
    return new Rejection(code, reason, field, value, text, more, retryAfter);
  }

  /// The same where a retry may succeed.
  public Rejection retryAfter(Duration delay) {
    return new Rejection(code, reason, field, value, text, metadata, Optional.of(delay));
  }

  /// Into the result of an operation, which carries the same facts as a status.
  public void into(OperationResult.Builder result) {
    result.setCode(resultCode()).setText(text).setReason(reason).setField(field).setValue(value);
  }

  private ResultCode resultCode() {
    return switch (code) {
      case NOT_FOUND -> ResultCode.RESULT_CODE_UNKNOWN;
      case FAILED_PRECONDITION, ALREADY_EXISTS -> ResultCode.RESULT_CODE_CONFLICT;
      case ABORTED -> ResultCode.RESULT_CODE_ABORTED;
      case PERMISSION_DENIED -> ResultCode.RESULT_CODE_DENIED;
      case INVALID_ARGUMENT, RESOURCE_EXHAUSTED -> ResultCode.RESULT_CODE_INVALID;
      default -> throw new IllegalStateException("no result of an operation: " + code);
    };
  }

  /// As an exception, for where there is no other way out.
  public RejectedException asException() {
    return new RejectedException(this);
  }
}
