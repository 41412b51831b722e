package guidepost.cli.options;

import guidepost.cli.output.CommandException;
import guidepost.cli.output.CommandFailures;
import guidepost.client.CallError;
import guidepost.client.ClientTls;
import guidepost.client.ConnectFailure;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Optional;

/// Says why a server could not be reached, or would not answer this caller, and what to do.
///
/// @param profile what was tried
record ConnectionText(Profile profile) {

  private static final String NOT_PERMITTED = "PERMISSION_DENIED";

  /// What to say about a call that failed.
  CommandException of(StatusRuntimeException failure) {
    Optional<ConnectFailure> handshake = ConnectFailure.of(failure);
    if (handshake.isPresent()) {
      return CommandException.unavailable(
          "server %s: %s".formatted(profile.server(), text(handshake.get(), failure)));
    }
    Status.Code code = failure.getStatus().getCode();
    boolean isDenied =
        code == Status.Code.PERMISSION_DENIED
            && CallError.of(failure)
                .map(error -> error.reason().equals(NOT_PERMITTED))
                .orElse(true);
    if (code == Status.Code.UNAUTHENTICATED || isDenied) {
      return CommandException.rejected(
          "server %s: %s".formatted(profile.server(), isDenied ? denied(failure) : unknown()));
    }
    return CommandFailures.of(profile.server(), failure);
  }

  private String text(ConnectFailure why, StatusRuntimeException failure) {
    return switch (why) {
      case SERVER_IS_PLAINTEXT ->
          "speaks plaintext, not TLS; connect without --tls and its options, or to the port that"
              + " speaks TLS";
      case CLOSED_AT_ONCE -> closed();
      case CA_UNKNOWN ->
          tls()
              .ca()
              .map("its certificate is signed by no CA of %s; is it that server's?"::formatted)
              .orElse(
                  "its certificate is signed by no CA that Java trusts; name its CA with --ca"
                      + " FILE");
      case NAME_OTHER ->
          "its certificate is not for \"%s\"; check the address, or say what name it has with"
                  .formatted(tls().serverName().orElse(profile.server().host()))
              + " --server-name NAME";
      case CERTIFICATE_EXPIRED -> "its certificate has expired; its operator must renew it";
      case CERTIFICATE_NOT_YET_VALID ->
          "its certificate is not valid yet; check the clocks of this machine and of the server";
      case CERTIFICATE_INVALID ->
          "its certificate is not valid: "
              + CommandFailures.deepestMessage(failure.getStatus().getCause());
      case OWN_CERTIFICATE_MISSING ->
          own()
              .map("wants a certificate of another CA than that of %s"::formatted)
              .orElse("wants a certificate; show one with --cert FILE --key FILE");
      case OWN_CERTIFICATE_REFUSED ->
          own()
              .map(
                  "refuses the certificate of %s; has it expired, is it one for clients?"
                      ::formatted)
              .orElse("refuses the certificate that it was shown");
      case NOTHING_IN_COMMON ->
          "speaks TLS, but neither TLS 1.2 nor 1.3 with HTTP/2; is it the gRPC port of Guidepost?";
    };
  }

  private String closed() {
    if (profile.tls().isEmpty()) {
      return "closed the connection before it said anything, as a server does that wants TLS; try"
          + " --tls or --ca FILE";
    }
    return own()
        .map(
            "ended the connection after the handshake; it may refuse the certificate of %s"
                ::formatted)
        .orElse(
            "ended the connection after the handshake; it may want a certificate; show one with"
                + " --cert FILE --key FILE");
  }

  private ClientTls tls() {
    return profile.tls().orElse(ClientTls.TRUSTED);
  }

  private Optional<Path> own() {
    return tls().certificate();
  }

  private String unknown() {
    boolean hasToken = profile.token().isPresent() || profile.tokenFile().isPresent();
    if (hasToken) {
      return "does not accept this token; it is unknown, expired or revoked";
    }
    return own()
        .map("does not know the certificate of %s; its operator lists who may call"::formatted)
        .orElse(
            "wants to know who calls; show a token with --token-file FILE or $GUIDEPOST_TOKEN, or a"
                + " certificate with --cert FILE --key FILE");
  }

  private static String denied(StatusRuntimeException failure) {
    return "not permitted (%s); ask its operator for a grant"
        .formatted(CommandFailures.reason(failure.getStatus()));
  }
}
