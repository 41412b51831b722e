package guidepost.benchmarks;

import com.google.protobuf.ByteString;
import guidepost.access.TokenFile;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.routes.v1.LookupStreamRequest;
import guidepost.routes.v1.LookupStreamResponse;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.ModifyResponse;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RoutesGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What TLS, a token and the check of a role cost a server, beside the same server in plaintext
/// that asks nobody: its processor time, in alternating rounds.
///
/// | measured | what the client does |
/// |---|---|
/// | empty call | health checks, 16 at a time, on one connection |
/// | look-ups | messages of 64 addresses on one LookupStream, 16 at a time |
/// | load | routes in messages of 1,000 on one Modify stream, 4 at a time |
/// | connection | one new connection after another, with one empty call each |
/// | start | from the start of the process until it serves |
public final class SecureBenchmark {

  private static final int ROUNDS = 5;
  private static final int WARM_ROUNDS = 2;
  private static final int CALLS = 40_000;
  private static final int CALLS_AT_ONCE = 16;
  private static final int MESSAGES = 20_000;
  private static final int ADDRESSES = 64;
  private static final int ROUTES = 100_000;
  private static final int ROUTES_PER_MESSAGE = 1_000;
  private static final int LOADS_AT_ONCE = 4;
  private static final int CONNECTIONS = 300;
  private static final int STARTS = 5;
  private static final double NANOS_A_MICRO = 1e3;
  private static final double NANOS_A_MILLI = 1e6;

