package guidepost.calls;

import io.grpc.Context;
import io.grpc.Metadata;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What one call is called in logs: its method, and an id that its client may have chosen.
///
/// | the client sends | the id |
/// |---|---|
/// | `x-request-id`, of 1 to 64 visible ASCII characters | that |
/// | `traceparent`, as the W3C has it | the id of the trace |
/// | neither | 16 random hexadecimal digits, once somebody asks |
///
/// Threads: any.
public final class RequestName {

  private static final Metadata.Key<String> REQUEST_ID =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> TRACE_PARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
  private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,64}");
  private static final Pattern TRACE = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-.*");

  private static final Context.Key<RequestName> CURRENT = Context.key("guidepost-request");

  private final String method;
  private volatile @Nullable String id;

  private RequestName(String method, @Nullable String id) {
    this.method = method;
    this.id = id;
  }

  /// That of a call.
  ///
  /// @param method its full name
  public static RequestName of(String method, Metadata headers) {
    return new RequestName(method, id(headers));
  }

  private static @Nullable String id(Metadata headers) {
    String chosen = headers.get(REQUEST_ID);
    if (chosen != null && VISIBLE.matcher(chosen).matches()) {
      return chosen;
    }
    String parent = headers.get(TRACE_PARENT);
    if (parent == null) {
      return null;
    }
    Matcher trace = TRACE.matcher(parent);
    return trace.matches() ? trace.group(1) : null;
  }

  /// That of the call which this thread is in.
  public static Optional<RequestName> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  /// A context in which it is the current one.
  public Context in(Context context) {
    return context.withValue(CURRENT, this);
  }

  /// The full name of the method.
  public String method() {
    return method;
  }

  /// The id.
  public synchronized String id() {
    String known = id;
    if (known == null) {
      known = "%016x".formatted(ThreadLocalRandom.current().nextLong());
      id = known;
    }
    return known;
  }
}
