package guidepost.cli.server;

import guidepost.server.v1.DomainStatus;
import guidepost.server.v1.GetStatusResponse;
import guidepost.server.v1.MethodStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a server did between two looks at it.
///
/// @param now the second look
/// @param seconds between the two, by the server's clock
/// @param cpu processors that it used, 0..processors
record TopRates(
    GetStatusResponse now, double seconds, double cpu, List<Method> methods, List<Domain> domains) {

  /// A quarter of what a client that asks too often would see.
  private static final double SECONDS_MIN = 1e-3;

  /// What became of the calls of one method, a second; the quantiles in seconds.
  record Method(
      String name,
      double ended,
      double rejected,
      double failed,
      double cancelled,
      long open,
      double p50,
      double p99) {}

  /// What became of one domain, a second; the quantiles of its syncs in seconds.
  record Domain(DomainStatus now, double changes, double groups, double p50, double p99) {}

  TopRates {
    methods = List.copyOf(methods);
    domains = List.copyOf(domains);
  }

  /// A server that was restarted meanwhile began to count from 0.
  static TopRates between(GetStatusResponse first, GetStatusResponse second) {
    boolean restarted = !first.getStarted().equals(second.getStarted());
    GetStatusResponse before = restarted ? GetStatusResponse.getDefaultInstance() : first;
    double from = seconds(restarted ? second.getStarted() : before.getTime());
    double seconds = Math.max(SECONDS_MIN, seconds(second.getTime()) - from);
    double cpu =
        (second.getFiguresOrDefault("cpu_seconds", 0)
                - before.getFiguresOrDefault("cpu_seconds", 0))
            / seconds;
    return new TopRates(
        second, seconds, cpu, methods(before, second, seconds), domains(before, second, seconds));
  }

  private static double seconds(com.google.protobuf.Timestamp time) {
    return time.getSeconds() + time.getNanos() / 1e9;
  }

  private static List<Method> methods(
      GetStatusResponse before, GetStatusResponse now, double seconds) {
    Map<String, MethodStatus> known = new HashMap<>();
    before.getMethodsList().forEach(method -> known.put(method.getMethod(), method));
    List<Method> methods = new ArrayList<>();
    for (MethodStatus method : now.getMethodsList()) {
      MethodStatus was = known.getOrDefault(method.getMethod(), MethodStatus.getDefaultInstance());
      List<Long> buckets = difference(was.getBucketsList(), method.getBucketsList());
      methods.add(
          new Method(
              method.getMethod(),
              (method.getEnded() - was.getEnded()) / seconds,
              (method.getRejected() - was.getRejected()) / seconds,
              (method.getFailed() - was.getFailed()) / seconds,
              (method.getCancelled() - was.getCancelled()) / seconds,
              method.getOpen(),
              quantile(0.5, now.getBucketBoundsList(), buckets),
              quantile(0.99, now.getBucketBoundsList(), buckets)));
    }
    methods.removeIf(method -> method.ended() == 0 && method.open() == 0);
    methods.sort(Comparator.comparingDouble(Method::ended).reversed().thenComparing(Method::name));
    return methods;
  }

  private static List<Domain> domains(
      GetStatusResponse before, GetStatusResponse now, double seconds) {
    Map<String, DomainStatus> known = new HashMap<>();
    before.getDomainsList().forEach(domain -> known.put(domain.getJournal().getDomain(), domain));
    List<Domain> domains = new ArrayList<>();
    for (DomainStatus domain : now.getDomainsList()) {
      DomainStatus was =
          known.getOrDefault(domain.getJournal().getDomain(), DomainStatus.getDefaultInstance());
      List<Long> buckets = difference(was.getAppendBucketsList(), domain.getAppendBucketsList());
      domains.add(
          new Domain(
              domain,
              (domain.getJournal().getChanges() - was.getJournal().getChanges()) / seconds,
              (domain.getJournal().getGroups() - was.getJournal().getGroups()) / seconds,
              quantile(0.5, now.getBucketBoundsList(), buckets),
              quantile(0.99, now.getBucketBoundsList(), buckets)));
    }
    return domains;
  }

  private static List<Long> difference(List<Long> before, List<Long> now) {
    List<Long> counts = new ArrayList<>(now);
    for (int i = 0; i < Math.min(before.size(), now.size()); i++) {
      counts.set(i, now.get(i) - before.get(i));
    }
    return counts;
  }

  /// Between the bounds of the bucket that it is in, as if those in it were spread evenly; the last
  /// bound for what is beyond it.
  ///
  /// @param bounds upper ones, ascending; the last may be infinite
  /// @param counts of each bucket, and of one without a bound
  /// @return NaN if nothing was counted
  static double quantile(double share, List<Double> bounds, List<Long> counts) {
    long all = counts.stream().mapToLong(Long::longValue).sum();
    if (all == 0) {
      return Double.NaN;
    }
    double rank = share * all;
    double below = 0;
    double lower = 0;
    for (int i = 0; i < counts.size() && i < bounds.size(); i++) {
      double upper = bounds.get(i);
      if (below + counts.get(i) >= rank) {
        return Double.isInfinite(upper)
            ? lower
            : lower + (upper - lower) * (rank - below) / counts.get(i);
      }
      below += counts.get(i);
      lower = upper;
    }
    return lower;
  }
}
