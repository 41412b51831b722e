package guidepost.server;

/// A server could not start. The message names the address or directory, and what to do.
public final class ServerStartException extends Exception {

  private static final long serialVersionUID = 1;

  ServerStartException(String message, Throwable cause) {
    super(message, cause);
  }

  ServerStartException(String message) {
    super(message);
  }
}
