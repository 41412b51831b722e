package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.InvalidProtocolBufferException;
import guidepost.testing.Patience;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What tools learn of the contracts from the server alone.
final class ReflectionTest {

  private GuidepostServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    server =
        GuidepostServer.start(
            ServerOptions.with(new StubbornEngine().as(Optional.empty()))
                .listeningOn(List.of(new ListenAddress("127.0.0.1", 0))));
    int port = server.addresses().getFirst().port();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  private record Reply<M>(CompletableFuture<M> message) implements StreamObserver<M> {
    @Override
    public void onNext(M next) {
      message.complete(next);
    }

    @Override
    public void onError(Throwable failure) {
      message.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {}
  }

  private List<FileDescriptorProto> files(String symbol) throws Exception {
    var reply =
        new Reply<io.grpc.reflection.v1.ServerReflectionResponse>(new CompletableFuture<>());
    var call =
        io.grpc.reflection.v1.ServerReflectionGrpc.newStub(channel).serverReflectionInfo(reply);
    call.onNext(
        io.grpc.reflection.v1.ServerReflectionRequest.newBuilder()
            .setFileContainingSymbol(symbol)
            .build());
    var response = reply.message().get(Patience.SECONDS, TimeUnit.SECONDS);
    call.onCompleted();
    return parsed(response.getFileDescriptorResponse().getFileDescriptorProtoList());
  }

  private List<FileDescriptorProto> filesAsOlderToolsAsk(String symbol) throws Exception {
    var reply =
        new Reply<io.grpc.reflection.v1alpha.ServerReflectionResponse>(new CompletableFuture<>());
    var call =
        io.grpc.reflection.v1alpha.ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(reply);
    call.onNext(
        io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
            .setFileContainingSymbol(symbol)
            .build());
    var response = reply.message().get(Patience.SECONDS, TimeUnit.SECONDS);
    call.onCompleted();
    return parsed(response.getFileDescriptorResponse().getFileDescriptorProtoList());
  }

  private static List<FileDescriptorProto> parsed(List<ByteString> files)
      throws InvalidProtocolBufferException {
    List<FileDescriptorProto> parsed = new ArrayList<>();
    for (ByteString file : files) {
      parsed.add(FileDescriptorProto.parseFrom(file));
    }
    return parsed;
  }

  private static List<String> comments(FileDescriptorProto file) {
    return file.getSourceCodeInfo().getLocationList().stream()
        .map(Location::getLeadingComments)
        .filter(text -> !text.isEmpty())
        .map(text -> text.strip().replaceAll("\\s+", " "))
        .toList();
  }

  @Test
  void shouldShowTheCommentsOfTheContracts() throws Exception {
    for (String service :
        List.of(
            "guidepost.routes.v1.Routes",
            "guidepost.guide.v1.Features",
            "guidepost.guide.v1.Notes",
            "guidepost.guide.v1.Trips",
            "guidepost.server.v1.Server",
            "routetable.Router",
            "routeguide.RouteGuide")) {
      List<FileDescriptorProto> found = files(service);
      assertThat(found).isNotEmpty();
      assertThat(found)
          .filteredOn(file -> file.getName().matches("(guidepost|routeguide|routetable)/.*"))
          .isNotEmpty()
          .allSatisfy(file -> assertThat(comments(file)).as(file.getName()).isNotEmpty());
    }
    assertThat(comments(files("guidepost.guide.v1.Features").getFirst()))
        .anyMatch(text -> text.startsWith("Revision that wrote the feature last."));
    assertThat(comments(filesAsOlderToolsAsk("guidepost.guide.v1.Features").getFirst()))
        .anyMatch(text -> text.startsWith("Revision that wrote the feature last."));
  }

  @Test
  void shouldTellTheSameOfAFileWithAndWithoutItsComments() throws Exception {
    FileDescriptorProto told = files("guidepost.routes.v1.Routes").getFirst();
    FileDescriptorProto generated =
        FileDescriptorProto.parseFrom(
            guidepost.routes.v1.RoutesProto.getDescriptor().getFile().toProto().toByteString());
    assertThat(withoutJsonNames(told.toBuilder().clearSourceCodeInfo().build()))
        .isEqualTo(withoutJsonNames(generated));
  }

  /// They follow from the names.
  private static String withoutJsonNames(FileDescriptorProto file) {
    return file.toString().replaceAll("(?m)^ *json_name: .*\\n", "");
  }
}
