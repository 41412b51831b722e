package guidepost.access;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import guidepost.calls.CallObserver;
import guidepost.calls.Caller;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import guidepost.routes.v1.ApplyRequest;
import guidepost.routes.v1.ModifyRequest;
import guidepost.routes.v1.Operation;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What one call comes to, for the [AuditLog].
///
/// Cost: a look at each result of a response. Threads: those of the call and of its service.
final class AuditedCall implements CallObserver {

  /// How often a call that stays open has a line. The longest name that the contracts allow has 128
  /// bytes.
  private static final int TEXT_MAX = 128;

  private static final long LINE_MILLIS = Duration.ofSeconds(10).toMillis();

  /// What a line may say of a request. Not the texts of people: those of notes, and the names of
  /// features and trips.
  private static final Set<String> TOLD =
      Set.of("table", "source", "prefix", "id", "trip_id", "delete");

  /// Messages whose `name` is that of a table or a source.
  private static final String ROUTES = "guidepost.routes.v1.";

  /// What a response may say of its effect.
  private static final Set<String> EFFECTS =
      Set.of("revision", "accepted", "rejected", "deleted", "changed", "created");

  /// What a response tells of, by the name of its field, and what the id of that is called. A
  /// client may leave it to the server to choose one.
  private static final Map<String, String> MADE = Map.of("note", "id", "trip", "trip_id");

  /// Sources that one call writes: most write one.
  private static final int SOURCES_MAX = 16;

  private static final String RESULTS = "results";
  private static final String DEFAULT_TABLE = "default";
  private static final String DEFAULT_SOURCE = "static";

  private final String rpc;
  private final AuditLog log;
  private final Caller caller;
  private final String from;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<String, Object> asked = new LinkedHashMap<>();

  @GuardedBy("lock")
  private final Map<String, Object> effects = new LinkedHashMap<>();

  /// Of all messages of the call so far.
  @GuardedBy("lock")
  private final Set<String> tables = new LinkedHashSet<>();

  @GuardedBy("lock")
  private final Set<String> sources = new LinkedHashSet<>();

  @GuardedBy("lock")
  private long accepted;

  @GuardedBy("lock")
  private long rejected;

  @GuardedBy("lock")
  private long revision;

  @GuardedBy("lock")
  private long toldMillis;

  @GuardedBy("lock")
  private boolean ended;

  /// Of the call that this thread is in.
  AuditedCall(String rpc, AuditLog log) {
    this.rpc = rpc;
    this.log = log;
    this.caller = Caller.current();
    this.from = Caller.currentHost();
    this.toldMillis = log.clock().millis();
  }

