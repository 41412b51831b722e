package guidepost.server;

import guidepost.access.Access;
import guidepost.calls.IdentityMeters;
import guidepost.settings.SettingsException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/// A server's access, opened on a thread of its own while another reads the data: certificates and
/// TLS take a quarter of a second of classes and native libraries, and need nothing of the data.
///
/// Threads: any.
final class AccessOpening implements AutoCloseable {

  private final CompletableFuture<Access> access = new CompletableFuture<>();

  private AccessOpening() {}

  /// Begins to read what the options name.
  static AccessOpening begin(ServerOptions options, IdentityMeters meters) {
    AccessOpening opening = new AccessOpening();
    Thread.ofPlatform()
        .name("guidepost-access-opening")
        .daemon()
        .start(() -> opening.open(options, meters));
    return opening;
  }

  private void open(ServerOptions options, IdentityMeters meters) {
    try {
      access.complete(Access.open(options.access(), meters, names(options)));
    } catch (SettingsException e) {
      access.completeExceptionally(
          new ServerStartException(
              ServerStartException.Reason.OPTIONS, String.valueOf(e.getMessage()), e));
    } catch (RuntimeException | Error e) {
      access.completeExceptionally(e);
    }
  }

  private static List<String> names(ServerOptions options) {
    return Stream.of(
            options.listen().stream().map(ListenAddress::host),
            options.web().stream().flatMap(web -> web.hosts().stream()),
            options.cluster().advertised().stream().map(ListenAddress::host))
        .flatMap(each -> each)
        .toList();
  }

  /// The access, as soon as it is open.
  ///
  /// @throws ServerStartException if something is wrong with one of its files
  Access opened() throws ServerStartException {
    try {
      return access.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ServerStartException known) {
        throw known;
      }
      throw e;
    }
  }

  /// Closes it, once it is open; one that failed has nothing to close.
  @Override
  public void close() {
    var _ =
        access.handle(
            (opened, _) -> {
              if (opened != null) {
                opened.close();
              }
              return opened;
            });
  }
}
