package guidepost.server;

import guidepost.access.Access;
import guidepost.access.AccessStatus;
import guidepost.calls.Figure;
import guidepost.calls.IdentityMeters;
import guidepost.calls.ServerBudget;
import guidepost.journal.ClusterStats;
import guidepost.journal.JournalStore;
import guidepost.journal.Leadership;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the server as a whole tells of itself.
///
/// Threads: any.
///
/// @param started when it began to serve
/// @param settings those that can be read again
record ServerFigures(
    Instant started,
    ServerOptions options,
    JournalStore store,
    Access access,
    Optional<RunningSettings> settings,
    IdentityMeters meters,
    ServerBudget budget,
    Endpoint.Watching watching) {

  List<Figure> figures() {
    List<Figure> figures = new ArrayList<>(connections());
    figures.addAll(state());
    figures.addAll(disk());
    store
        .cluster()
        .ifPresent(cluster -> figures.addAll(ofCluster(cluster.leadership(), cluster.stats())));
    return figures;
  }

  private List<Figure> connections() {
    return List.of(
        Figure.gauge(
            "connections",
            "Connections of the gRPC port that are open; those of the web port are"
                + " web_connections.",
            watching.counts().open()),
        Figure.gauge(
            "connections_waiting",
            "New connections of the gRPC port that wait, because their address opens many.",
            watching.counts().waiting()),
        Figure.gauge(
            "web_connections",
            "Connections of the web port that are open.",
            watching.webCounts().open()),
        Figure.gauge(
            "web_connections_waiting",
            "New connections of the web port that wait, because their address opens many.",
            watching.webCounts().waiting()),
        Figure.counter(
            "connections_closed_by_limit",
            "Connections that were refused or closed because of a limit.",
            watching.log().count()),
        Figure.gauge(
            "client_memory_bytes", "What the server holds for its clients.", budget.held()),
        Figure.gauge(
            "client_memory_bytes_max",
            "The most that it holds for them: see the setting memory.clients_max.",
            budget.bytesMax()),
        Figure.gauge(
            "queued_changes_max",
            "The most that may wait in each domain: see the setting writes.queue_max.",
            options.routeLimits().queuedChangesMax()),
        Figure.gauge("identities", "Identities that called lately.", meters.size()),
        Figure.gauge(
            "anonymous_addresses",
            "Addresses that calls without credentials came from lately.",
            meters.addresses()),
        Figure.gauge(
            "network_buffers_bytes",
            "Memory outside the heap that buffers of the network take.",
            Math.max(0, PlatformDependent.usedDirectMemory())));
  }

  private List<Figure> state() {
    AccessStatus now = access.status();
    List<Figure> figures = new ArrayList<>();
    figures.add(
        Figure.gauge("build_info", "1, with the version that runs.", 1)
            .with("version", Version.current())
            .with("java", Runtime.version().toString())
            .with("engine", options.engine().getClass().getSimpleName()));
    figures.add(
        Figure.gauge(
            "start_time_seconds", "When it began to serve.", started.toEpochMilli() / 1e3));
    figures.add(
        Figure.gauge(
            "writable",
            "1 while changes can be written; 0 if the device is full or fails.",
            truth(store.trouble().isEmpty())));
    figures.add(
        Figure.gauge(
            "settings_reload_failed",
            "1 if the last reload of the settings failed, and those before it stay in force.",
            truth(settings.flatMap(RunningSettings::trouble).isPresent())));
    figures.add(
        Figure.gauge(
            "access_reload_failed",
            "1 if a changed certificate, access file or token file is not in use.",
            truth(!now.trouble().isEmpty())));
    now.certificateExpires()
        .ifPresent(
            time ->
                figures.add(
                    Figure.gauge(
                        "certificate_expire_time_seconds",
                        "When the certificate in use expires.",
                        time.getEpochSecond())));
    return figures;
  }

  /// Of a server that shares its journals with others.
  static List<Figure> ofCluster(Leadership leadership, ClusterStats stats) {
    List<Figure> figures = new ArrayList<>();
    figures.add(
        Figure.gauge(
            "cluster_leads",
            "1 if this server leads: it decides what is written.",
            truth(leadership.leads())));
    figures.add(
        Figure.gauge("cluster_epoch", "The number of the leader's term.", leadership.epoch()));
    figures.add(
        Figure.gauge(
            "cluster_lag_records",
            "Records of the log that the server has not read, as far as it knows.",
            stats.lag()));
    stats
        .asOf()
        .ifPresent(
            time ->
                figures.add(
                    Figure.gauge(
                        "cluster_as_of_time_seconds",
                        "When the server last had all that it knew the log to hold.",
                        time.toEpochMilli() / 1e3)));
    figures.add(
        Figure.counter("cluster_claims", "Claims to lead that the server made.", stats.claims()));
    figures.add(
        Figure.counter("cluster_epochs_led", "Claims of its own that counted.", stats.epochsLed()));
    figures.add(
        Figure.counter(
            "cluster_void_records",
            "Records that did not count, such as those of a leader that was superseded.",
            stats.voidRecords()));
    figures.add(
        Figure.counter(
            "cluster_gap_reads",
            "Times that it led and found records of others before its own.",
            stats.gapReads()));
    figures.add(
        Figure.counter(
            "cluster_unknown_outcomes",
            "Writes whose outcome was unknown at first.",
            stats.unknownOutcomes()));
    figures.add(
        Figure.counter(
            "cluster_settled", "Writes of those that turned out to be written.", stats.settled()));
    figures.add(
        Figure.counter(
            "cluster_snapshots",
            "Snapshots that the server made, for new servers to begin with.",
            stats.snapshots()));
    figures.add(
        Figure.counter(
            "cluster_snapshot_failures", "Times that it could not.", stats.snapshotFailures()));
    figures.add(
        Figure.counter(
            "cluster_rejudged",
            "Times that another server knew another log, and this one judged all of it again.",
            stats.rejudged()));
    return figures;
  }

  private static double truth(boolean is) {
    return is ? 1 : 0;
  }

  /// A directory that is gone has no space to tell of.
  private List<Figure> disk() {
    Optional<Path> directory = options.engine().directory();
    if (directory.isEmpty()) {
      return List.of();
    }
    try {
      FileStore disk = Files.getFileStore(directory.get());
      return List.of(
          Figure.gauge(
              "disk_free_bytes",
              "What can still be written to the file system of the data directory.",
              disk.getUsableSpace()),
          Figure.gauge(
              "disk_bytes",
              "The size of the file system of the data directory.",
              disk.getTotalSpace()));
    } catch (IOException e) {
      return List.of();
    }
  }
}
