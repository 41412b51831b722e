package guidepost.calls;

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
/// @param reason the rule, for programs: a stable name like `MASK_NONCONTIGUOUS`
/// @param field what it is about, as the caller knows it; empty if nothing
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

  /// One without further facts.
  public Rejection(Status.Code code, String reason, String field, String value, String text) {
    this(code, reason, field, value, text, Map.of(), Optional.empty());
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

  /// As an exception, for where there is no other way out.
  public RejectedException asException() {
    return new RejectedException(this);
  }
}
