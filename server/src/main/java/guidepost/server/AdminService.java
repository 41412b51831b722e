package guidepost.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.calls.Failures;
import guidepost.calls.Reason;
import guidepost.calls.RpcRoles;
import guidepost.calls.ServedDomain;
import guidepost.journal.JournalException;
import guidepost.journal.OverloadedException;
import guidepost.journal.QuietLog;
import guidepost.server.v1.AdminGrpc;
import guidepost.server.v1.BackupRequest;
import guidepost.server.v1.BackupResponse;
import guidepost.server.v1.CompactRequest;
import guidepost.server.v1.CompactResponse;
import guidepost.server.v1.DumpRequest;
import guidepost.server.v1.DumpResponse;
import guidepost.server.v1.HandOverRequest;
import guidepost.server.v1.HandOverResponse;
import guidepost.server.v1.ReloadSettingsRequest;
import guidepost.server.v1.ReloadSettingsResponse;
import guidepost.server.v1.VerifyRequest;
import guidepost.server.v1.VerifyResponse;
import guidepost.settings.SettingsException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.LoggerFactory;

/// Administers the data of a running server, for those that may open the socket in its directory.
///
/// Every operation has a thread of its own, since it waits for the disk and for its client; there
/// is at most one of a kind at a time.
///
/// Threads: any.
final class AdminService extends AdminGrpc.AdminImplBase implements AutoCloseable {

  /// Who may call what.
  static final RpcRoles ROLES =
      RpcRoles.none()
          .admin(
              AdminGrpc.getBackupMethod(),
              AdminGrpc.getDumpMethod(),
              AdminGrpc.getVerifyMethod(),
              AdminGrpc.getReloadSettingsMethod(),
              AdminGrpc.getHandOverMethod(),
              AdminGrpc.getCompactMethod());

  private static final QuietLog QUIET = new QuietLog(LoggerFactory.getLogger(AdminService.class));

  private record UnderWay(AdminCall<?> call, Thread thread) {}

  /// What an operation does.
  private interface Work<R> {
    void run(AdminCall<R> call)
        throws IOException, AdminCall.EndedException, OverloadedException, InterruptedException;
  }

  private final ServedData served;
  private final Optional<RunningSettings> settings;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<String, UnderWay> underWay = new HashMap<>();

  @GuardedBy("lock")
  private boolean closing;

  /// @param settings those that can be read again; empty if the server was started without any
  AdminService(ServedData served, Optional<RunningSettings> settings) {
    this.served = served;
    this.settings = settings;
  }

  @Override
  public void backup(BackupRequest request, StreamObserver<BackupResponse> observer) {
    start("backup", observer, call -> Copying.send(served, call));
  }

  @Override
  public void dump(DumpRequest request, StreamObserver<DumpResponse> observer) {
    start(
        "dump",
        observer,
        call ->
            DumpWriter.write(
                served.domains().stream().map(ServedDomain::stored).toList(),
                served.store(),
                lines -> call.send(DumpResponse.newBuilder().setLines(lines).build())));
  }

  @Override
  public void verify(VerifyRequest request, StreamObserver<VerifyResponse> observer) {
    start("verify", observer, call -> new Verification(call::send).run(served));
  }

  @Override
  public void compact(CompactRequest request, StreamObserver<CompactResponse> observer) {
    start("compact", observer, call -> call.send(Compaction.run(served.files("compact"))));
  }

  @Override
  public void reloadSettings(
      ReloadSettingsRequest request, StreamObserver<ReloadSettingsResponse> observer) {
    start("reload", observer, call -> call.send(reloaded()));
  }

  @Override
  public void handOver(HandOverRequest request, StreamObserver<HandOverResponse> observer) {
    start("handover", observer, call -> call.send(handedOver()));
  }

  private HandOverResponse handedOver() {
    try {
      served
          .store()
          .cluster()
          .orElseThrow(
              () ->
                  Failures.rejected(Reason.NOT_LEADING, "this server has its journals for itself"))
          .handOver();
      return HandOverResponse.getDefaultInstance();
    } catch (JournalException e) {
      throw Failures.rejected(Reason.NOT_LEADING, String.valueOf(e.getMessage()));
    }
  }

  private ReloadSettingsResponse reloaded() {
    try {
      RunningSettings.Change change =
          settings
              .orElseThrow(
                  () -> new SettingsException("this server was started without any to read again"))
              .reload();
      return ReloadSettingsResponse.newBuilder()
          .addAllApplied(change.applied())
          .addAllNeedRestart(change.needRestart())
          .build();
    } catch (SettingsException e) {
      throw Failures.rejected(RunningSettings.rejection(e));
    }
  }

  /// One whose client is gone is about to end: the next of its kind waits for that.
  private <R> void start(String kind, StreamObserver<R> observer, Work<R> work) {
    AdminCall<R> call = new AdminCall<>(observer);
    lock.lock();
    try {
      Optional<UnderWay> before = Optional.ofNullable(underWay.get(kind));
      if (closing) {
        call.fail(Failures.shuttingDown());
      } else if (before.isPresent() && !before.get().call().isEnded()) {
        call.fail(
            Failures.rejected(
                Reason.ALREADY_RUNNING,
                "a %s is running already; wait until it ends".formatted(kind)));
      } else {
        Thread thread =
            Thread.ofPlatform()
                .name("guidepost-" + kind)
                .unstarted(
                    () -> {
                      before.ifPresent(each -> joinUninterruptibly(each.thread()));
                      run(kind, call, work);
                    });
        underWay.put(kind, new UnderWay(call, thread));
        thread.start();
      }
    } finally {
      lock.unlock();
    }
  }

  private <R> void run(String kind, AdminCall<R> call, Work<R> work) {
    Optional<Throwable> failure = failure(kind, call, work);
    lock.lock();
    try {
      underWay.computeIfPresent(kind, (_, now) -> now.call() == call ? null : now);
    } finally {
      lock.unlock();
    }
    failure.ifPresentOrElse(call::fail, call::complete);
  }

  private static <R> Optional<Throwable> failure(String kind, AdminCall<R> call, Work<R> work) {
    try {
      work.run(call);
      return Optional.empty();
    } catch (AdminCall.EndedException e) {
      return Optional.of(e.status());
    } catch (OverloadedException e) {
      return Optional.of(Failures.overloaded(e));
    } catch (IOException e) {
      QUIET.error(kind, "%s failed: %s".formatted(kind, e.getMessage()));
      return Optional.of(Failures.notRead(e));
    } catch (RuntimeException e) {
      return Optional.of(Failures.status(e));
    } catch (InterruptedException e) {
      return Optional.of(Failures.internal(e));
    }
  }

  /// Ends every operation under way, at the next step it takes.
  void shutdown() {
    lock.lock();
    try {
      closing = true;
      underWay.values().forEach(each -> each.call().end(Failures.shuttingDown()));
    } finally {
      lock.unlock();
    }
  }

  /// Ends every operation under way because of trouble with the store, which cannot be put right
  /// while somebody reads.
  void interrupt(JournalException trouble) {
    lock.lock();
    try {
      underWay.values().forEach(each -> each.call().end(Failures.notRead(trouble)));
    } finally {
      lock.unlock();
    }
  }

  /// Also waits until none works any more: the store may be closed then.
  @Override
  public void close() {
    shutdown();
    threads().forEach(AdminService::joinUninterruptibly);
  }

  private static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Thread> threads() {
    lock.lock();
    try {
      return underWay.values().stream().map(UnderWay::thread).toList();
    } finally {
      lock.unlock();
    }
  }
}