  /// A server, and how to call it.
  private record Side(MeasuredServer server, @Nullable X509Bundle ca, String token)
      implements AutoCloseable {

    ManagedChannel channel() throws IOException {
      NettyChannelBuilder builder = NettyChannelBuilder.forTarget(server.address());
      if (ca == null) {
        builder.usePlaintext();
      } else {
        builder
            .overrideAuthority("localhost")
            .sslContext(GrpcSslContexts.forClient().trustManager(ca.getCertificate()).build());
      }
      if (!token.isEmpty()) {
        Metadata headers = new Metadata();
        headers.put(
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        builder.intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
      }
      return builder.build();
    }

    @Override
    public void close() {
      server.close();
    }
  }

  private final Path directory;
  private final X509Bundle ca;
  private final List<String> options;
  private final String token;

  private SecureBenchmark(Path directory) throws Exception {
    this.directory = directory;
    ca =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=CA")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    X509Bundle own =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=localhost")
            .addSanDnsName("localhost")
            .buildIssuedBy(ca);
    Path certificate = Files.writeString(file("tls.crt"), own.getCertificatePathPEM());
    Path key = Files.writeString(file("tls.key"), own.getPrivateKeyPEM());
    // A server takes no key that others may read.
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Path access =
        Files.writeString(
            file("access.yaml"),
            """
            identities:
              - {name: feeder, by: "token:feeder"}
            grants:
              - {who: feeder, role: writer, tables: [default], sources: [static]}
            """);
    token = new TokenFile(file("tokens")).create("feeder", Instant.now(), Optional.empty());
    options =
        List.of(
            "--tls-certificate",
            certificate.toString(),
            "--tls-key",
            key.toString(),
            "--access-file",
            access.toString(),
            "--access-tokens",
            file("tokens").toString());
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  /// Runs it.
  public static void main(String[] arguments) throws Exception {
    new SecureBenchmark(Files.createTempDirectory("guidepost-secure")).run();
  }

  private Side plain(String data) throws IOException {
    return new Side(MeasuredServer.start(file(data)), null, "");
  }

  private Side secure(String data) throws IOException {
    return new Side(MeasuredServer.start(file(data), List.of(), options), ca, token);
  }

  /// What the parts cost: TLS without a token, and a token without TLS.
  private void runParts() throws Exception {
    try (Side plain = plain("parts-plain");
        Side tls =
            new Side(MeasuredServer.start(file("parts-tls"), List.of(), tlsOptions()), ca, "");
        Side known =
            new Side(
                MeasuredServer.start(file("parts-token"), List.of(), accessOptions()),
                null,
                token)) {
      Rounds rounds =
          new Rounds()
              .measure("empty call, plaintext", () -> emptyCallMicros(plain))
              .measure("empty call, TLS alone", () -> emptyCallMicros(tls))
              .measure("empty call, token alone", () -> emptyCallMicros(known))
              .warm(WARM_ROUNDS)
              .run(ROUNDS);
      rounds.print("us");
    }
  }

  private static double emptyCallMicros(Side side) throws Exception {
    return processorMicros(side, SecureBenchmark::emptyCalls);
  }

  private List<String> tlsOptions() {
    return options.subList(0, options.size() / 2);
  }

  private List<String> accessOptions() {
    return options.subList(options.size() / 2, options.size());
  }

  private void run() throws Exception {
    runParts();
    try (Side plain = plain("plain");
        Side secure = secure("secure")) {
      compare("empty call", "us", "1.25", plain, secure, SecureBenchmark::emptyCalls);
      compare("look-ups, message of 64", "us", "1.1", plain, secure, SecureBenchmark::lookups);
      compare("load, route", "us", "1.15", plain, secure, SecureBenchmark::load);
      compare("connection with one call", "us", "-", plain, secure, SecureBenchmark::connections);
    }
    Rounds starts =
        new Rounds()
            .measure("start, plaintext", () -> start(this::plain))
            .measure("start, TLS and token", () -> start(this::secure))
            .run(STARTS);
    starts.print("ms");
    System.out.printf(
        "%-52s %14.1f ms  (asked: 200)%n",
        "later by", starts.median("start, TLS and token") - starts.median("start, plaintext"));
  }

  private interface Starting {
    Side at(String data) throws IOException;
  }

  private double start(Starting starting) throws IOException {
    try (Side side = starting.at("start" + System.nanoTime())) {
      return side.server().startedAfter().toNanos() / NANOS_A_MILLI;
    }
  }

  private interface Work {
    /// @return how many there were
    long on(Side side) throws Exception;
  }

  private static void compare(
      String what, String unit, String asked, Side plain, Side secure, Work work) throws Exception {
    Function<String, String> name = side -> what + ", " + side;
    Rounds rounds =
        new Rounds()
            .measure(name.apply("plaintext"), () -> processorMicros(plain, work))
            .measure(name.apply("TLS and token"), () -> processorMicros(secure, work))
            .warm(WARM_ROUNDS)
            .run(ROUNDS);
    rounds.print(unit);
    rounds.printRatio(what, name.apply("TLS and token"), name.apply("plaintext"), asked);
  }

  private static double processorMicros(Side side, Work work) throws Exception {
    long before = side.server().processorNanos();
    long count = work.on(side);
    return (side.server().processorNanos() - before) / NANOS_A_MICRO / count;
  }

  /// Lets so many be under way at once.
  private static final class Counting<M> implements StreamObserver<M> {
    private final Semaphore free;
    private final CountDownLatch ended = new CountDownLatch(1);

    Counting(Semaphore free) {
      this.free = free;
    }

    @Override
    public void onNext(M message) {
      free.release();
    }

    @Override
    public void onError(Throwable why) {
      why.printStackTrace();
      System.exit(1);
    }

    @Override
    public void onCompleted() {
      ended.countDown();
    }
  }

  private static long emptyCalls(Side side) throws Exception {
    ManagedChannel channel = side.channel();
    try {
      var stub = HealthGrpc.newStub(channel);
      Semaphore free = new Semaphore(CALLS_AT_ONCE);
      for (int i = 0; i < CALLS; i++) {
        free.acquire();
        stub.check(HealthCheckRequest.getDefaultInstance(), new Counting<>(free));
      }
      free.acquire(CALLS_AT_ONCE);
      return CALLS;
    } finally {
      channel.shutdownNow();
    }
  }

  private static long lookups(Side side) throws Exception {
    ManagedChannel channel = side.channel();
    try {
      Semaphore free = new Semaphore(CALLS_AT_ONCE);
      Counting<LookupStreamResponse> answers = new Counting<>(free);
      var call = RoutesGrpc.newStub(channel).lookupStream(answers);
      LookupStreamRequest request = addresses();
      for (int i = 0; i < MESSAGES; i++) {
        free.acquire();
        call.onNext(request);
      }
      call.onCompleted();
      answers.ended.await();
      return MESSAGES;
    } finally {
      channel.shutdownNow();
    }
  }

  private static LookupStreamRequest addresses() {
    Random random = new Random(7);
    ByteBuffer bytes = ByteBuffer.allocate(ADDRESSES * Integer.BYTES);
    for (int i = 0; i < ADDRESSES; i++) {
      bytes.putInt(random.nextInt());
    }
    return LookupStreamRequest.newBuilder()
        .setBatch(LookupBatchRequest.newBuilder().setIpv4(ByteString.copyFrom(bytes.flip())))
        .build();
  }

  private static long load(Side side) throws Exception {
    ManagedChannel channel = side.channel();
    try {
      Semaphore free = new Semaphore(LOADS_AT_ONCE);
      Counting<ModifyResponse> answers = new Counting<>(free);
      var call = RoutesGrpc.newStub(channel).modify(answers);
      int metric = new Random().nextInt(1_000_000);
      for (ModifyRequest request : routes(metric)) {
        free.acquire();
        call.onNext(request);
      }
      call.onCompleted();
      answers.ended.await();
      return ROUTES;
    } finally {
      channel.shutdownNow();
    }
  }

  /// Every one a change of what was loaded before.
  private static List<ModifyRequest> routes(int metric) {
    List<ModifyRequest> requests = new ArrayList<>();
    for (int first = 0; first < ROUTES; first += ROUTES_PER_MESSAGE) {
      ModifyRequest.Builder request = ModifyRequest.newBuilder();
      for (int i = first; i < first + ROUTES_PER_MESSAGE; i++) {
        String prefix = "%d.%d.%d.0/24".formatted(1 + i / 65_536, i / 256 % 256, i % 256);
        request.addOperations(
            Operation.newBuilder()
                .setAdd(
                    Route.newBuilder()
                        .setPrefix(prefix)
                        .setNextHop("192.0.2.1")
                        .setMetric(metric)));
      }
      requests.add(request.build());
    }
    return requests;
  }

  private static long connections(Side side) throws Exception {
    for (int i = 0; i < CONNECTIONS; i++) {
      ManagedChannel channel = side.channel();
      try {
        var _ = HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());
      } finally {
        channel.shutdownNow();
      }
    }
    return CONNECTIONS;
  }
}
