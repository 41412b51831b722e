package guidepost.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.BadJWSException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;

/// Whether a JWT is to be believed: signed by a known public key with an algorithm for such keys,
/// by the issuer, for the audience, within its time.
///
/// Cost: about half a millisecond for a signature. Threads: any.
final class JwtCheck {

  /// How far the issuer's clock may be from ours.
  static final Duration SKEW = Duration.ofSeconds(30);

  /// Signatures with a private key alone. Not `none`, and not HS256, with which everybody who has
  /// the public key could sign.
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  /// What a check came to.
  sealed interface Verdict {}

  /// @param subject who it is of
  /// @param key the thumbprint of the key that signed it
  /// @param expires from when on it is not to be believed, the skew included
  record Valid(String subject, String key, Instant expires) implements Verdict {}

  /// @param why for the log: without a part of the token that could be used again
  record Refused(String why) implements Verdict {}

  /// No key that is known can have signed it.
  record KeyUnknown() implements Verdict {}

  /// The one key that a token is compared with.
  private record SignedBy(JWK key) implements SecurityContext {}

  private final JwtKeys keys;
  private final DefaultJWTProcessor<SignedBy> processor = new DefaultJWTProcessor<>();

  JwtCheck(AccessOptions.Jwt options, JwtKeys keys, InstantSource clock) {
    this.keys = keys;
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            ALGORITHMS, (selector, context) -> selector.select(new JWKSet(context.key()))));
    processor.setJWTClaimsSetVerifier(new Claims(options, clock));
  }

  private static final class Claims extends DefaultJWTClaimsVerifier<SignedBy> {
    private final InstantSource clock;

    Claims(AccessOptions.Jwt options, InstantSource clock) {
      super(
          options.audience(),
          new JWTClaimsSet.Builder().issuer(options.issuer()).build(),
          Set.of("sub", "exp"));
      this.clock = clock;
      setMaxClockSkew((int) SKEW.toSeconds());
    }

    @Override
    protected Date currentTime() {
      return Date.from(clock.instant());
    }
  }

  /// Checks a token.
  Verdict check(String token) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      if (!ALGORITHMS.contains(jwt.getHeader().getAlgorithm())) {
        return new Refused("its algorithm is not allowed");
      }
      List<JWK> candidates =
          new JWKSelector(JWKMatcher.forJWSHeader(jwt.getHeader())).select(keys.current());
      return candidates.isEmpty() ? new KeyUnknown() : check(jwt, candidates);
    } catch (ParseException e) {
      return new Refused("it is not a signed JWT");
    } catch (BadJOSEException | JOSEException e) {
      return new Refused(String.valueOf(e.getMessage()));
    }
  }

  /// Keys without an id, or with the same one, are tried in turn.
  private Verdict check(SignedJWT jwt, List<JWK> candidates)
      throws BadJOSEException, JOSEException {
    String why = "";
    for (JWK key : candidates) {
      try {
        JWTClaimsSet claims = processor.process(jwt, new SignedBy(key));
        return new Valid(
            claims.getSubject(),
            JwtKeys.thumbprint(key),
            claims.getExpirationTime().toInstant().plus(SKEW));
      } catch (BadJWSException e) {
        why = String.valueOf(e.getMessage());
      }
    }
    return new Refused(why);
  }
}
