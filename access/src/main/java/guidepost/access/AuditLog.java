package guidepost.access;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.status.Status;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import guidepost.calls.CallObserver;
import guidepost.calls.Role;
import guidepost.journal.QuietLog;
import guidepost.settings.SettingsException;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// Who changed what, from where, with which result: a line of JSON for each call that changes
/// something, or was denied to.
///
/// ```json
/// {"time":"2026-11-29T12:00:00.123Z","caller":"r7","by":"token","from":"192.0.2.7",
///  "rpc":"guidepost.routes.v1.Routes/Modify","result":"OK","accepted":120,"rejected":1,
///  "revision":8123,"table":"default","source":"bgp.r7"}
/// ```
///
/// A call that stays open has a line every ten seconds in which it changed something, with the
/// result `OPEN`. No line has a token, nor what somebody wrote: of a request it names tables,
/// sources, ids and travellers, and nothing else.
///
/// The file has mode 0600; beyond [#FILE_BYTES_MAX] it becomes `FILE.1`, and so on up to
/// [#FILES_MAX]. Lines are written by a thread of their own, in order; a call waits for it only if
/// [#LINES_WAITING_MAX] lines do.
///
/// Threads: any.
public final class AuditLog implements AutoCloseable {

  /// Some 300,000 lines.
  static final String FILE_BYTES_MAX = "64MB";

  /// With the present one about half a gigabyte.
  private static final int FILES_MAX = 7;

  /// A second of the fastest writes of small calls.
  private static final int LINES_WAITING_MAX = 16_384;

  /// How often the size is looked at: a file may exceed it by what comes meanwhile.
  private static final double SIZE_CHECK_MILLIS = 10;

  /// Lines of calls that changed nothing: at 300 bytes each it takes them a day to fill the files.
  static final int FAILED_PER_SECOND = 20;

  private static final Set<PosixFilePermission> OF_OTHERS =
      PosixFilePermissions.fromString("----w-rwx");
  private static final String END = "";
  private static final JsonMapper JSON = new JsonMapper();
  private static final QuietLog QUIET = new QuietLog(LoggerFactory.getLogger(AuditLog.class));

  private final LoggerContext context = new LoggerContext();
  private final Logger log;
  private final InstantSource clock;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>(LINES_WAITING_MAX);
  private final Thread writer;
  private final Failures failures = new Failures();

  private AuditLog(Path file, String bytesMax, InstantSource clock) {
    this.clock = clock;
    context.setMDCAdapter(new LogbackMDCAdapter()); // without one it writes nothing, in silence
    context.getStatusManager().add(AuditLog::tell);
    this.log = context.getLogger("audit");
    log.setLevel(Level.INFO);
    log.addAppender(appender(file.toAbsolutePath().toString(), bytesMax));
    this.writer = Thread.ofPlatform().name("guidepost-audit").start(this::write);
  }

  /// Opens the file, made if absent, and appends to it.
  ///
  /// @throws SettingsException if that cannot be done
  public static AuditLog open(Path file) throws SettingsException {
    return open(file, FILE_BYTES_MAX, InstantSource.system());
  }

  static AuditLog open(Path file, String bytesMax, InstantSource clock) throws SettingsException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      tighten(file);
    } catch (IOException e) {
      throw new SettingsException("audit.file \"%s\": cannot be made: %s".formatted(file, e));
    }
    if (!Files.isRegularFile(file) || !Files.isWritable(file)) {
      throw new SettingsException("audit.file \"%s\": must be a writable file".formatted(file));
    }
    return new AuditLog(file, bytesMax, clock);
  }

  /// One that was made by somebody else: readers outside its group are none of its.
  private static void tighten(Path file) {
    try {
      Set<PosixFilePermission> mode = new HashSet<>(Files.getPosixFilePermissions(file));
      if (Files.isRegularFile(file) && mode.removeAll(OF_OTHERS)) {
        QUIET.warn(
            "audit mode", "%s: others than its owner and group could read it".formatted(file));
        Files.setPosixFilePermissions(file, mode);
      }
    } catch (IOException | UnsupportedOperationException e) {
      QUIET.warn("audit mode", "%s: its mode cannot be changed: %s".formatted(file, e));
    }
  }

  /// What goes wrong with the file.
  private static void tell(Status status) {
    if (status.getLevel() >= Status.WARN) {
      QUIET.error("audit", "the audit log: " + status);
    }
  }

  private RollingFileAppender<ILoggingEvent> appender(String file, String bytesMax) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%msg%n");
    encoder.start();
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setName("audit");
    appender.setFile(file);
    appender.setEncoder(encoder);
    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(file + ".%i");
    rolling.setMaxIndex(FILES_MAX);
    rolling.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> triggering = new SizeBasedTriggeringPolicy<>();
    triggering.setContext(context);
    triggering.setMaxFileSize(FileSize.valueOf(bytesMax));
    triggering.setCheckIncrement(Duration.buildByMilliseconds(SIZE_CHECK_MILLIS));
    triggering.start();
    appender.setRollingPolicy(rolling);
    appender.setTriggeringPolicy(triggering);
    appender.start();
    return appender;
  }

  /// The same service, each call of which that needs a writer's role, or a higher one, has its
  /// line.
  ///
  /// @param roles those of its rpcs, by full name
  public ServerServiceDefinition applyTo(ServerServiceDefinition service, Map<String, Role> roles) {
    ServerServiceDefinition.Builder audited =
        ServerServiceDefinition.builder(service.getServiceDescriptor());
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      audited.addMethod(observed(method, roles));
    }
    return audited.build();
  }

  private <Q, A> ServerMethodDefinition<Q, A> observed(
      ServerMethodDefinition<Q, A> method, Map<String, Role> roles) {
    String rpc = method.getMethodDescriptor().getFullMethodName();
    if (!roles.getOrDefault(rpc, Role.ADMIN).includes(Role.WRITER)) {
      return method;
    }
    return CallObserver.observed(method, () -> new AuditedCall(rpc, this));
  }

  InstantSource clock() {
    return clock;
  }

  /// Adds a line.
  ///
  /// @param failed true if nothing was changed: of such calls a caller can make any number, which
  ///   must not push the changes out of the log. Beyond [#FAILED_PER_SECOND] they are counted only
  void add(Map<String, Object> entry, boolean failed) {
    if (failed && !mayTellFailure(entry)) {
      return;
    }
    try {
      lines.put(JSON.writeValueAsString(entry));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean mayTellFailure(Map<String, Object> entry) {
    long second = clock.millis() / 1_000;
    synchronized (failures) {
      if (second != failures.second) {
        failures.second = second;
        failures.told = 0;
      }
      if (failures.told >= FAILED_PER_SECOND) {
        failures.leftOut++;
        return false;
      }
      failures.told++;
      if (failures.leftOut > 0) {
        entry.put("failed_calls_left_out", failures.leftOut);
        failures.leftOut = 0;
      }
      return true;
    }
  }

  /// Calls that failed within the present second.
  private static final class Failures {
    private long second;
    private int told;
    private long leftOut;
  }

  private void write() {
    try {
      String line = lines.take();
      while (!line.equals(END)) {
        log.info("{}", line);
        line = lines.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Writes what waits.
  @Override
  public void close() {
    try {
      lines.put(END);
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    context.stop();
  }
}
