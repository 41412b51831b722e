package guidepost.access;

import guidepost.calls.Caller;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a server knows of its callers at one moment: the access file and the tokens as they were
/// read last, and the JWTs that were found to be good since. When something of it changes, another
/// one begins, without the JWTs.
///
/// Memory: bounded by [#JWTS_MAX]. Threads: any.
final class Knowledge {

  /// JWTs that are remembered: each is of a caller that the issuer knows.
  private static final int JWTS_MAX = 100_000;

  /// @param caller whose it is; empty if it is of nobody who is named in the access file
  /// @param evidence what it proves, such as `jwt:SUBJECT`
  /// @param key the thumbprint of the key that signed it; empty of a static token
  /// @param expires ms since 1970
  record Proved(Optional<Caller> caller, String evidence, String key, long expires) {}

  private final Policy policy;
  private final TrustedCas clientCas;
  private final Map<TokenHash, Proved> tokens;
  private final Map<TokenHash, Proved> jwts = new ConcurrentHashMap<>();

  Knowledge(Policy policy, List<TokenFile.Stored> stored, TrustedCas clientCas) {
    this.policy = policy;
    this.clientCas = clientCas;
    this.tokens =
        stored.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    TokenFile.Stored::hash, each -> proved(policy, each.entry()), (a, b) -> a));
  }

  private static Proved proved(Policy policy, TokenFile.Entry token) {
    return new Proved(
        policy.caller(Caller.Proof.TOKEN, List.of("token:" + token.name())),
        "token:" + token.name(),
        "",
        token.expires().map(java.time.Instant::toEpochMilli).orElse(Long.MAX_VALUE));
  }

  Policy policy() {
    return policy;
  }

  /// The CAs that sign clients' certificates.
  TrustedCas clientCas() {
    return clientCas;
  }

  /// What a static token proves; null if it is none.
  @Nullable Proved token(TokenHash hash) {
    return tokens.get(hash);
  }

  /// What a JWT that was seen before proves; null if it was not.
  @Nullable Proved jwt(TokenHash hash) {
    return jwts.get(hash);
  }

  /// A JWT was found to be good.
  Proved remember(TokenHash hash, JwtCheck.Valid valid) {
    Proved proved =
        new Proved(
            policy.caller(Caller.Proof.JWT, List.of("jwt:" + valid.subject())),
            "jwt:" + valid.subject(),
            valid.key(),
            valid.expires().toEpochMilli());
    if (jwts.size() >= JWTS_MAX) {
      jwts.clear();
    }
    jwts.put(hash, proved);
    return proved;
  }

  /// Forgets the JWTs that have expired.
  void forget(long now) {
    jwts.values().removeIf(each -> each.expires() <= now);
  }
}
