package guidepost.client;

import guidepost.server.v1.AdminGrpc;
import guidepost.server.v1.BackupRequest;
import guidepost.server.v1.BackupResponse;
import guidepost.server.v1.CompactRequest;
import guidepost.server.v1.CompactResponse;
import guidepost.server.v1.DumpRequest;
import guidepost.server.v1.DumpResponse;
import guidepost.server.v1.VerifyRequest;
import guidepost.server.v1.VerifyResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import java.time.Duration;
import java.util.function.Consumer;

/// Looks after a server's data. The server must be on this machine.
///
/// What reads or writes all of the data may say nothing for minutes, so there is no bound on the
/// wait for an answer; that the server is still there, the connection finds out by itself.
public final class AdminClient {

  private static final Duration PATIENCE = Duration.ofDays(7);

  private final Channel channel;

  AdminClient(Channel channel) {
    this.channel = channel;
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
}
