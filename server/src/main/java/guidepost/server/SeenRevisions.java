package guidepost.server;

import guidepost.calls.ServedDomain;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The revisions that readers of a server see, as clients are told them and send them back: a text
/// such as `routes=12,features=3`.
///
/// Threads: any.
final class SeenRevisions {

  /// In a response, what its server had when it answered; in a request, what the answer must have
  /// at least.
  static final Metadata.Key<String> HEADER =
      Metadata.Key.of("guidepost-revision", Metadata.ASCII_STRING_MARSHALLER);

  /// The timeline that the revisions are of, as a decimal number without a sign. Revisions of
  /// another one say nothing about this server: its journals were loaded or restored since.
  static final Metadata.Key<String> TIMELINE =
      Metadata.Key.of("guidepost-timeline", Metadata.ASCII_STRING_MARSHALLER);

  private static final Pattern ENTRY = Pattern.compile("([a-z0-9-]{1,32})=([0-9]{1,18})");

  /// More than there are domains: bounds what a client can have looked at.
  private static final int LENGTH_MAX = 512;

  private record Wanted(ServedDomain domain, long revision) {}

  /// A text and what it was made of.
  private record Told(List<Long> revisions, String text) {}

  private final List<ServedDomain> domains;

  /// The last one: most answers tell what the one before told.
  private volatile Told told = new Told(List.of(), "");

  SeenRevisions(List<ServedDomain> domains) {
    this.domains = List.copyOf(domains);
  }

  /// Those of now.
  String text() {
    Told last = told;
    if (!isOfNow(last.revisions())) {
      last = textOf(domains.stream().map(ServedDomain::revision).toList());
      told = last;
    }
    return last.text();
  }

  private boolean isOfNow(List<Long> revisions) {
    int count = domains.size();
    if (revisions.size() != count) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (domains.get(i).revision() != revisions.get(i)) {
        return false;
      }
    }
    return true;
  }

  private Told textOf(List<Long> revisions) {
    return new Told(
        revisions,
        IntStream.range(0, revisions.size())
            .mapToObj(i -> domains.get(i).stored().name() + "=" + revisions.get(i))
            .collect(Collectors.joining(",")));
  }

  /// The timeline of now; empty if there are no domains.
  String timeline() {
    return domains.stream()
        .map(domain -> Long.toUnsignedString(domain.journal().timeline()))
        .findFirst()
        .orElse("");
  }

  /// What a call asks for: nothing, if it names revisions of another timeline.
  String wantedBy(Metadata headers) {
    String seen = Objects.requireNonNullElse(headers.get(HEADER), "");
    String timeline = headers.get(TIMELINE);
    return timeline == null || timeline.equals(timeline()) ? seen : "";
  }

  /// Says which revisions there are, and of which timeline.
  void tell(Metadata metadata) {
    metadata.discardAll(HEADER);
    metadata.put(HEADER, text());
    metadata.discardAll(TIMELINE);
    metadata.put(TIMELINE, timeline());
  }

  /// True if readers see all that a text names. What is no such text names nothing.
  boolean has(String text) {
    return wanted(text).stream().allMatch(each -> each.domain().revision() >= each.revision());
  }

  /// Completes when readers see all that a text names, which callers can make up.
  ///
  /// @param patience fails after so long
  CompletableFuture<Void> reached(String text, Duration patience) {
    return CompletableFuture.allOf(
        wanted(text).stream()
            .map(each -> each.domain().reached(each.revision(), patience))
            .toArray(CompletableFuture<?>[]::new));
  }

  /// Completes when readers see all that the journals hold now.
  ///
  /// @param patience fails after so long
  CompletableFuture<Void> caughtUp(Duration patience) {
    return CompletableFuture.allOf(
        domains.stream()
            .map(domain -> domain.reached(domain.journal().revision(), patience))
            .toArray(CompletableFuture<?>[]::new));
  }

  private List<Wanted> wanted(String text) {
    List<Wanted> wanted = new ArrayList<>();
    if (text.length() > LENGTH_MAX) {
      return wanted;
    }
    for (String each : text.split(",", -1)) {
      Matcher entry = ENTRY.matcher(each);
      if (entry.matches()) {
        long revision = Long.parseLong(entry.group(2));
        domain(entry.group(1)).ifPresent(domain -> wanted.add(new Wanted(domain, revision)));
      }
    }
    return wanted;
  }

  private Optional<ServedDomain> domain(String name) {
    return domains.stream().filter(each -> each.stored().name().equals(name)).findFirst();
  }
}
