package guidepost.client;

import guidepost.server.v1.AdminGrpc;
import guidepost.server.v1.BackupRequest;
import guidepost.server.v1.BackupResponse;
import guidepost.server.v1.CompactRequest;
import guidepost.server.v1.CompactResponse;
import guidepost.server.v1.DumpRequest;
import guidepost.server.v1.DumpResponse;
import guidepost.server.v1.HandOverRequest;
import guidepost.server.v1.HandOverResponse;
import guidepost.server.v1.ReloadSettingsRequest;
import guidepost.server.v1.ReloadSettingsResponse;
import guidepost.server.v1.VerifyRequest;
import guidepost.server.v1.VerifyResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Administers a running server's data, over the Unix domain socket in its data directory: who may
/// read the directory may use it, and nobody else.
///
/// What reads or writes all of the data may say nothing for minutes, so there is no bound on the
/// wait for an answer; that the server is gone, the connection finds out by itself.
///
/// Threads: any.
public final class AdminClient implements AutoCloseable {

  private static final String SOCKET = "admin.sock";
  private static final String LINK = "data";

  /// Most bytes in a socket's address, on the systems that have the shortest ones.
  private static final int ADDRESS_BYTES_MAX = 103;

  /// A backup of a large directory over a slow line takes hours.
  private static final Duration PATIENCE = Duration.ofDays(7);

  /// A command that is done must not wait for a server that does not answer.
  private static final long CLOSE_SECONDS_MAX = 2;

  /// `grpc.health.v1.Health/Check`: not worth a library for users of this one. An empty request
  /// asks about all services together.
  private static final MethodDescriptor<byte[], byte[]> HEALTH =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("grpc.health.v1.Health/Check")
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();

  /// `status: SERVING`, the first field with the value 1.
  private static final byte[] SERVING = {1 << 3, 1};

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final ManagedChannel channel;
  private final ClientLoop loop;
  private final Optional<Path> temporary;

  private AdminClient(ManagedChannel channel, ClientLoop loop, Optional<Path> temporary) {
    this.channel = channel;
    this.loop = loop;
    this.temporary = temporary;
  }

  /// Connects to the server that has a data directory open.
  ///
  /// @return empty if none has
  /// @throws IOException if this user may not connect to it
  public static Optional<AdminClient> find(Path data) throws IOException {
    Path socket = data.toAbsolutePath().resolve(SOCKET);
    if (!Files.exists(socket)) {
      return Optional.empty();
    }
    boolean isShort =
        socket.toString().getBytes(StandardCharsets.UTF_8).length <= ADDRESS_BYTES_MAX;
    Optional<Path> temporary = isShort ? Optional.empty() : Optional.of(linked(data));
    UnixDomainSocketAddress address =
        UnixDomainSocketAddress.of(
            temporary.map(made -> made.resolve(LINK).resolve(SOCKET)).orElse(socket));
    if (!listens(address)) {
      remove(temporary);
      return Optional.empty();
    }
    return Optional.of(connected(address, temporary));
  }

  private static Path linked(Path data) throws IOException {
    Path temporary = Files.createTempDirectory("guidepost-");
    Files.createSymbolicLink(temporary.resolve(LINK), data.toAbsolutePath());
    return temporary;
  }

  private static void remove(Optional<Path> temporary) throws IOException {
    if (temporary.isPresent()) {
      Files.deleteIfExists(temporary.get().resolve(LINK));
      Files.deleteIfExists(temporary.get());
    }
  }

  /// A killed server leaves its socket behind.
  private static boolean listens(UnixDomainSocketAddress address) throws IOException {
    try (SocketChannel tried = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return tried.connect(address);
    } catch (ConnectException e) {
      return false;
    } catch (SocketException e) {
      if (String.valueOf(e.getMessage()).contains("refused")) {
        return false;
      }
      throw e;
    }
  }

  private static AdminClient connected(UnixDomainSocketAddress address, Optional<Path> temporary) {
    ClientLoop loop = ClientLoop.start();
    ManagedChannel channel =
        AdminSocket.channel(address)
            .eventLoopGroup(loop.group())
            .overrideAuthority("localhost")
            .usePlaintext()
            .build();
    return new AdminClient(channel, loop, temporary);
  }

  /// Copies everything.
  ///
  /// @param parts gets each part of the copy; the server sends no faster than this takes them
  public void backup(Consumer<BackupResponse> parts) {
    AnswerStream.read(
        channel.newCall(AdminGrpc.getBackupMethod(), CallOptions.DEFAULT),
        BackupRequest.getDefaultInstance(),
        PATIENCE,
        parts);
  }

  /// Everything as text, a JSON object a line: see `guidepost.storage.v1.DumpLine`.
  ///
  /// @param lines gets whole lines; the server sends no faster than this takes them
  public void dump(Consumer<String> lines) {
    AnswerStream.read(
        channel.newCall(AdminGrpc.getDumpMethod(), CallOptions.DEFAULT),
        DumpRequest.getDefaultInstance(),
        PATIENCE,
        (DumpResponse response) -> lines.accept(response.getLines()));
  }

  /// Reads and checks everything.
  ///
  /// @param parts gets what it is at, and last the report
  public void verify(Consumer<VerifyResponse> parts) {
    AnswerStream.read(
        channel.newCall(AdminGrpc.getVerifyMethod(), CallOptions.DEFAULT),
        VerifyRequest.getDefaultInstance(),
        PATIENCE,
        parts);
  }

  /// Rewrites the files without what is no longer needed.
  public CompactResponse compact() {
    return AdminGrpc.newBlockingStub(channel).compact(CompactRequest.getDefaultInstance());
  }

  /// Makes the server read its settings again.
  public ReloadSettingsResponse reloadSettings() {
    return AdminGrpc.newBlockingStub(channel)
        .reloadSettings(ReloadSettingsRequest.getDefaultInstance());
  }

  /// Has the server lead its cluster no longer.
  public HandOverResponse handOver() {
    return AdminGrpc.newBlockingStub(channel).handOver(HandOverRequest.getDefaultInstance());
  }

  /// True if the server serves all that it has; it may do so in part.
  ///
  /// @param patience how long an answer may take
  public boolean serves(Duration patience) {
    byte[] response =
        ClientCalls.blockingUnaryCall(
            channel,
            HEALTH,
            CallOptions.DEFAULT.withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS),
            new byte[0]);
    return Arrays.equals(response, SERVING);
  }

  /// Ends every call that is under way.
  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
      remove(temporary);
    } catch (IOException e) {
      // A link in the directory of temporary files stays, which the system tidies.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loop.end();
  }
}