  @Override
  public void asked(Object message) {
    if (message instanceof Message request) {
      lock.lock();
      try {
        switch (request) {
          case ModifyRequest changes -> tell(changes);
          case ApplyRequest apply -> tell(apply.getRequest());
          default -> tellOnce(request);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  @GuardedBy("lock")
  private void tellOnce(Message request) {
    if (asked.isEmpty()) {
      tell(request, true);
    }
  }

  /// The table, and the sources that the operations name, or the request for those that name none.
  @GuardedBy("lock")
  private void tell(ModifyRequest changes) {
    add(tables, changes.getTable(), DEFAULT_TABLE);
    String byDefault = changes.getSource().isEmpty() ? DEFAULT_SOURCE : changes.getSource();
    String last = "";
    for (Operation operation : changes.getOperationsList()) {
      String source = source(operation);
      if (last.isEmpty() || !source.equals(last)) {
        add(sources, source, byDefault);
        last = source;
      }
    }
  }

  private static String source(Operation operation) {
    return switch (operation.getActionCase()) {
      case ADD -> operation.getAdd().getSource();
      case DELETE_ROUTE -> operation.getDeleteRoute().getSource();
      case REPLACE -> operation.getReplace().getSource();
      case BEGIN_SYNC -> operation.getBeginSync().getSource();
      case END_SYNC -> operation.getEndSync().getSource();
      case DELETE_PREFIX, ACTION_NOT_SET -> "";
    };
  }

  private static void add(Set<String> names, String name, String byDefault) {
    if (names.size() < SOURCES_MAX) {
      names.add(name.isEmpty() ? byDefault : shortened(name));
    } else if (!names.contains(name.isEmpty() ? byDefault : shortened(name))) {
      names.add("...");
    }
  }

  /// The fields of the request, and those of the messages in it.
  @GuardedBy("lock")
  private void tell(Message request, boolean deeper) {
    for (FieldDescriptor field : request.getDescriptorForType().getFields()) {
      if (field.isRepeated() || (field.hasPresence() && !request.hasField(field))) {
        continue;
      }
      if (field.getJavaType() == JavaType.MESSAGE) {
        if (deeper) {
          tell((Message) request.getField(field), false);
        }
      } else if (isTold(field)) {
        Object value = request.getField(field);
        if (!value.equals(field.getDefaultValue())) {
          asked.putIfAbsent(name(field), value instanceof String text ? shortened(text) : value);
        }
      }
    }
  }

  /// Names are short; what is longer is no name, and would push other lines out of the log.
  private static String shortened(String text) {
    return text.length() > TEXT_MAX ? text.substring(0, TEXT_MAX) + "..." : text;
  }

  private static boolean isTold(FieldDescriptor field) {
    return TOLD.contains(field.getName())
        || (field.getName().equals("name")
            && field.getContainingType().getFullName().startsWith(ROUTES));
  }

  /// What `name` is the name of.
  private static String name(FieldDescriptor field) {
    if (!field.getName().equals("name")) {
      return field.getName();
    }
    return field.getContainingType().getName().contains("Source") ? "source" : "table";
  }

  @Override
  public void answered(Object message) {
    if (message instanceof Message response) {
      lock.lock();
      try {
        count(response);
        if (log.clock().millis() - toldMillis >= LINE_MILLIS) {
          addLine("OPEN");
        }
      } finally {
        lock.unlock();
      }
    }
  }

  @GuardedBy("lock")
  private void count(Message response) {
    Descriptor type = response.getDescriptorForType();
    FieldDescriptor results = type.findFieldByName(RESULTS);
    if (results != null && results.isRepeated()) {
      for (Object each : (List<?>) response.getField(results)) {
        if (each instanceof OperationResult result) {
          count(result);
        }
      }
      return;
    }
    MADE.forEach((field, called) -> tellMade(response, type.findFieldByName(field), called));
    for (String effect : EFFECTS) {
      FieldDescriptor field = type.findFieldByName(effect);
      if (field != null && !field.isRepeated() && field.getJavaType() != JavaType.MESSAGE) {
        effects.put(effect, response.getField(field));
      }
    }
  }

  @GuardedBy("lock")
  private void tellMade(Message response, @Nullable FieldDescriptor field, String called) {
    if (field == null || field.isRepeated() || field.getJavaType() != JavaType.MESSAGE) {
      return;
    }
    FieldDescriptor id = field.getMessageType().findFieldByName("id");
    if (id != null && response.hasField(field)) {
      effects.put(called, ((Message) response.getField(field)).getField(id));
    }
  }

  @GuardedBy("lock")
  private void count(OperationResult result) {
    if (result.getCode() == ResultCode.RESULT_CODE_OK) {
      accepted++;
      revision = Math.max(revision, result.getRevision());
    } else {
      rejected++;
    }
  }

  @Override
  public void ended(String code) {
    lock.lock();
    try {
      if (!ended) {
        ended = true;
        addLine(code);
      }
    } finally {
      lock.unlock();
    }
  }

  /// One as a text, several as a list.
  private static Optional<Object> names(Set<String> told) {
    return switch (told.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(told.iterator().next());
      default -> Optional.of(List.copyOf(told));
    };
  }

  @GuardedBy("lock")
  private void addLine(String result) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", log.clock().instant().toString());
    line.put("caller", caller.name());
    line.put("by", caller.proof().name().toLowerCase(Locale.ROOT));
    line.put("from", from);
    line.put("rpc", rpc);
    line.put("result", result);
    if (accepted + rejected > 0) {
      line.put("accepted", accepted);
      line.put("rejected", rejected);
      line.put("revision", revision);
    }
    line.putAll(effects);
    asked.forEach(line::putIfAbsent);
    names(tables).ifPresent(told -> line.put("table", told));
    names(sources).ifPresent(told -> line.put("source", told));
    log.add(line, accepted == 0 && !result.equals("OK"));
    accepted = 0;
    rejected = 0;
    effects.clear();
    toldMillis = log.clock().millis();
  }
}
