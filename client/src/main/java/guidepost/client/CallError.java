package guidepost.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Why the server did not do a call, for programs: what its `google.rpc.ErrorInfo` says. The text
/// of a status is for people, and may change.
///
/// Threads: any; immutable.
///
/// @param reason a stable name, like `MASK_NONCONTIGUOUS`
/// @param field what it is about; empty if nothing
/// @param value what stood there, shortened; empty if nothing
/// @param metadata all facts, by name
public record CallError(String reason, String field, String value, Map<String, String> metadata) {

  /// No route covers the destination that was asked about.
  public static final String DESTINATION_UNCOVERED = "DESTINATION_UNCOVERED";

  /// What was asked for may be done, or may be found done later.
  public static final String OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN";

  /// The server's log no longer goes back to a revision or time.
  public static final String REVISION_TRIMMED = "REVISION_TRIMMED";

  private static final String DOMAIN = "guidepost";

  /// What a failed call tells programs; empty if it tells them nothing, as when no server answered.
  public static Optional<CallError> of(StatusRuntimeException failure) {
    Status status = StatusProto.fromThrowable(failure);
    if (status == null) {
      return Optional.empty();
    }
    return status.getDetailsList().stream()
        .filter(detail -> detail.is(ErrorInfo.class))
        .map(CallError::info)
        .filter(info -> info.getDomain().equals(DOMAIN))
        .findFirst()
        .map(CallError::of);
  }

  /// How long to wait before a retry can succeed; empty if it cannot, or nobody knows when.
  public static Optional<Duration> retryAfter(StatusRuntimeException failure) {
    Status status = StatusProto.fromThrowable(failure);
    if (status == null) {
      return Optional.empty();
    }
    return status.getDetailsList().stream()
        .filter(detail -> detail.is(RetryInfo.class))
        .findFirst()
        .map(detail -> unpacked(detail, RetryInfo.getDefaultInstance()).getRetryDelay())
        .map(delay -> Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
  }

  private static ErrorInfo info(Any detail) {
    return unpacked(detail, ErrorInfo.getDefaultInstance());
  }

  private static <M extends Message> M unpacked(Any detail, M unreadable) {
    try {
      return detail.unpackSameTypeAs(unreadable);
    } catch (InvalidProtocolBufferException e) {
      return unreadable;
    }
  }

  private static CallError of(ErrorInfo info) {
    return new CallError(
        info.getReason(),
        info.getMetadataOrDefault("field", ""),
        info.getMetadataOrDefault("value", ""),
        Map.copyOf(info.getMetadataMap()));
  }
}
