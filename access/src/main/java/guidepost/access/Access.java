package guidepost.access;

import guidepost.calls.Caller;
import guidepost.calls.Denial;
import guidepost.calls.IdentityMeters;
import guidepost.calls.Rejection;
import guidepost.calls.Role;
import guidepost.settings.SettingsException;
import io.grpc.Attributes;
import io.grpc.ServerInterceptor;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who calls a server, and what they may do: reads the files that say so, and again whenever one
/// changes. A file with a mistake changes nothing: what was read before stays in use, and the log
/// and [#status] say so.
///
/// ```java
/// try (Access access = Access.open(options, meters, List.of("route.example.net"))) {
///   access.tls().ifPresent(builder::sslContext);
///   builder.intercept(access.interceptor(roles));
/// }
/// ```
///
/// Threads: any.
public final class Access implements AutoCloseable {

  /// How soon a changed file is noticed, and an expired caller's open calls end.
  private static final long LOOK_SECONDS = 1;

  private static final Logger LOG = LoggerFactory.getLogger(Access.class);

  /// Begins the evidence of a caller that another server has vouched for.
  private static final String VOUCHED = "vouched:";

  /// Who makes a call.
  sealed interface Judgement {}

  /// @param caller who
  /// @param hash of its token; null if a certificate proves it
  /// @param evidence what its token proves, such as `jwt:SUBJECT`; empty of a certificate that this
  ///   server has seen
  /// @param key the thumbprint of the key that signed its JWT; empty of another proof
  /// @param expires until when, ms since 1970
  record Known(Caller caller, @Nullable TokenHash hash, String evidence, String key, long expires)
      implements Judgement {}

  /// @param why for the log
  record Refused(String why) implements Judgement {}

  /// Too many JWTs wait for a check.
  record Busy() implements Judgement {}

  /// A JWT that must be checked first.
  record Unseen(String token, TokenHash hash) implements Judgement {}

  private record Stamp(long millis, long size, @Nullable Object key) {}

  private final AccessOptions options;
  private final IdentityMeters meters;
  private final InstantSource clock;
  private final Optional<Tls> tls;
  private final Optional<TokenFile> tokens;
  private final Optional<JwtKeys> keys;
  private final Optional<JwtCheck> check;
  private final List<String> listed;
  private final OpenStreams calls = new OpenStreams();
  private final ThreadPoolExecutor checks;
  private final CheckShares shares = new CheckShares();
  private final ScheduledExecutorService looks;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by the lock.
  private final Map<Path, Stamp> stamps = new HashMap<>();
  private Policy policy;
  private List<TokenFile.Stored> stored;

  private volatile Knowledge knowledge;
  private volatile Authorities authorities;
  private volatile String trouble = "";
  private volatile Vouchers vouchers = (_, _) -> Optional.empty();

