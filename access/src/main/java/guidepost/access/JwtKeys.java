package guidepost.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import guidepost.journal.QuietLog;
import guidepost.settings.SettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.LoggerFactory;

/// The public keys that sign JWTs, of a file or a URL.
///
/// What is known stays until something better is read: while the URL does not answer, answers
/// slowly, or answers rubbish, tokens of known keys go on. A key that is not known costs one look
/// at the URL, whoever asks and however often:
///
/// ```
///   unknown key ─▶ a look is under way? ──▶ wait for it ─▶ judge again
///                  looked just now?     ──▶ refused
///                  otherwise            ──▶ look ─▶ judge again
/// ```
///
/// Threads: any; the URL is read on a thread of its own.
final class JwtKeys implements AutoCloseable {

  /// How often the keys are read although nobody misses one: a key that was taken out of the set is
  /// to be believed no longer than that.
  private static final Duration REFRESH = Duration.ofMinutes(5);

  /// An issuer publishes a key before it uses it; strangers who invent key ids must not make a
  /// server ask more often.
  static final Duration LOOK_INTERVAL = Duration.ofSeconds(10);

  /// Of a look, from its beginning to the last byte.
  private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(10);

  /// Hundreds of keys; issuers have two or three.
  private static final int BYTES_MAX = 1 << 20;

  /// Calls that may wait for a look.
  private static final int WAITING_MAX = 256;

  private static final int OK = 200;
  private static final QuietLog QUIET = new QuietLog(LoggerFactory.getLogger(JwtKeys.class));

  private final Optional<URI> uri;
  private final Path file;
  private final Runnable onChange;
  private final LongSupplier nanoTime;
  private final Optional<HttpClient> http;
  private final ScheduledExecutorService looks;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by the lock.
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean looking;
  private boolean looked;
  private long lookedNanos;

  private volatile JWKSet keys = new JWKSet();
  private volatile Set<String> thumbprints = Set.of();
  private volatile String trouble = "";

  private JwtKeys(String place, Runnable onChange, LongSupplier nanoTime) throws SettingsException {
    this.uri = uri(place);
    this.file = Path.of(uri.isPresent() ? "" : place);
    this.onChange = onChange;
    this.nanoTime = nanoTime;
    this.http =
        uri.map(
            any ->
                HttpClient.newBuilder()
                    .connectTimeout(LOOK_TIMEOUT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build());
    this.looks =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("guidepost-jwks").daemon().factory());
  }

  /// Reads the file, or begins to ask the URL: a server starts although it does not answer.
  ///
  /// @param place a path or URL
  /// @param onChange called when the keys are others than before
  /// @throws SettingsException if it is neither, or the file cannot be read
  static JwtKeys open(String place, Runnable onChange, LongSupplier nanoTime)
      throws SettingsException {
    JwtKeys keys = new JwtKeys(place, onChange, nanoTime);
    if (keys.uri.isEmpty()) {
      keys.reload();
    } else {
      keys.missed(() -> {});
      var _ =
          keys.looks.scheduleWithFixedDelay(
              () -> keys.missed(() -> {}),
              REFRESH.toSeconds(),
              REFRESH.toSeconds(),
              TimeUnit.SECONDS);
    }
    return keys;
  }

  private static Optional<URI> uri(String place) throws SettingsException {
    String lower = place.toLowerCase(Locale.ROOT);
    if (!lower.startsWith("https:") && !lower.startsWith("http:")) {
      return Optional.empty();
    }
    try {
      URI uri = URI.create(place);
      String host = uri.getHost();
      if (host == null || (lower.startsWith("http:") && !isLoopback(host))) {
        throw new SettingsException(
            "access.jwt.jwks \"%s\": must be a file, or begin with https://HOST".formatted(place));
      }
      return Optional.of(uri);
    } catch (IllegalArgumentException e) {
      throw new SettingsException("access.jwt.jwks \"%s\": is no URL".formatted(place));
    }
  }

  private static boolean isLoopback(String host) {
    boolean literal = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    try {
      return literal && InetAddress.getByName(host).isLoopbackAddress();
    } catch (IOException e) {
      return false;
    }
  }

  /// Those that are known now.
  JWKSet current() {
    return keys;
  }

  /// True if a key is among them.
  ///
  /// @param thumbprint as [#thumbprint] has it
  boolean contains(String thumbprint) {
    return thumbprints.contains(thumbprint);
  }

