package guidepost.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;

/// A CA, and an issuer of JWTs, for tests.
final class Pki {

  static final String ISSUER = "https://issuer.example";
  static final String AUDIENCE = "guidepost";

  private final X509Bundle ca;
  private final ECKey signingKey;

  Pki() throws Exception {
    ca =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=Test CA")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    signingKey = key("k1");
  }

  static ECKey key(String id) throws JOSEException {
    return new ECKeyGenerator(Curve.P_256).keyID(id).algorithm(JWSAlgorithm.ES256).generate();
  }

  ECKey signingKey() {
    return signingKey;
  }

  /// A certificate of this CA.
  X509Bundle certificate(String name) throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=" + name)
        .addSanDnsName(name)
        .buildIssuedBy(ca);
  }

  Path caFile(Path directory) throws IOException {
    return Files.writeString(directory.resolve("ca.pem"), ca.getCertificatePEM());
  }

  /// What a client of the JDK trusts.
  KeyStore trustStore() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", ca.getCertificate());
    return store;
  }

  static void write(X509Bundle certificate, Path file, Path key) throws IOException {
    Files.writeString(file, certificate.getCertificatePathPEM());
    Files.deleteIfExists(key);
    Files.createFile(
        key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(key, certificate.getPrivateKeyPEM());
  }

  Path keySet(Path directory) throws IOException {
    return Files.writeString(directory.resolve("jwks.json"), keySet(signingKey));
  }

  static String keySet(ECKey... keys) {
    return new JWKSet(List.copyOf(List.of(keys))).toString(true);
  }

  /// What a client trusts, and shows.
  SslContext client(Optional<X509Bundle> certificate) throws IOException {
    SslContextBuilder builder = GrpcSslContexts.forClient().trustManager(ca.getCertificate());
    certificate.ifPresent(
        own ->
            builder.keyManager(
                own.getKeyPair().getPrivate(),
                own.getCertificatePathList().toArray(X509Certificate[]::new)));
    return builder.build();
  }

  /// Claims that are right for an hour.
  static JWTClaimsSet.Builder claims(String subject) {
    Instant now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .subject(subject)
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(3_600)));
  }

  String jwt(JWTClaimsSet claims) throws JOSEException {
    return jwt(signingKey, claims);
  }

  static String jwt(ECKey key, JWTClaimsSet claims) throws JOSEException {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
    jwt.sign(new ECDSASigner(key));
    return jwt.serialize();
  }
}
