package guidepost.server;

import guidepost.calls.Caller;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The Unix domain socket `admin.sock` in the data directory, and the services that are answered
/// there and nowhere else. Which users may open it is a matter of the file system: the directory is
/// its user's only, and the socket has mode 0600. An address does not identify the caller: behind a
/// proxy on the same machine everybody comes from it.
///
/// A path that is too long for a socket's address is reached by way of a link in the directory of
/// temporary files.
///
/// Threads: any.
final class AdminEndpoint {

  private static final String NAME = "admin.sock";

  /// Most bytes in a socket's address, on the systems that have the shortest ones.
  private static final int ADDRESS_BYTES_MAX = 103;

  /// Calls that were cancelled end within milliseconds: longer is a defect, and the server goes on.
  private static final long CUT_SECONDS = 5;

  private static final ServerInterceptor CALLED_BY_OWNER =
      new ServerInterceptor() {
        private final Caller owner = Caller.ofSocket(NAME);

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
          return Contexts.interceptCall(owner.in(Context.current(), ""), call, headers, next);
        }
      };

  private final Path socket;
  private final Server server;
  private final EventLoopGroup loop;

  private AdminEndpoint(Path socket, Server server, EventLoopGroup loop) {
    this.socket = socket;
    this.server = server;
    this.loop = loop;
  }

  /// Binds the socket; one that a killed server left is replaced.
  ///
  /// @param data a directory that this process has locked
  /// @throws IOException if it cannot be made there
  static AdminEndpoint bind(Path data, List<ServerServiceDefinition> services) throws IOException {
    Path socket = data.toAbsolutePath().resolve(NAME);
    Files.deleteIfExists(socket);
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      Server[] server = new Server[1];
      withAddress(socket, address -> server[0] = started(address, loop, services));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      return new AdminEndpoint(socket, server[0], loop);
    } catch (IOException | RuntimeException e) {
      var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw e;
    }
  }

  private interface Use {
    void with(UnixDomainSocketAddress address) throws IOException;
  }

  private static void withAddress(Path socket, Use use) throws IOException {
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= ADDRESS_BYTES_MAX) {
      use.with(UnixDomainSocketAddress.of(socket));
      return;
    }
    Path temporary = Files.createTempDirectory("guidepost-");
    Path link = temporary.resolve("data");
    try {
      Files.createSymbolicLink(link, socket.getParent());
      use.with(UnixDomainSocketAddress.of(link.resolve(NAME)));
    } finally {
      Files.deleteIfExists(link);
      Files.delete(temporary);
    }
  }

  private static Server started(
      UnixDomainSocketAddress address, EventLoopGroup loop, List<ServerServiceDefinition> services)
      throws IOException {
    return NettyServerBuilder.forAddress(address)
        .channelType(NioServerDomainSocketChannel.class)
        .bossEventLoopGroup(loop)
        .workerEventLoopGroup(loop)
        .directExecutor()
        .addServices(services)
        .intercept(CALLED_BY_OWNER)
        .build()
        .start();
  }

  /// The full names of all that it answers.
  Stream<String> rpcs() {
    return Endpoint.rpcs(server);
  }

  /// Where it is.
  Path socket() {
    return socket;
  }

  /// Takes no new calls.
  void finish() {
    server.shutdown();
  }

  /// Cuts the calls under way, and removes the socket.
  ///
  /// @param failed hears of what could not be done
  void cut(Consumer<Exception> failed) {
    server.shutdownNow();
    try {
      server.awaitTermination(CUT_SECONDS, TimeUnit.SECONDS);
      var _ = loop.shutdownGracefully(0, CUT_SECONDS, TimeUnit.SECONDS);
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      failed.accept(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
