package guidepost.server;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import guidepost.access.Access;
import guidepost.access.AccessStatus;
import guidepost.calls.Caller;
import guidepost.calls.CallerLimits;
import guidepost.calls.Failures;
import guidepost.calls.Grant;
import guidepost.calls.IdentityLimits;
import guidepost.calls.IdentityMeters;
import guidepost.calls.RevisionTimes;
import guidepost.calls.Role;
import guidepost.calls.RpcRoles;
import guidepost.calls.ServedDomain;
import guidepost.journal.Cluster;
import guidepost.journal.ClusterMember;
import guidepost.journal.ClusterStats;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.Leadership;
import guidepost.journal.WriterStats;
import guidepost.server.v1.ClientLimits;
import guidepost.server.v1.ClusterServer;
import guidepost.server.v1.GetClusterRequest;
import guidepost.server.v1.GetClusterResponse;
import guidepost.server.v1.GetInfoRequest;
import guidepost.server.v1.GetInfoResponse;
import guidepost.server.v1.GetJournalsRequest;
import guidepost.server.v1.GetJournalsResponse;
import guidepost.server.v1.GetStatusRequest;
import guidepost.server.v1.GetStatusResponse;
import guidepost.server.v1.JournalStats;
import guidepost.server.v1.ServerGrpc;
import guidepost.server.v1.WhoAmIRequest;
import guidepost.server.v1.WhoAmIResponse;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Tells what is running.
final class InfoService extends ServerGrpc.ServerImplBase {

  /// Who may call what.
  static final RpcRoles ROLES =
      RpcRoles.none()
          .reader(
              ServerGrpc.getGetInfoMethod(),
              ServerGrpc.getGetJournalsMethod(),
              ServerGrpc.getWhoAmIMethod(),
              ServerGrpc.getGetClusterMethod(),
              ServerGrpc.getGetStatusMethod());

  private final GetInfoResponse info;
  private final Access access;
  private final IdentityMeters meters;
  private final ConnectionLimits connections;
  private final ServedData data;
  private final StatusMessage status;
  private final Supplier<Optional<String>> settingsTrouble;
  private final Supplier<String> grpcAddress;

  InfoService(
      Instant started,
      ServerOptions options,
      Access access,
      IdentityMeters meters,
      ServedData data,
      StatusMessage status,
      Supplier<Optional<String>> settingsTrouble,
      Supplier<String> grpcAddress)
      throws ServerStartException {
    this.settingsTrouble = settingsTrouble;
    this.grpcAddress = grpcAddress;
    this.data = data;
    this.status = status;
    this.access = access;
    this.meters = meters;
    this.connections = options.connections();
    info =
        GetInfoResponse.newBuilder()
            .setVersion(Version.current())
            .setStarted(
                Timestamp.newBuilder()
                    .setSeconds(started.getEpochSecond())
                    .setNanos(started.getNano()))
            .setJavaVersion(Runtime.version().toString())
            .setMessageBytesMax(options.messageBytesMax())
            .setQueuedChangesMax(options.routeLimits().queuedChangesMax())
            .setInsecure(Endpoint.isExposed(options))
            .build();
  }

  @Override
  public void getInfo(GetInfoRequest request, StreamObserver<GetInfoResponse> observer) {
    AccessStatus status = access.status();
    GetInfoResponse.Builder answer =
        info.toBuilder()
            .setEncrypted(status.encrypted())
            .setAuthenticated(status.authenticated())
            .setAccessTrouble(told(status.trouble()))
            .setGrpcAddress(grpcAddress.get())
            .setLimits(limits(status.authenticated()));
    status
        .certificateExpires()
        .ifPresent(
            time ->
                answer.setCertificateExpireTime(
                    Timestamp.newBuilder().setSeconds(time.getEpochSecond())));
    settingsTrouble.get().map(InfoService::told).ifPresent(answer::setSettingsTrouble);
    observer.onNext(answer.build());
    observer.onCompleted();
  }

  /// The text names files of this machine.
  private static String told(String trouble) {
    boolean isTold = trouble.isEmpty() || Caller.current().may(Role.ADMIN);
    return isTold ? trouble : "see the server log";
  }

  private ClientLimits limits(boolean authenticated) {
    ClientLimits.Builder limits =
        ClientLimits.newBuilder()
            .setCallsPerConnectionMax(connections.callsMax())
            .setConnectionBytesMax(connections.shareBytes());
    if (authenticated) {
      CallerLimits callers = meters.limits();
      IdentityLimits identity =
          Caller.current().isAnonymous() ? callers.address() : callers.identity();
      limits
          .setConnectionsPerIdentityMax(identity.connections())
          .setStreamsPerIdentityMax(identity.streams())
          .setCallsPerSecondPerIdentityMax(identity.callsPerSecond())
          .setBurstPerIdentityMax(identity.burst());
    }
    return limits.build();
  }

