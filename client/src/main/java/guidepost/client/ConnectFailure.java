package guidepost.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/// Why a client and a server that reached each other could not come to terms.
///
/// Found by the types of what went wrong where there are some, and by the names of TLS alerts (RFC
/// 8446, 6.2) where the server says it. Both TLS libraries, Java's and BoringSSL, are understood.
public enum ConnectFailure {
  /// The client speaks TLS, and the server does not.
  SERVER_IS_PLAINTEXT,
  /// The server closes the connection before it says anything. Over plaintext it most likely wants
  /// TLS; over TLS it most likely refuses the client's certificate, or wants one, and its word on
  /// that was lost: TLS 1.3 sends it after the handshake, and a reset overtakes it.
  CLOSED_AT_ONCE,
  /// No CA that the client trusts has signed the server's certificate.
  CA_UNKNOWN,
  /// The server's certificate is for other names.
  NAME_OTHER,
  /// The server's certificate, or one that it depends on, has expired.
  CERTIFICATE_EXPIRED,
  /// The server's certificate, or one that it depends on, is not valid yet; or this machine's clock
  /// is wrong.
  CERTIFICATE_NOT_YET_VALID,
  /// The server's certificate breaks another rule.
  CERTIFICATE_INVALID,
  /// The server wants a certificate of this client, which has none, or none of a CA that the server
  /// takes.
  OWN_CERTIFICATE_MISSING,
  /// The server does not accept this client's certificate.
  OWN_CERTIFICATE_REFUSED,
  /// They have no version or cipher of TLS, or no protocol above it, in common.
  NOTHING_IN_COMMON;

  private static final Pattern NAMES =
      Pattern.compile("No (name matching|subject alternative)|hostname|host name");

  private static final Set<CertPathValidatorException.Reason> OF_ANOTHER_CA =
      Set.of(
          CertPathValidatorException.BasicReason.INVALID_SIGNATURE,
          PKIXReason.NO_TRUST_ANCHOR,
          PKIXReason.NAME_CHAINING);

  private static final List<String> OWN_REFUSED =
      List.of(
          "bad_certificate",
          "unsupported_certificate",
          "certificate_revoked",
          "certificate_expired",
          "certificate_unknown",
          "unknown_ca",
          "access_denied",
          // What a server with BoringSSL says of a certificate of a CA that it does not know.
          "internal_error");

  private static final List<String> NOTHING =
      List.of(
          "protocol_version",
          "handshake_failure",
          "no_application_protocol",
          "insufficient_security",
          "no cipher suites in common");

  /// What it was; empty if the call failed for another reason.
  public static Optional<ConnectFailure> of(StatusRuntimeException failure) {
    Status status = failure.getStatus();
    if (status.getCode() != Status.Code.UNAVAILABLE) {
      return Optional.empty();
    }
    List<Throwable> causes =
        Stream.iterate(status.getCause(), cause -> cause != null, Throwable::getCause).toList();
    return Stream.<Optional<ConnectFailure>>of(
            byType(causes), byRule(causes), byAlert(status, causes), byClosing(status, causes))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<ConnectFailure> byType(List<Throwable> causes) {
    if (has(causes, NotSslRecordException.class)) {
      return Optional.of(SERVER_IS_PLAINTEXT);
    }
    if (has(causes, CertificateExpiredException.class)) {
      return Optional.of(CERTIFICATE_EXPIRED);
    }
    if (has(causes, CertificateNotYetValidException.class)) {
      return Optional.of(CERTIFICATE_NOT_YET_VALID);
    }
    boolean isOfAnother =
        causes.stream()
            .anyMatch(
                cause ->
                    cause instanceof CertPathValidatorException invalid
                        && OF_ANOTHER_CA.contains(invalid.getReason()));
    return isOfAnother || has(causes, CertPathBuilderException.class)
        ? Optional.of(CA_UNKNOWN)
        : Optional.empty();
  }

  private static boolean has(List<Throwable> causes, Class<? extends Throwable> type) {
    return causes.stream().anyMatch(type::isInstance);
  }

  /// What the server's alert says.
  private static Optional<ConnectFailure> byAlert(Status status, List<Throwable> causes) {
    if (String.valueOf(status.getDescription()).startsWith("Failed ALPN")) {
      return Optional.of(NOTHING_IN_COMMON);
    }
    String texts = texts(causes);
    if (texts.contains("certificate_required")) {
      return Optional.of(OWN_CERTIFICATE_MISSING);
    }
    if (OWN_REFUSED.stream().anyMatch(texts::contains)) {
      return Optional.of(OWN_CERTIFICATE_REFUSED);
    }
    return NOTHING.stream().anyMatch(texts::contains)
        ? Optional.of(NOTHING_IN_COMMON)
        : Optional.empty();
  }

  /// Of TLS only: other libraries use these words too.
  private static String texts(List<Throwable> causes) {
    StringBuilder texts = new StringBuilder();
    causes.stream()
        .filter(SSLException.class::isInstance)
        .forEach(cause -> texts.append(cause.getMessage()).append('\n'));
    return texts.toString().toLowerCase(Locale.ROOT);
  }

  /// What this client found wrong: before the alerts, as the one that it sends itself is in the
  /// text.
  private static Optional<ConnectFailure> byRule(List<Throwable> causes) {
    return causes.stream()
        .filter(CertificateException.class::isInstance)
        .map(cause -> String.valueOf(cause.getMessage()))
        .findFirst()
        .map(text -> NAMES.matcher(text).find() ? NAME_OTHER : CERTIFICATE_INVALID);
  }

  /// A connection that the server closes before it says anything.
  private static Optional<ConnectFailure> byClosing(Status status, List<Throwable> causes) {
    String text = String.valueOf(status.getDescription());
    boolean isTls = has(causes, SSLException.class);
    return !isTls && (text.contains("closed for unknown reason") || isReset(causes))
        ? Optional.of(CLOSED_AT_ONCE)
        : Optional.empty();
  }

  /// A server that closes before it has read all that came resets the connection.
  private static boolean isReset(List<Throwable> causes) {
    return causes.stream()
        .anyMatch(
            cause ->
                cause instanceof IOException
                    && String.valueOf(cause.getMessage()).contains("Connection reset"));
  }
}
