package guidepost.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;

/// What is known of the operations of a write that ended badly before they were answered.
///
/// ```java
/// try {
///   stream.sync();
/// } catch (StatusRuntimeException e) {
///   if (WriteOutcome.of(e) == WriteOutcome.REFUSED) { ... } // send again
/// }
/// ```
public enum WriteOutcome {

  /// Nothing of them was done, and nothing of them ever will be: they can be sent again.
  REFUSED,

  /// They may have been done, or may be found after a restart of the server: ask before sending
  /// again what must not be done twice. Also if the connection broke.
  UNKNOWN;

  private static final String DOMAIN = "guidepost";

  // docs/reference/errors.md lists them. The code alone says it for none: an answer that is too
  // large for its connection or its client is RESOURCE_EXHAUSTED too.
  private static final Set<String> REFUSALS =
      Set.of(
          "ABANDONED",
          "CALLER_HOLDS_TOO_MUCH",
          "CALLER_TOO_FAST",
          "DISK_FULL",
          "NO_LEADER",
          "NOT_WRITTEN",
          "OVERLOADED",
          "SUPERSEDED",
          "WRITER_STOPPED");

  /// What a failure says: the server gives its reason in a google.rpc.ErrorInfo. Where no
  /// connection was made, nothing was sent.
  public static WriteOutcome of(StatusRuntimeException failure) {
    return isNeverSent(failure.getStatus())
            || reason(failure).filter(REFUSALS::contains).isPresent()
        ? REFUSED
        : UNKNOWN;
  }

  private static boolean isNeverSent(Status status) {
    return status.getCode() == Status.Code.UNAVAILABLE
        && Stream.iterate(status.getCause(), cause -> cause != null, Throwable::getCause)
            .anyMatch(
                cause ->
                    cause instanceof ConnectException
                        || cause instanceof UnknownHostException
                        || cause instanceof SSLHandshakeException);
  }

  private static Optional<String> reason(StatusRuntimeException failure) {
    com.google.rpc.Status status = StatusProto.fromThrowable(failure);
    if (status == null) {
      return Optional.empty();
    }
    return status.getDetailsList().stream()
        .filter(detail -> detail.is(ErrorInfo.class))
        .map(WriteOutcome::unpacked)
        .filter(info -> info.getDomain().equals(DOMAIN))
        .map(ErrorInfo::getReason)
        .findFirst();
  }

  private static ErrorInfo unpacked(com.google.protobuf.Any detail) {
    try {
      return detail.unpack(ErrorInfo.class);
    } catch (InvalidProtocolBufferException e) {
      return ErrorInfo.getDefaultInstance();
    }
  }
}
