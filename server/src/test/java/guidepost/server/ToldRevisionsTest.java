package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.access.AccessOptions;
import guidepost.calls.Role;
import guidepost.journal.MemoryJournalStore;
import guidepost.testing.Patience;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Where an answer of a cluster says which revisions it is of.
final class ToldRevisionsTest {

  private static final MethodDescriptor<byte[], byte[]> METHOD =
      MethodDescriptor.newBuilder(RawCall.BYTES, RawCall.BYTES)
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Talk/Ask")
          .build();
  private static final Metadata.Key<String> AS_OF =
      Metadata.Key.of("guidepost-as-of", Metadata.ASCII_STRING_MARSHALLER);

  /// What a server does once it has read a call.
  private interface Answer {
    void to(ServerCall<byte[], byte[]> call) throws Exception;
  }

  private final AtomicReference<Metadata> headers = new AtomicReference<>();
  private final AtomicReference<Metadata> trailers = new AtomicReference<>();
  private Greetings greetings;

  @BeforeEach
  void open() throws Exception {
    greetings = new Greetings(new MemoryJournalStore().journal("greetings"));
  }

  @AfterEach
  void close() {
    greetings.close();
  }

  private void greet(String greeting) throws Exception {
    greetings.put(greeting).get(Patience.SECONDS, TimeUnit.SECONDS);
  }

  private void ask(Role role, Answer answer) throws Exception {
    ServerCallHandler<byte[], byte[]> handler =
        (call, _) -> {
          call.request(2);
          return new ServerCall.Listener<>() {
            @Override
            public void onHalfClose() {
              try {
                answer.to(call);
              } catch (Exception e) {
                call.close(Status.INTERNAL.withDescription(e.toString()), new Metadata());
              }
            }
          };
        };
    VouchingTest.OneServer cluster =
        new VouchingTest.OneServer(1, Map.of(), 1, true, Optional.of(Instant.EPOCH));
    LeaderChannel channel =
        new LeaderChannel(
            AccessOptions.NONE, ClusterOptions.DEFAULTS, new Vouching(cluster, Instant::now));
    try (ClusterCalls calls =
        new ClusterCalls(
            cluster, new SeenRevisions(List.of(greetings)), channel, Optional::empty)) {
      Server server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .addService(
                  calls.applyTo(
                      ServerServiceDefinition.builder("test.Talk")
                          .addMethod(METHOD, handler)
                          .build(),
                      Map.of(METHOD.getFullMethodName(), role)))
              .build()
              .start();
      ManagedChannel client =
          NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
      try {
        var _ =
            ClientCalls.blockingUnaryCall(
                ClientInterceptors.intercept(
                    client, MetadataUtils.newCaptureMetadataInterceptor(headers, trailers)),
                METHOD,
                CallOptions.DEFAULT,
                new byte[1]);
      } catch (StatusRuntimeException e) {
        assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
      } finally {
        client.shutdownNow();
        server.shutdownNow();
      }
    }
  }

  private static void answer(ServerCall<byte[], byte[]> call) {
    call.sendHeaders(new Metadata());
    call.sendMessage(new byte[1]);
  }

  private static void end(ServerCall<byte[], byte[]> call) {
    call.close(Status.OK, new Metadata());
  }

  private @Nullable String toldBefore() {
    return headers.get().get(SeenRevisions.HEADER);
  }

  private @Nullable String toldAtTheEnd() {
    return trailers.get().get(SeenRevisions.HEADER);
  }

  @Test
  void shouldTellOnceWhatAReadIsOf() throws Exception {
    greet("de=Guten Tag");
    ask(
        Role.READER,
        call -> {
          answer(call);
          end(call);
        });
    assertThat(toldBefore()).isEqualTo("greetings=1");
    assertThat(headers.get().get(AS_OF)).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(toldAtTheEnd()).isNull();
  }

  @Test
  void shouldTellAgainWhatChangedWhileAReadWasAnswered() throws Exception {
    ask(
        Role.READER,
        call -> {
          answer(call);
          greet("de=Guten Tag");
          end(call);
        });
    assertThat(toldBefore()).isEqualTo("greetings=0");
    assertThat(toldAtTheEnd()).isEqualTo("greetings=1");
  }

  @Test
  void shouldTellWhatAReadIsOfThatFindsNothing() throws Exception {
    greet("de=Guten Tag");
    ask(Role.READER, call -> call.close(Status.NOT_FOUND, new Metadata()));
    assertThat(toldAtTheEnd()).isEqualTo("greetings=1");
    assertThat(trailers.get().get(AS_OF)).isEqualTo("1970-01-01T00:00:00Z");
  }

  @Test
  void shouldAlwaysTellAtTheEndWhatAWriteIsOf() throws Exception {
    ask(
        Role.WRITER,
        call -> {
          greet("de=Guten Tag");
          answer(call);
          end(call);
        });
    assertThat(toldBefore()).isEqualTo("greetings=1");
    assertThat(toldAtTheEnd()).isEqualTo("greetings=1");
  }
}