  @Override
  public void getJournals(
      GetJournalsRequest request, StreamObserver<GetJournalsResponse> observer) {
    // No event loop waits for the disk.
    Thread.startVirtualThread(
        () ->
            Failures.answering(
                observer,
                () -> {
                  observer.onNext(journals());
                  observer.onCompleted();
                }));
  }

  private GetJournalsResponse journals() {
    GetJournalsResponse.Builder answer = GetJournalsResponse.newBuilder();
    for (ServedDomain domain : data.domains()) {
      Journal journal = domain.journal();
      JournalStats.Builder stats = stats(domain).toBuilder();
      new RevisionTimes(journal).of(journal.oldestRevision() - 1).ifPresent(stats::setOldestTime);
      answer.addJournals(stats);
    }
    return answer.setTrouble(trouble()).build();
  }

  private String trouble() {
    return data.store().trouble().map(JournalException::getMessage).orElse("");
  }

  @Override
  public void whoAmI(WhoAmIRequest request, StreamObserver<WhoAmIResponse> observer) {
    Caller caller = Caller.current();
    WhoAmIResponse.Builder answer =
        WhoAmIResponse.newBuilder()
            .setName(caller.name())
            .setProof(caller.proof().name().toLowerCase(Locale.ROOT));
    for (Grant grant : caller.grants()) {
      answer
          .addGrantsBuilder()
          .setRole(grant.role().toString())
          .addAllTables(grant.tables().listed())
          .addAllSources(grant.sources().listed())
          .addAllLayers(grant.layers().listed())
          .addAllTravellers(grant.travellers().listed());
    }
    observer.onNext(answer.build());
    observer.onCompleted();
  }

  @Override
  public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> observer) {
    observer.onNext(status.now());
    observer.onCompleted();
  }

  @Override
  public void getCluster(GetClusterRequest request, StreamObserver<GetClusterResponse> observer) {
    observer.onNext(
        data.store()
            .cluster()
            .map(this::described)
            .orElse(GetClusterResponse.getDefaultInstance()));
    observer.onCompleted();
  }

  private GetClusterResponse described(Cluster cluster) {
    Leadership leadership = cluster.leadership();
    ClusterStats stats = cluster.stats();
    GetClusterResponse.Builder answer =
        GetClusterResponse.newBuilder()
            .setShared(true)
            .setLeads(leadership.leads())
            .setEpoch(leadership.epoch())
            .setLeader(leadership.address())
            .setLag(stats.lag())
            .setOffset(stats.offset())
            .setRevisions(new SeenRevisions(data.domains()).text())
            .setTrouble(trouble())
            .setClaims(stats.claims())
            .setEpochsLed(stats.epochsLed())
            .setVoidRecords(stats.voidRecords())
            .setGapReads(stats.gapReads())
            .setUnknownOutcomes(stats.unknownOutcomes())
            .setSettled(stats.settled())
            .setSnapshots(stats.snapshots())
            .setSnapshotFailures(stats.snapshotFailures());
    stats.asOf().ifPresent(time -> answer.setAsOf(timestamp(time)));
    List<ClusterMember> members = cluster.members();
    long end = members.stream().mapToLong(ClusterMember::offset).max().orElse(0);
    members.forEach(each -> answer.addServers(described(each, end)));
    return answer.build();
  }

  private static ClusterServer described(ClusterMember member, long end) {
    ClusterServer.Builder server =
        ClusterServer.newBuilder()
            .setAddress(member.address())
            .setVersion(member.version())
            .setFormat(member.format())
            .setLeads(member.leads())
            .setEpoch(member.epoch())
            .setOffset(member.offset())
            .setLag(end - member.offset())
            .setRevisions(
                new TreeMap<>(member.revisions())
                    .entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .collect(Collectors.joining(",")))
            .setSilent(
                Duration.newBuilder()
                    .setSeconds(member.silent().toSeconds())
                    .setNanos(member.silent().toNanosPart()))
            .setThere(member.isThere())
            .setSelf(member.self())
            .setTrouble(member.trouble());
    member.asOf().ifPresent(time -> server.setAsOf(timestamp(time)));
    return server.build();
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  static JournalStats stats(ServedDomain domain) {
    Journal journal = domain.journal();
    WriterStats writer = domain.stats();
    return JournalStats.newBuilder()
        .setDomain(domain.stored().name())
        .setTimeline(journal.timeline())
        .setRevision(journal.revision())
        .setOldestRevision(journal.oldestRevision())
        .setLogBytes(journal.logBytes())
        .setQueuedChanges(writer.queuedChanges())
        .setGroups(writer.groups())
        .setRevisions(writer.batches())
        .setChanges(writer.changes())
        .setBytes(writer.bytes())
        .setFailedGroups(writer.failures())
        .setWriting(duration(writer.writing()))
        .setWritingMax(duration(writer.writingMax()))
        .build();
  }

  private static Duration duration(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }
}
