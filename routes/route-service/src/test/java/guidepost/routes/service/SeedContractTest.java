package guidepost.routes.service;

import static guidepost.routes.service.InProcessRoutes.asking;
import static guidepost.routes.service.InProcessRoutes.extended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import com.google.protobuf.Empty;
import com.google.rpc.RetryInfo;
import guidepost.seed.routetable.Destination;
import guidepost.seed.routetable.Result;
import guidepost.seed.routetable.Route;
import guidepost.seed.routetable.RouterGrpc;
import guidepost.seed.routetable.RowError;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The rules R1 to R14 of the seed contract, each by name.
final class SeedContractTest {

  private static final Route NOT_FOUND = Route.newBuilder().setNh("0.0.0.0").build();

  private InProcessRoutes server;

  @BeforeEach
  void start() throws Exception {
    server = InProcessRoutes.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Route row(String dest, String mask, String nh, int metric, String dev) {
    return Route.newBuilder()
        .setDest(dest)
        .setMask(mask)
        .setNh(nh)
        .setMetric(metric)
        .setInterface(dev)
        .build();
  }

  private static Route row(String dest, String mask) {
    return row(dest, mask, "192.0.2.1", 0, "eth0");
  }

  private Result add(Route... rows) throws Exception {
    return add(server.routerAsync(), List.of(rows));
  }

  private Result addExtended(Route... rows) throws Exception {
    return add(extended(server.routerAsync()), List.of(rows));
  }

  private static Result add(RouterGrpc.RouterStub stub, List<Route> rows) throws Exception {
    Replies<Result> reply = new Replies<>();
    StreamObserver<Route> call = stub.addRoutes(reply);
    rows.forEach(call::onNext);
    call.onCompleted();
    return reply.awaitOne();
  }

  private void shouldRefuse(Route row, String rule) throws Exception {
    Result result = addExtended(row);
    assertThat(result.getSuccess()).isFalse();
    assertThat(result.getErrorsList()).extracting(RowError::getCode).containsExactly(rule);
    assertThat(server.list()).isEmpty();
  }

  @Test
  void shouldServeTheTutorialClientTwiceInARow() throws Exception {
    for (int run = 0; run < 2; run++) {
      Result result =
          add(
              row("192.168.100.0", "255.255.255.0", "168.192.100.1", 1, "eth0"),
              row("127.20.%d.0".formatted(run), "255.255.255.0", "168.192.100.1", 1, "eth0"));
      assertThat(result).isEqualTo(Result.newBuilder().setSuccess(true).build());
      assertThat(server.get("192.168.100.0", "255.255.255.0"))
          .isEqualTo(row("192.168.100.0", "255.255.255.0", "168.192.100.1", 1, "eth0"));
    }
    assertThat(server.list()).hasSize(3);
  }

  /// What stands in a tutorial stays: some clients make next hops up.
  @Test
  void shouldTakeTheNextHopsThatTutorialClientsMakeUp() throws Exception {
    String[] hops = {"224.7.9.1", "254.1.1.1", "127.20.30.1", "255.255.255.255"};
    for (int i = 0; i < hops.length; i++) {
      assertThat(add(row("10.%d.0.0".formatted(i), "255.255.255.0", hops[i], 1, "eth0")))
          .isEqualTo(Result.newBuilder().setSuccess(true).build());
      assertThat(server.get("10.%d.0.0".formatted(i), "255.255.255.0").getNh()).isEqualTo(hops[i]);
    }
  }

  @Test
  void r1ShouldTakeAddressesOfBothFamiliesAndNothingElse() throws Exception {
    assertThat(add(row("10.0.0.0/8", ""), row("2001:db8::", "32", "fe80::1", 0, "eth0")))
        .isEqualTo(Result.newBuilder().setSuccess(true).build());
    assertThat(server.get("::ffff:10.1.2.3", "").getDest()).isEqualTo("10.0.0.0");
    assertThat(server.get("2001:db8::1", "").getDest()).isEqualTo("2001:db8::");
    assertThat(addExtended(row("::ffff:10.0.0.1", "")).getErrors(0).getCode())
        .isEqualTo("dest.mapped");
    assertThat(addExtended(row("010.0.0.0", "8")).getErrors(0).getCode())
        .isEqualTo("address.leading_zero");
  }

  @Test
  void r2ShouldReadMasksInEveryFormOfTheirFamily() throws Exception {
    add(
        row("192.0.2.0", "/24"),
        row("198.51.100.0", "24"),
        row("2001:db8::", "ffff:ffff::", "", 0, "e"));
    assertThat(server.get("192.0.2.1", "").getMask()).isEqualTo("255.255.255.0");
    assertThat(server.get("198.51.100.1", "255.255.255.128").getMask()).isEqualTo("255.255.255.0");
    assertThat(server.get("2001:db8:1::", "/48").getMask()).isEqualTo("32");
    assertThat(addExtended(row("10.0.0.0", "ffff::")).getErrors(0).getCode())
        .isEqualTo("mask.family");
    assertThat(addExtended(row("10.0.0.0/8", "255.255.0.0")).getErrors(0).getCode())
        .isEqualTo("mask.conflict");
  }

  @Test
  void r3ShouldRefuseMasksThatAreNoPrefixWithAHint() throws Exception {
    shouldRefuse(row("10.0.0.0", "255.0.255.0"), "mask.noncontiguous");
    assertThat(addExtended(row("10.0.0.0", "0.0.0.255")).getErrors(0).getText())
        .isEqualTo(
            "mask \"0.0.0.255\": must begin with ones, this looks like an inverse mask;"
                + " did you mean 255.255.255.0 (/24)?");
  }

  @Test
  void r4ShouldNotMakeADefaultRouteOfAForgottenMask() throws Exception {
    shouldRefuse(row("0.0.0.0", ""), "mask.missing");
    shouldRefuse(row("::", "", "fe80::1", 0, "eth0"), "mask.missing");
    add(row("192.0.2.7", ""));
    assertThat(server.get("192.0.2.7", "").getMask()).isEqualTo("255.255.255.255");
    assertThat(add(row("0.0.0.0", "0.0.0.0")).getSuccess()).isTrue();
    assertThat(server.get("8.8.8.8", "")).isEqualTo(row("0.0.0.0", "0.0.0.0"));
  }

  @Test
  void r5ShouldRefuseHostBitsWhenAddingAndMaskThemOffWhenAsked() throws Exception {
    Result result = addExtended(row("10.1.2.3", "255.0.0.0"));
    assertThat(result.getErrors(0).getCode()).isEqualTo("dest.host_bits");
    assertThat(result.getErrors(0).getText()).contains("did you mean 10.0.0.0/8?");
    add(row("10.0.0.0", "255.0.0.0"));
    assertThat(server.get("10.1.2.3", "255.0.0.0").getDest()).isEqualTo("10.0.0.0");
  }

  @Test
  void r6ShouldAnswerWithTheMostSpecificPrefixThatCoversTheQueriedPrefix() throws Exception {
    add(row("0.0.0.0", "0"), row("10.0.0.0", "8"), row("10.1.0.0", "16"), row("10.1.2.0", "24"));
    assertThat(server.get("10.1.2.0", "255.255.255.0").getDest()).isEqualTo("10.1.2.0");
    assertThat(server.get("10.1.2.0", "255.255.254.0").getDest()).isEqualTo("10.1.0.0");
    assertThat(server.get("10.0.0.0", "8").getDest()).isEqualTo("10.0.0.0");
    assertThat(server.get("10.0.0.0", "7").getMask()).isEqualTo("0.0.0.0");
    assertThat(server.get("192.0.2.1", "").getMask()).isEqualTo("0.0.0.0");
  }

  @Test
  void r7ShouldAnswerOkWithAnAllZeroNextHopWhenNothingIsFound() throws Exception {
    assertThat(server.get("10.0.0.1", "")).isEqualTo(NOT_FOUND);
    assertThat(server.get("2001:db8::1", "")).isEqualTo(NOT_FOUND);
    add(row("10.0.0.0", "24"));
    assertThat(server.get("10.0.0.0", "8")).isEqualTo(NOT_FOUND);
    add(row("10.9.0.0", "16", "0.0.0.0", 0, "eth0"));
    assertThat(server.get("10.9.0.1", "").getDest()).isEqualTo("10.9.0.0");
  }

  @Test
  void r8ShouldAnswerInCanonicalTextAndListOrder() throws Exception {
    add(
        row("2001:0DB8:0:0::", "/32", "FE80::0:1", 0, "eth0"),
        row("10.0.0.0", "/16"),
        row("9.0.0.0", "8"),
        row("10.0.0.0", "8", "192.0.2.1", 7, "eth0"),
        row("10.0.0.0", "8", "192.0.2.2", 3, "eth0"),
        row("200.0.0.0", "8"));
    assertThat(server.list())
        .containsExactly(
            row("9.0.0.0", "255.0.0.0"),
            row("10.0.0.0", "255.0.0.0", "192.0.2.2", 3, "eth0"),
            row("10.0.0.0", "255.0.0.0", "192.0.2.1", 7, "eth0"),
            row("10.0.0.0", "255.255.0.0"),
            row("200.0.0.0", "255.0.0.0"),
            row("2001:db8::", "32", "fe80::1", 0, "eth0"));
  }

  @Test
  void r9ShouldUpdateTheSameIdentityAndAddAnotherNextHopBesideIt() throws Exception {
    add(row("10.0.0.0", "8", "192.0.2.1", 5, "eth0"));
    add(row("10.0.0.0", "8", "192.0.2.1", 6, "eth0"));
    assertThat(server.list()).containsExactly(row("10.0.0.0", "255.0.0.0", "192.0.2.1", 6, "eth0"));
    add(row("10.0.0.0", "8", "192.0.2.1", 6, "eth1"), row("10.0.0.0", "8", "192.0.2.2", 6, "eth0"));
    assertThat(server.list()).hasSize(3);
  }

  @Test
  void r10ShouldRankByMetricAndThenByAgeAlsoAfterAnUpdateAndARestart() throws Exception {
    add(row("10.0.0.0", "8", "192.0.2.9", 5, "eth0"), row("10.0.0.0", "8", "192.0.2.1", 5, "eth0"));
    assertThat(server.get("10.0.0.1", "").getNh()).isEqualTo("192.0.2.9");
    add(row("10.0.0.0", "8", "192.0.2.9", 9, "eth0"));
    assertThat(server.get("10.0.0.1", "").getNh()).isEqualTo("192.0.2.1");
    add(row("10.0.0.0", "8", "192.0.2.9", 5, "eth0"));
    assertThat(server.get("10.0.0.1", "").getNh()).isEqualTo("192.0.2.9");
    server = server.restart();
    assertThat(server.get("10.0.0.1", "").getNh()).isEqualTo("192.0.2.9");
    add(row("10.0.0.0", "8", "192.0.2.5", 5, "eth0"));
    assertThat(server.list())
        .extracting(Route::getNh)
        .containsExactly("192.0.2.9", "192.0.2.1", "192.0.2.5");
  }

  @Test
  void r11ShouldRejectABadRowAloneAndCountEveryRow() throws Exception {
    Result result =
        addExtended(
            row("10.0.0.0", "8"),
            row("10.0.0.0", "255.0.255.0"),
            row("10.0.0.0", "8"),
            row("11.0.0.0", "8"),
            row("nowhere", "8"));
    assertThat(result.getSuccess()).isFalse();
    assertThat(result.getAccepted()).isEqualTo(3);
    assertThat(result.getRejected()).isEqualTo(2);
    assertThat(result.getUnchanged()).isEqualTo(1);
    assertThat(result.getErrorsList()).extracting(RowError::getIndex).containsExactly(1L, 4L);
    assertThat(result.getRevision()).isPositive();
    assertThat(server.list()).hasSize(2);
  }

  @Test
  void r11ShouldAcceptAnEmptyStream() throws Exception {
    assertThat(add()).isEqualTo(Result.newBuilder().setSuccess(true).build());
  }

  @Test
  void r11ShouldSendExtendedFieldsOnlyToCallersThatAsk() throws Exception {
    assertThat(add(row("10.0.0.0", "255.0.255.0"))).isEqualTo(Result.getDefaultInstance());
    add(row("10.0.0.0", "8"));
    assertThat(server.get("10.0.0.1", "")).isEqualTo(row("10.0.0.0", "255.0.0.0"));
    Route extended =
        extended(server.router()).getRoute(Destination.newBuilder().setNetwork("10.0.0.1").build());
    assertThat(extended.getSource()).isEqualTo("static");
    assertThat(extended.getDistance()).isEqualTo(1);
    assertThat(extended.getRevision()).isPositive();
    assertThat(server.list()).containsExactly(row("10.0.0.0", "255.0.0.0"));
    assertThat(extended(server.router()).listRoutes(Empty.getDefaultInstance()))
        .toIterable()
        .containsExactly(extended);
    assertThat(
            asking("0", server.router())
                .getRoute(Destination.newBuilder().setNetwork("10.0.0.1").build()))
        .isEqualTo(row("10.0.0.0", "255.0.0.0"));
  }

  @Test
  void shouldRefuseWritesWhenClosed() {
    server.closeService();
    assertThatThrownBy(() -> add(row("10.0.0.0", "8"))).hasMessageContaining("UNAVAILABLE");
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("guidepost-writer-routes");
  }

  @Test
  void r11ShouldReportNoMoreThanAHundredErrorsButCountAll() throws Exception {
    Result result = add(extended(server.routerAsync()), Collections.nCopies(3_000, row("bad", "")));
    assertThat(result.getErrorsCount()).isEqualTo(100);
    assertThat(result.getRejected()).isEqualTo(3_000);
  }

  @Test
  void r12ShouldTakeGatewaysOfTheFamilyOrIpv6AndConnectedRoutes() throws Exception {
    assertThat(
            add(
                    row("10.0.0.0", "8", "2001:db8::1", 0, ""),
                    row("11.0.0.0", "8", "", 0, "eth0"),
                    row("12.0.0.0", "8", "0.0.0.0", 0, "eth0"),
                    row("13.0.0.0", "8", "192.0.2.1", Integer.MAX_VALUE, ""))
                .getSuccess())
        .isTrue();
    assertThat(server.get("12.0.0.1", "")).isEqualTo(row("12.0.0.0", "255.0.0.0", "", 0, "eth0"));
    assertThat(server.get("10.0.0.1", "").getNh()).isEqualTo("2001:db8::1");
  }

  @Test
  void r12ShouldRefuseNextHopsThatLeadNowhere() throws Exception {
    shouldRefuse(row("2001:db8::", "32", "192.0.2.1", 0, "eth0"), "nh.family");
    shouldRefuse(row("10.0.0.0", "8", "", 0, ""), "nh.missing");
    shouldRefuse(row("10.0.0.0", "8", "0.0.0.0", 0, ""), "nh.missing");
    shouldRefuse(row("10.0.0.0", "8", "gateway", 0, ""), "address.syntax");
    shouldRefuse(row("10.0.0.0", "8", "192.0.2.1", -1, ""), "metric.range");
    shouldRefuse(row("10.0.0.0", "8", "192.0.2.1", 0, "x".repeat(65)), "interface.length");
  }

  @Test
  void r13ShouldShowAnAcknowledgedWriteToEveryLookup() throws Exception {
    for (int i = 0; i < 300; i++) {
      add(row("10.0.0.0", "8", "192.0.2.1", i, "eth0"));
      assertThat(server.get("10.0.0.1", "").getMetric()).isEqualTo(i);
    }
  }

  @Test
  void r13ShouldListOneRevisionWhileAWriterGoesOn() throws Exception {
    List<Route> rows =
        IntStream.range(0, 5_000).mapToObj(i -> row(host(i), "", "192.0.2.1", 0, "e")).toList();
    add(server.routerAsync(), rows);
    Iterator<Route> listing = server.router().listRoutes(Empty.getDefaultInstance());
    Route first = listing.next();
    List<Route> changed = rows.stream().map(row -> row.toBuilder().setMetric(1).build()).toList();
    assertThat(add(server.routerAsync(), changed).getSuccess()).isTrue();
    List<Route> seen = new ArrayList<>(List.of(first));
    listing.forEachRemaining(seen::add);
    assertThat(seen).hasSize(5_000).allMatch(route -> route.getMetric() == 0);
  }

  private static String host(int i) {
    return "10.0.%d.%d".formatted(i / 256, i % 256);
  }

  @Test
  void r14ShouldNeverAnswerBadContentWithAGrpcError() {
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    RouterGrpc.RouterBlockingStub stub =
        RouterGrpc.newBlockingStub(
            ClientInterceptors.intercept(
                server.channel(), MetadataUtils.newCaptureMetadataInterceptor(headers, trailers)));
    Destination bad =
        Destination.newBuilder().setNetwork("10.0.0.0").setMask("255.0.255.0").build();
    assertThat(stub.getRoute(bad)).isEqualTo(NOT_FOUND);
    assertThat(
            Objects.requireNonNull(trailers.get())
                .get(Metadata.Key.of("guidepost-error", Metadata.ASCII_STRING_MARSHALLER)))
        .isEqualTo("mask \"255.0.255.0\": must be contiguous: ones, then zeros");
    assertThat(extended(server.router()).getRoute(bad).getError())
        .isEqualTo("mask \"255.0.255.0\": must be contiguous: ones, then zeros");
  }

  @Test
  void r14ShouldAnswerOverloadWithResourceExhaustedAndARetryDelay() throws Exception {
    try (InProcessRoutes small =
        InProcessRoutes.start(RouteLimits.DEFAULT.with(1, 256, 8, 4 << 20))) {
      StatusRuntimeException refused = overload(small);
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      RetryInfo retry =
          Objects.requireNonNull(StatusProto.fromThrowable(refused))
              .getDetails(0)
              .unpack(RetryInfo.class);
      assertThat(retry.getRetryDelay()).isNotEqualTo(Duration.getDefaultInstance());
    }
  }

  /// Many callers at once, until one of them finds the queue full.
  private static StatusRuntimeException overload(InProcessRoutes small) {
    AtomicReference<StatusRuntimeException> refused = new AtomicReference<>();
    Awaitility.await()
        .until(
            () -> {
              List<Replies<Result>> replies = new ArrayList<>();
              for (int i = 0; i < 200; i++) {
                Replies<Result> reply = new Replies<>();
                StreamObserver<Route> call = small.routerAsync().addRoutes(reply);
                call.onNext(row(host(i), ""));
                call.onCompleted();
                replies.add(reply);
              }
              replies.forEach(reply -> keepRefusal(reply, refused));
              return refused.get() != null;
            });
    return Objects.requireNonNull(refused.get());
  }

  private static void keepRefusal(
      Replies<Result> reply, AtomicReference<StatusRuntimeException> refused) {
    try {
      reply.await();
    } catch (ExecutionException e) {
      refused.set((StatusRuntimeException) Objects.requireNonNull(e.getCause()));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void r14ShouldAnswerStorageFailureWithUnavailableAndShowNothingOfTheWrite() throws Exception {
    server.store().failWrites(true);
    assertThatThrownBy(() -> add(row("10.0.0.0", "8")))
        .hasCauseInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("UNAVAILABLE")
        .hasMessageContaining("memory: full");
    assertThat(server.get("10.0.0.1", "")).isEqualTo(NOT_FOUND);
    server.store().failWrites(false);
    assertThat(add(row("10.0.0.0", "8")).getSuccess()).isTrue();
    assertThat(server.list()).hasSize(1);
  }

  @Test
  void r14ShouldAnswerShutdownWithUnavailable() throws Exception {
    server.close();
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> server.get("10.0.0.1", ""))
        .withMessageContaining("UNAVAILABLE");
  }

  @Test
  void shouldAnswerUnderBothNamesOfTheService() {
    for (String name : List.of("routetable.Router", "Router")) {
      Route reply =
          ClientCalls.blockingUnaryCall(
              server.channel(),
              RouterGrpc.getGetRouteMethod().toBuilder()
                  .setFullMethodName(name + "/GetRoute")
                  .build(),
              io.grpc.CallOptions.DEFAULT,
              Destination.newBuilder().setNetwork("10.0.0.1").build());
      assertThat(reply).isEqualTo(NOT_FOUND);
    }
  }

  @Test
  void shouldKeepWhatWasAcknowledgedWhenAStreamIsCutInTheMiddle() throws Exception {
    Replies<Result> reply = new Replies<>();
    StreamObserver<Route> call = server.routerAsync().addRoutes(reply);
    for (int i = 0; i < 1_000; i++) {
      call.onNext(row(host(i), ""));
    }
    call.onError(Status.CANCELLED.asRuntimeException());
    assertThatThrownBy(reply::await).hasMessageContaining("CANCELLED");
    assertThat(add(row("192.0.2.0", "24")).getSuccess()).isTrue();
    List<Route> before = server.list();
    server = server.restart();
    assertThat(server.list()).isEqualTo(before);
  }

  @Test
  void shouldRememberEveryRouteAfterARestart() throws Exception {
    List<Route> rows =
        IntStream.range(0, 3_000).mapToObj(i -> row(host(i), "", "192.0.2.1", i, "e")).toList();
    add(server.routerAsync(), rows);
    List<Route> before = server.list();
    assertThat(before).hasSize(3_000);
    server = server.restart();
    assertThat(server.list()).isEqualTo(before);
  }
}