  /// What a key is known by, whatever its id: the SHA-256 of RFC 7638.
  static String thumbprint(JWK key) throws JOSEException {
    return key.computeThumbprint().toString();
  }

  /// What went wrong when they were read last; empty if nothing did.
  String trouble() {
    return trouble;
  }

  /// The file that is read again when it changes; empty if they come from a URL.
  Optional<Path> file() {
    return uri.isPresent() ? Optional.empty() : Optional.of(file);
  }

  /// Reads the file again, or begins to ask the URL; what was read before stays if something is
  /// wrong with it.
  void reload() throws SettingsException {
    if (uri.isPresent()) {
      missed(() -> {});
      return;
    }
    FileMode.requireTrusted(file);
    try {
      take(Files.readString(file));
    } catch (IOException e) {
      throw new SettingsException("%s: cannot be read: %s".formatted(file, e));
    } catch (ParseException e) {
      throw new SettingsException("%s: must be a JSON Web Key Set".formatted(file));
    }
  }

  /// A key is not among them: looks at the URL if that may help.
  ///
  /// @param then called when it has been looked for, perhaps at once, on whatever thread
  void missed(Runnable then) {
    if (mustWait(then)) {
      return;
    }
    then.run();
  }

  private boolean mustWait(Runnable then) {
    lock.lock();
    try {
      boolean justNow = looked && nanoTime.getAsLong() - lookedNanos < LOOK_INTERVAL.toNanos();
      if (uri.isEmpty() || (!looking && justNow) || waiting.size() >= WAITING_MAX) {
        return false;
      }
      waiting.add(then);
      if (!looking) {
        looking = true;
        looks.execute(this::look);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void look() {
    try {
      take(fetched(uri.orElseThrow()));
      trouble = "";
    } catch (IOException | ParseException e) {
      trouble = "%s: %s".formatted(uri.orElseThrow(), reason(e));
      QUIET.warn("jwks", "keys of JWTs could not be read: " + trouble);
    } finally {
      looked().forEach(Runnable::run);
    }
  }

  private static String reason(Exception e) {
    return e instanceof ParseException
        ? "did not answer with a JSON Web Key Set"
        : String.valueOf(e.getMessage() == null ? e : e.getMessage());
  }

  private List<Runnable> looked() {
    lock.lock();
    try {
      looking = false;
      looked = true;
      lookedNanos = nanoTime.getAsLong();
      List<Runnable> told = List.copyOf(waiting);
      waiting.clear();
      return told;
    } finally {
      lock.unlock();
    }
  }

  private String fetched(URI from) throws IOException {
    HttpRequest request = HttpRequest.newBuilder(from).timeout(LOOK_TIMEOUT).build();
    CompletableFuture<HttpResponse<String>> answer =
        http.orElseThrow()
            .sendAsync(
                request,
                HttpResponse.BodyHandlers.limiting(
                    HttpResponse.BodyHandlers.ofString(), BYTES_MAX));
    try {
      HttpResponse<String> response = answer.get(LOOK_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != OK) {
        throw new IOException("answered HTTP " + response.statusCode());
      }
      return response.body();
    } catch (ExecutionException e) {
      throw new IOException("did not answer: " + e.getCause(), e);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("did not answer within %d s".formatted(LOOK_TIMEOUT.toSeconds()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("was interrupted", e);
    }
  }

  /// No keys at all is not believed: it would lock out everybody.
  private void take(String json) throws ParseException {
    JWKSet next = JWKSet.parse(json).toPublicJWKSet();
    if (next.isEmpty()) {
      throw new ParseException("no public key", 0);
    }
    boolean changed = !next.equals(keys);
    thumbprints = thumbprints(next);
    keys = next;
    if (changed) {
      onChange.run();
    }
  }

  private static Set<String> thumbprints(JWKSet set) throws ParseException {
    Set<String> found = new HashSet<>();
    try {
      for (JWK key : set.getKeys()) {
        found.add(thumbprint(key));
      }
    } catch (JOSEException e) {
      throw new ParseException("a key that is none", 0);
    }
    return Set.copyOf(found);
  }

  @Override
  public void close() {
    looks.shutdownNow();
    http.ifPresent(HttpClient::shutdownNow);
  }
}
