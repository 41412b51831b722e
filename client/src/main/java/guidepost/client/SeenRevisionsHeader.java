package guidepost.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Remembers which revisions a cluster's answers were of, and has further calls wait for those on
/// whichever server answers them: so time never runs backwards for this client. Revisions of
/// another timeline are forgotten: the servers were loaded or restored since.
///
/// Threads: any.
final class SeenRevisionsHeader implements ClientInterceptor {

  private static final Metadata.Key<String> REVISION =
      Metadata.Key.of("guidepost-revision", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<String> TIMELINE =
      Metadata.Key.of("guidepost-timeline", Metadata.ASCII_STRING_MARSHALLER);

  private static final Pattern ENTRY = Pattern.compile("([a-z0-9-]{1,32})=([0-9]{1,18})");

  @GuardedBy("this")
  private final Map<String, Long> seen = new TreeMap<>();

  @GuardedBy("this")
  private String timeline = "";

  private synchronized void tell(Metadata request) {
    if (seen.isEmpty()) {
      return;
    }
    request.put(
        REVISION,
        seen.entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .collect(Collectors.joining(",")));
    if (!timeline.isEmpty()) {
      request.put(TIMELINE, timeline);
    }
  }

  private synchronized void see(Metadata answer) {
    String told = answer.get(REVISION);
    if (told == null) {
      return;
    }
    String of = Objects.requireNonNullElse(answer.get(TIMELINE), "");
    if (!of.equals(timeline)) {
      seen.clear();
      timeline = of;
    }
    Matcher entries = ENTRY.matcher(told);
    while (entries.find()) {
      seen.merge(entries.group(1), Long.parseLong(entries.group(2)), Math::max);
    }
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> answers, Metadata headers) {
        tell(headers);
        super.start(
            new SimpleForwardingClientCallListener<>(answers) {
              @Override
              public void onHeaders(Metadata told) {
                see(told);
                super.onHeaders(told);
              }

              @Override
              public void onClose(Status status, Metadata trailers) {
                see(trailers);
                super.onClose(status, trailers);
              }
            },
            headers);
      }
    };
  }
}
