package guidepost.client;

import guidepost.testing.Patience;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.time.Duration;

/// A server in this process and a client connected to it.
record InProcess(Server server, GuidepostClient client) implements AutoCloseable {

  static InProcess serving(BindableService service) throws IOException {
    return serving(service, Patience.LIMIT);
  }

  static InProcess serving(BindableService service, Duration patience) throws IOException {
    String name = InProcessServerBuilder.generateName();
    Server server = InProcessServerBuilder.forName(name).addService(service).build().start();
    return new InProcess(
        server,
        new GuidepostClient(
            InProcessChannelBuilder.forName(name)
                .enableRetry()
                .defaultServiceConfig(ReadRetries.SERVICE_CONFIG)
                .build(),
            patience));
  }

  @Override
  public void close() {
    client.close();
    server.shutdownNow();
  }
}
