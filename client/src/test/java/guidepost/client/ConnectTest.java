package guidepost.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import guidepost.server.v1.GetInfoRequest;
import guidepost.server.v1.GetInfoResponse;
import guidepost.server.v1.ServerGrpc;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ConnectTest {

  /// `::1`.
  private static final byte[] LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  @Test
  void serverOnAnIpv6AddressIsReached() {
    Server server = serverOnIpv6();
    try (GuidepostClient client =
        GuidepostClient.connect(ServerAddress.parse("[::1]:" + server.getPort()))) {
      assertThat(client.info()).isEqualTo(GetInfoResponse.getDefaultInstance());
    } finally {
      server.shutdownNow();
    }
  }

  private static Server serverOnIpv6() {
    try {
      return NettyServerBuilder.forAddress(
              new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0))
          .addService(new EmptyInfo())
          .build()
          .start();
    } catch (IOException e) {
      return abort("this machine has no ::1: " + e.getMessage());
    }
  }

  private static final class EmptyInfo extends ServerGrpc.ServerImplBase {
    @Override
    public void getInfo(GetInfoRequest request, StreamObserver<GetInfoResponse> answer) {
      answer.onNext(GetInfoResponse.getDefaultInstance());
      answer.onCompleted();
    }
  }
}
