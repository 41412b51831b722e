package guidepost.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import guidepost.settings.SettingsException;
import guidepost.testing.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The keys of JWTs, from a server that is down, slow, answers rubbish, and exchanges them.
final class JwtKeysTest {

  private static final String ISSUER = "https://issuer.example";

  /// How the server of the keys answers.
  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicReference<Answer> answer = new AtomicReference<>(exchange -> {});
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger changes = new AtomicInteger();
  private final ECKey first = key("k1");
  private final ECKey second = key("k2");
  private final HttpServer http = server();

  private static ECKey key(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (com.nimbusds.jose.JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void begin() {
    http.createContext(
        "/keys",
        exchange -> {
          asked.incrementAndGet();
          answer.get().to(exchange);
          exchange.close();
        });
    http.setExecutor(Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()));
    http.start();
  }

  @AfterEach
  void end() {
    http.stop(0);
  }

  private static Answer text(String body) {
    return exchange -> {
      byte[] bytes = body.getBytes(UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  private static Answer keys(ECKey... keys) {
    return text(new JWKSet(List.of(keys)).toString(true));
  }

  private JwtKeys open() throws SettingsException {
    JwtKeys keys =
        JwtKeys.open(
            "http://127.0.0.1:%d/keys".formatted(http.getAddress().getPort()),
            changes::incrementAndGet,
            nanos::get);
    await().until(() -> asked.get() == 1);
    return keys;
  }

  private void later() {
    nanos.addAndGet(JwtKeys.LOOK_INTERVAL.toNanos());
  }

  private static void miss(JwtKeys keys) throws InterruptedException {
    CountDownLatch looked = new CountDownLatch(1);
    keys.missed(looked::countDown);
    assertThat(looked.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  private static JwtCheck check(JwtKeys keys) {
    return new JwtCheck(
        new AccessOptions.Jwt(ISSUER, "guidepost", "unused"), keys, InstantSource.system());
  }

  private static String token(ECKey key) throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience("guidepost")
                .subject("ann")
                .expirationTime(Date.from(Instant.now().plusSeconds(3_600)))
                .build());
    jwt.sign(new ECDSASigner(key));
    return jwt.serialize();
  }

  @Test
  void shouldTakeAKeyThatIsNewAfterOneLook() throws Exception {
    answer.set(keys(first));
    try (JwtKeys keys = open()) {
      await().until(() -> check(keys).check(token(first)) instanceof JwtCheck.Valid);
      answer.set(keys(first, second));
      later();
      assertThat(check(keys).check(token(second))).isInstanceOf(JwtCheck.KeyUnknown.class);
      miss(keys);
      assertThat(check(keys).check(token(second))).isInstanceOf(JwtCheck.Valid.class);
      assertThat(asked.get()).isEqualTo(2);
      assertThat(changes.get()).isEqualTo(2);
    }
  }

  @Test
  void shouldBelieveAKeyNoMoreThatWasTakenOut() throws Exception {
    answer.set(keys(first, second));
    try (JwtKeys keys = open()) {
      await().until(() -> check(keys).check(token(first)) instanceof JwtCheck.Valid);
      answer.set(keys(second));
      later();
      miss(keys);
      assertThat(check(keys).check(token(first))).isInstanceOf(JwtCheck.KeyUnknown.class);
    }
  }

  @Test
  void shouldLookOnceForManyKeysThatNobodyKnows() throws Exception {
    answer.set(keys(first));
    try (JwtKeys keys = open()) {
      await().until(() -> !keys.current().isEmpty());
      later();
      CountDownLatch release = new CountDownLatch(1);
      answer.set(
          exchange -> {
            try {
              release.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            keys(first).to(exchange);
          });
      CountDownLatch told = new CountDownLatch(100);
      for (int i = 0; i < 100; i++) {
        keys.missed(told::countDown);
      }
      release.countDown();
      assertThat(told.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < 100; i++) {
        miss(keys);
      }
      assertThat(asked.get()).isEqualTo(2);
    }
  }

  @Test
  void shouldGoOnWithTheKnownKeysWhileTheServerIsDownOrAnswersRubbish() throws Exception {
    answer.set(keys(first));
    try (JwtKeys keys = open()) {
      await().until(() -> check(keys).check(token(first)) instanceof JwtCheck.Valid);
      for (Answer wrong :
          List.<Answer>of(
              text("<html>sign in</html>"),
              text("{\"keys\":[]}"),
              text("{}"),
              text("x".repeat(2 << 20)),
              exchange -> exchange.sendResponseHeaders(500, -1),
              exchange -> {
                exchange.getResponseHeaders().add("Location", "http://192.0.2.1/");
                exchange.sendResponseHeaders(302, -1);
              })) {
        answer.set(wrong);
        later();
        miss(keys);
        assertThat(keys.trouble()).startsWith("http://127.0.0.1");
        assertThat(check(keys).check(token(first))).isInstanceOf(JwtCheck.Valid.class);
      }
      http.stop(0);
      later();
      miss(keys);
      assertThat(keys.trouble()).contains("did not answer");
      assertThat(check(keys).check(token(first))).isInstanceOf(JwtCheck.Valid.class);
    }
  }

  @Test
  void shouldTakeKnownKeysWhileASlowServerIsWaitedFor() throws Exception {
    answer.set(keys(first));
    CountDownLatch release = new CountDownLatch(1);
    try (JwtKeys keys = open()) {
      await().until(() -> !keys.current().isEmpty());
      answer.set(
          exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            try {
              release.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      later();
      CountDownLatch looked = new CountDownLatch(1);
      keys.missed(looked::countDown);
      assertThat(check(keys).check(token(first))).isInstanceOf(JwtCheck.Valid.class);
      assertThat(looked.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue(); // it gives up
      assertThat(keys.trouble()).contains("did not answer within 10 s");
    } finally {
      release.countDown();
    }
  }

  @Test
  void shouldTakeNoPlaintextFromAnotherMachine() {
    for (String place : List.of("http://issuer.example/keys", "https:", "http://127.0.0.1.evil/")) {
      assertThatExceptionOfType(SettingsException.class)
          .isThrownBy(() -> JwtKeys.open(place, () -> {}, nanos::get));
    }
  }
}