  private Access(
      AccessOptions options, IdentityMeters meters, List<String> names, InstantSource clock)
      throws SettingsException {
    this.options = options;
    this.meters = meters;
    this.clock = clock;
    this.listed = Stream.concat(options.authorities().stream(), names.stream()).toList();
    this.tls = options.encrypts() ? Optional.of(Tls.open(options, clock)) : Optional.empty();
    this.tokens = options.tokens().map(TokenFile::new);
    this.policy = readPolicy();
    this.stored = readTokens();
    this.knowledge = new Knowledge(policy, stored, clientCas());
    this.authorities = new Authorities(names());
    this.checks =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(CheckShares.MAX),
            Thread.ofPlatform().name("guidepost-jwt").daemon().factory());
    this.looks =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("guidepost-access").daemon().factory());
    Optional<AccessOptions.Jwt> jwt = options.jwt();
    this.keys =
        jwt.isPresent()
            ? Optional.of(JwtKeys.open(jwt.get().jwks(), this::learnAgain, System::nanoTime))
            : Optional.empty();
    this.check = keys.map(known -> new JwtCheck(jwt.orElseThrow(), known, clock));
    files().forEach(file -> stamps.put(file, stamp(file)));
    if (options.encrypts() || options.authenticates()) {
      var _ =
          looks.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }
  }

  /// Reads the files.
  ///
  /// @param meters count what each identity asks for
  /// @param names of the server, besides those of the options
  /// @throws SettingsException if something is wrong with one
  public static Access open(AccessOptions options, IdentityMeters meters, List<String> names)
      throws SettingsException {
    return open(options, meters, names, InstantSource.system());
  }

  static Access open(
      AccessOptions options, IdentityMeters meters, List<String> names, InstantSource clock)
      throws SettingsException {
    options.requireConsistent();
    return new Access(options, meters, names, clock);
  }

  private Policy readPolicy() throws SettingsException {
    Optional<Path> file = options.accessFile();
    Policy read = file.isPresent() ? Policy.read(file.get()) : Policy.NOTHING;
    read.warnings().forEach(LOG::warn);
    return read;
  }

  /// What is allowed in its files, but hardly meant.
  public List<String> warnings() {
    return knowledge.policy().warnings();
  }

  private List<TokenFile.Stored> readTokens() throws SettingsException {
    return tokens.isPresent() ? tokens.get().read() : List.of();
  }

  private TrustedCas clientCas() {
    return tls.map(Tls::clientCas).orElse(TrustedCas.NONE);
  }

  private List<String> names() {
    return Stream.concat(listed.stream(), tls.stream().flatMap(each -> each.names().stream()))
        .toList();
  }

  /// TLS for the ports; empty if connections are not encrypted.
  public Optional<SslContext> tls() {
    return tls.map(Tls::context);
  }

  /// True if callers are asked who they are.
  public boolean authenticates() {
    return options.authenticates();
  }

  /// True if something is granted to callers without credentials.
  public boolean admitsAnonymous() {
    return knowledge.policy().anonymous().isPresent();
  }

  /// Has other servers of a cluster say who makes the calls that they hand on. Without that, nobody
  /// can.
  public void trust(Vouchers those) {
    vouchers = those;
  }

  /// Who makes a call, as another server says.
  Judgement judgeVouched(String method, byte[] voucher) {
    Optional<String> name = vouchers.check(method, voucher);
    if (name.isEmpty()) {
      return new Refused("no server of the cluster has vouched for its caller");
    }
    return knowledge
        .policy()
        .vouched(name.get())
        .<Judgement>map(
            caller -> new Known(caller, null, VOUCHED + caller.name(), "", Long.MAX_VALUE))
        .orElse(new Refused("the access file grants nothing to the identity vouched for"));
  }

  /// Finds the caller of each call, and refuses calls without one: for every port that other
  /// machines, or other users of this one, can reach.
  ///
  /// @param roles of the rpcs behind it, by full name
  public ServerInterceptor interceptor(Map<String, Role> roles) {
    return new CallerInterceptor(this, calls, meters, roles);
  }

  /// What a connection's calls need, beside what its transport says of itself.
  ///
  /// @param loop runs a task on the connection's event loop
  public Attributes connected(Attributes transport, Executor loop) {
    return transport.toBuilder().set(Connection.KEY, Connection.of(transport, loop)).build();
  }

  /// A connection is gone.
  ///
  /// @param transport what [#connected] made of it
  public void disconnected(Attributes transport) {
    Connection connection = transport.get(Connection.KEY);
    if (connection != null) {
      connection.close();
    }
  }

  /// What a server tells of it.
  public AccessStatus status() {
    return new AccessStatus(
        options.encrypts(),
        options.authenticates(),
        tls.map(Tls::expires),
        Stream.of(trouble, keys.map(JwtKeys::trouble).orElse(""))
            .filter(each -> !each.isEmpty())
            .reduce((a, b) -> a + "; " + b)
            .orElse(""));
  }

  /// Reads every file again.
  ///
  /// @return what is wrong; empty if all is in use
  public List<String> reload() {
    lock.lock();
    try {
      List<String> problems = new ArrayList<>();
      tls.ifPresent(each -> attempt(problems, each::reload));
      keys.ifPresent(each -> attempt(problems, each::reload));
      attempt(problems, () -> policy = readPolicy());
      attempt(problems, () -> stored = readTokens());
      authorities = new Authorities(names());
      knowledge = new Knowledge(policy, stored, clientCas());
      trouble = String.join("; ", problems);
      problems.forEach(each -> LOG.warn("{}; what was read before stays in use", each));
      return problems;
    } finally {
      lock.unlock();
    }
  }

  private interface Step {
    void run() throws SettingsException;
  }

  private static void attempt(List<String> problems, Step step) {
    try {
      step.run();
    } catch (SettingsException e) {
      problems.addAll(e.problems());
    }
  }

  /// The keys of JWTs are others: a JWT that was good may be so no more.
  private void learnAgain() {
    lock.lock();
    try {
      knowledge = new Knowledge(policy, stored, clientCas());
    } finally {
      lock.unlock();
    }
  }

  private Stream<Path> files() {
    return Stream.of(
            tls.stream().flatMap(each -> each.files().stream()),
            options.accessFile().stream(),
            options.tokens().stream(),
            keys.flatMap(JwtKeys::file).stream())
        .flatMap(each -> each);
  }

  /// Whatever else goes wrong here must not end the looks.
  private void look() {
    try {
      if (haveFilesChanged()) {
        if (reload().isEmpty()) {
          LOG.info("certificates, access file and tokens were read again");
        }
      }
      long now = clock.millis();
      knowledge.forget(now);
      calls.end(call -> whyNot(call, now));
    } catch (RuntimeException e) {
      LOG.error("access", e);
    }
  }

  private boolean haveFilesChanged() {
    lock.lock();
    try {
      boolean[] changed = {false};
      files()
          .forEach(
              file -> {
                Stamp now = stamp(file);
                changed[0] |= !now.equals(stamps.put(file, now));
              });
      return changed[0];
    } finally {
      lock.unlock();
    }
  }

  private static Stamp stamp(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(now.lastModifiedTime().toMillis(), now.size(), now.fileKey());
    } catch (IOException e) {
      return new Stamp(0, -1, null);
    }
  }

  /// Why an open call may not go on; empty if its caller is still who it was, and may do what it
  /// might. A caller that is known still, and may do other things now, begins again and finds out
  /// what: its clients try that by themselves, as they do not where they must prove another name.
  private Optional<Rejection> whyNot(OpenStreams.Open call, long now) {
    Known then = call.known();
    if (then.expires() <= now) {
      return Optional.of(Denial.UNAUTHENTICATED);
    }
    Knowledge known = knowledge;
    if (call.by() == known) {
      return Optional.empty();
    }
    Optional<Caller> caller = callerNow(then, call.connection(), known);
    if (caller.isPresent() && caller.get().equals(then.caller())) {
      call.judgedBy(known);
      return Optional.empty();
    }
    return Optional.of(
        caller.filter(then.caller()::isSameAs).isPresent()
            ? Denial.GRANTS_CHANGED
            : Denial.UNAUTHENTICATED);
  }

  private Optional<Caller> callerNow(Known then, Connection connection, Knowledge known) {
    TokenHash hash = then.hash();
    if (then.caller().isAnonymous()) {
      return known.policy().anonymous();
    }
    if (hash == null && then.evidence().startsWith(VOUCHED)) {
      return known.policy().vouched(then.caller().name());
    }
    if (hash == null) {
      return connection.caller(known);
    }
    Knowledge.Proved token = known.token(hash);
    if (token != null) {
      return token.caller();
    }
    // A JWT's signature was good, and stays so as long as its key counts; what its subject is
    // called
    // and may do can change.
    return then.caller().proof() == Caller.Proof.JWT
            && keys.stream().anyMatch(each -> each.contains(then.key()))
        ? known.policy().caller(Caller.Proof.JWT, List.of(then.evidence()))
        : Optional.empty();
  }

  /// True if it is a name of this server.
  ///
  /// @param authority `HOST` or `HOST:PORT`, as a client says
  /// @param reached the address of the server's end of the connection
  public boolean isNamed(String authority, String reached) {
    return isOurs(authority, reached);
  }

  /// An address as text, short and without its scope.
  public static String literal(InetAddress address) {
    return Authorities.literal(address);
  }

  /// True if a call asks for this server.
  boolean isOurs(String authority, String reached) {
    return authorities.contains(authority, reached);
  }

  /// Who makes a call, as far as that can be said without work.
  ///
  /// @param authorization the header; null if there is none
  Judgement judge(@Nullable Connection connection, @Nullable String authorization) {
    if (authorization != null) {
      return ofToken(authorization);
    }
    return connection == null || !connection.hasCertificate()
        ? anonymous()
        : ofCertificate(connection);
  }

  /// What was shown and is not good is refused: only those are anonymous who show nothing.
  private Judgement anonymous() {
    return knowledge
        .policy()
        .anonymous()
        .<Judgement>map(caller -> new Known(caller, null, "", "", Long.MAX_VALUE))
        .orElse(new Refused("it has neither a token nor a certificate"));
  }

  private Judgement ofToken(String authorization) {
    if (!authorization.regionMatches(true, 0, "Bearer ", 0, "Bearer ".length())) {
      return new Refused("its authorization is no bearer token");
    }
    String token = authorization.substring("Bearer ".length()).strip();
    TokenHash hash = TokenHash.of(token);
    Knowledge known = knowledge;
    if (token.startsWith(TokenFile.PREFIX)) {
      return judged(known.token(hash), hash, "token " + hash + " is unknown or revoked");
    }
    if (check.isEmpty()) {
      return new Refused("no JWTs are taken");
    }
    Knowledge.Proved seen = known.jwt(hash);
    return seen == null ? new Unseen(token, hash) : judged(seen, hash, "");
  }

  private Judgement ofCertificate(Connection connection) {
    if (connection.certificateExpires() <= clock.millis()) {
      return new Refused("its certificate has expired");
    }
    return connection
        .caller(knowledge)
        .<Judgement>map(caller -> new Known(caller, null, "", "", connection.certificateExpires()))
        .orElse(
            new Refused(
                "no CA of tls.client_ca has signed its certificate, or no identity of the access"
                    + " file has it"));
  }

  private Judgement judged(Knowledge.@Nullable Proved proved, TokenHash hash, String whyUnknown) {
    if (proved == null) {
      return new Refused(whyUnknown);
    }
    if (proved.expires() <= clock.millis()) {
      return new Refused("token " + hash + " has expired");
    }
    return proved
        .caller()
        .<Judgement>map(
            caller -> new Known(caller, hash, proved.evidence(), proved.key(), proved.expires()))
        .orElse(new Refused("no identity of the access file has token " + hash));
  }

  /// Checks a JWT on another thread.
  ///
  /// @param connection that it came on
  /// @param told gets [Known], [Refused] or [Busy], on some thread
  void check(@Nullable Connection connection, Unseen unseen, Consumer<Judgement> told) {
    if (!shares.take(connection)) {
      told.accept(new Busy());
      return;
    }
    check(
        unseen,
        judgement -> {
          shares.give(connection);
          told.accept(judgement);
        },
        true);
  }

  private void check(Unseen unseen, Consumer<Judgement> told, boolean mayLook) {
    try {
      checks.execute(() -> checkNow(unseen, told, mayLook));
    } catch (RejectedExecutionException e) {
      told.accept(new Busy());
    }
  }

  private void checkNow(Unseen unseen, Consumer<Judgement> told, boolean mayLook) {
    Knowledge known = knowledge;
    switch (check.orElseThrow().check(unseen.token())) {
      case JwtCheck.Valid valid ->
          told.accept(judged(known.remember(unseen.hash(), valid), unseen.hash(), ""));
      case JwtCheck.Refused refused -> told.accept(new Refused("JWT: " + refused.why()));
      case JwtCheck.KeyUnknown _ when mayLook ->
          keys.orElseThrow().missed(() -> check(unseen, told, false));
      case JwtCheck.KeyUnknown _ -> told.accept(new Refused("JWT: its key is unknown"));
    }
  }

  @Override
  public void close() {
    looks.shutdownNow();
    checks.shutdownNow();
    keys.ifPresent(JwtKeys::close);
  }
}
