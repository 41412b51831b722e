package guidepost.acceptance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whoever gets at the memory of a server finds no token there that no open connection uses.
///
/// An open connection keeps its newest headers, as HTTP/2 compresses them.
final class SecretsTest {

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  @TempDir private Path directory;

  private Path written(String name, String text) throws Exception {
    return Files.writeString(directory.resolve(name), text);
  }

  private static String ok(String... arguments) throws Exception {
    Terminal ran = Terminal.run(arguments);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    return ran.out();
  }

  /// For an hour, signed with ES256.
  private static String jwt(KeyPair key) throws Exception {
    String head = encoded("{\"alg\":\"ES256\",\"kid\":\"k1\",\"typ\":\"JWT\"}");
    String claims =
        encoded(
            "{\"iss\":\"https://issuer.example\",\"aud\":\"guidepost\",\"sub\":\"car\",\"exp\":%d}"
                .formatted(Instant.now().plusSeconds(3_600).getEpochSecond()));
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(key.getPrivate());
    signature.update((head + "." + claims).getBytes(US_ASCII));
    return head + "." + claims + "." + BASE64.encodeToString(signature.sign());
  }

  private static String encoded(String json) {
    return BASE64.encodeToString(json.getBytes(US_ASCII));
  }

  private static String keySet(KeyPair key) {
    ECPublicKey open = (ECPublicKey) key.getPublic();
    return "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k1\",\"x\":\"%s\",\"y\":\"%s\"}]}"
        .formatted(
            coordinate(open.getW().getAffineX().toByteArray()),
            coordinate(open.getW().getAffineY().toByteArray()));
  }

  /// As 32 bytes.
  private static String coordinate(byte[] number) {
    byte[] padded = new byte[32];
    int length = Math.min(number.length, padded.length);
    System.arraycopy(number, number.length - length, padded, padded.length - length, length);
    return BASE64.encodeToString(padded);
  }

  @Test
  void shouldKeepNoTokenInMemoryOnceItsConnectionIsGone() throws Exception {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
    keys.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair signing = keys.generateKeyPair();
    String pki = directory.resolve("pki").toString();
    String ca = pki + "/ca.pem";
    String tokens = directory.resolve("tokens").toString();
    ok("cert", "dev", pki);
    Path token = written("token", ok("token", "create", "one", "--access-tokens", tokens));
    Path jwt = written("jwt", jwt(signing));
    Path wrong = written("wrong", jwt(keys.generateKeyPair()));
    Path access =
        written(
            "access.yaml",
            """
            identities:
              - {name: one, by: ["token:one", "jwt:car"]}
            grants:
              - {who: one, role: reader, tables: ["*"], layers: ["*"]}
            """);
    try (ServerProcess server =
        ServerProcess.start(
            directory.resolve("data"),
            "--tls-certificate",
            pki + "/server.pem",
            "--tls-key",
            pki + "/server.key",
            "--access-file",
            access.toString(),
            "--access-tokens",
            tokens,
            "--access-jwt-issuer",
            "https://issuer.example",
            "--access-jwt-audience",
            "guidepost",
            "--access-jwt-jwks",
            written("jwks.json", keySet(signing)).toString())) {
      for (Path proof : List.of(token, jwt)) {
        ok("status", "--server", server.address(), "--ca", ca, "--token-file", proof.toString());
      }
      assertThat(
              Terminal.run(
                      "status",
                      "--server",
                      server.address(),
                      "--ca",
                      ca,
                      "--token-file",
                      wrong.toString())
                  .exitCode())
          .isNotZero();
      for (Path proof : List.of(token, jwt, wrong)) {
        assertForgotten(server, Files.readString(proof).strip());
      }
    }
  }

  /// The end of a connection may be noticed a moment after its client's process has ended, and what
  /// a thread has just done may still be on its stack.
  private void assertForgotten(ServerProcess server, String secret) throws Exception {
    // What of a token is secret: the end of it.
    byte[] end = secret.substring(secret.length() - 24).getBytes(US_ASCII);
    org.awaitility.Awaitility.await().until(() -> !contains(heap(server), end));
  }

  private Path heap(ServerProcess server) throws Exception {
    Path dump = directory.resolve("heap.hprof");
    Files.deleteIfExists(dump);
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process dumping =
        new ProcessBuilder(
                jcmd.toString(),
                Long.toString(server.handle().pid()),
                "GC.heap_dump",
                dump.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(dumping.getInputStream().readAllBytes(), US_ASCII);
    assertThat(dumping.waitFor()).as(said).isZero();
    return dump;
  }

  private static boolean contains(Path file, byte[] wanted) throws Exception {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      byte[] candidate = new byte[wanted.length];
      for (int at = 0; at <= all.limit() - wanted.length; at++) {
        if (all.get(at) == wanted[0]) {
          all.get(at, candidate);
          if (Arrays.equals(candidate, wanted)) {
            return true;
          }
        }
      }
      return false;
    }
  }
}
