package guidepost.server;

import com.google.protobuf.Timestamp;
import guidepost.journal.DomainWriter;
import guidepost.server.v1.GetInfoRequest;
import guidepost.server.v1.GetInfoResponse;
import guidepost.server.v1.ServerGrpc;
import io.grpc.stub.StreamObserver;
import java.time.Instant;

/// Tells what is running.
final class InfoService extends ServerGrpc.ServerImplBase {

  private final GetInfoResponse info;

  InfoService(Instant started, ServerOptions options) {
    info =
        GetInfoResponse.newBuilder()
            .setVersion(Version.current())
            .setStarted(
                Timestamp.newBuilder()
                    .setSeconds(started.getEpochSecond())
                    .setNanos(started.getNano()))
            .setJavaVersion(Runtime.version().toString())
            .setMessageBytesMax(options.messageBytesMax())
            .setQueuedChangesMax(DomainWriter.QUEUED_CHANGES_MAX)
            .build();
  }

  @Override
  public void getInfo(GetInfoRequest request, StreamObserver<GetInfoResponse> observer) {
    observer.onNext(info);
    observer.onCompleted();
  }
}
