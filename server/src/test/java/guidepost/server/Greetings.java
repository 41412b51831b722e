package guidepost.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import guidepost.calls.Figure;
import guidepost.calls.RpcRoles;
import guidepost.calls.ServedDomain;
import guidepost.calls.ServedFront;
import guidepost.calls.StoredDomain;
import guidepost.journal.Batch;
import guidepost.journal.Domain;
import guidepost.journal.DomainWriter;
import guidepost.journal.Findings;
import guidepost.journal.Journal;
import guidepost.journal.JournalException;
import guidepost.journal.OverloadedException;
import guidepost.journal.Value;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// A domain that no server knows of: a greeting for each language, as `de=Guten Tag`. Its entries
/// have no line of their own in a dump.
final class Greetings implements ServedDomain {

  static final StoredDomain STORED = new Stored();

  static final MethodDescriptor<StringValue, StringValue> PUT =
      MethodDescriptor.<StringValue, StringValue>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Greetings/Put")
          .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
          .build();

  private final Journal journal;
  private final Index index = new Index();
  private final DomainWriter<String, String> writer;
  private boolean isShutDown;

  Greetings(Journal journal) throws JournalException {
    this.journal = journal;
    journal.replay((key, value, revision) -> index.held.put(text(key), new Value(revision, value)));
    writer = DomainWriter.start(STORED.name(), journal, index, 100);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  /// Forgets a greeting that stays in the journal: what a check must find.
  void lose(String language) {
    index.held.remove(language);
  }

  boolean isShutDown() {
    return isShutDown;
  }

  private static final class Stored implements StoredDomain {

    @Override
    public String name() {
      return "greetings";
    }

    @Override
    public long verify(Journal journal, Findings findings) throws JournalException {
      long[] entries = {0};
      journal.replay((_, _, _) -> entries[0]++);
      return entries[0];
    }

    @Override
    public Optional<Message> line(byte[] key, byte[] value, long revision) {
      return Optional.empty();
    }

    @Override
    public boolean entry(Message line, Journal.EntryVisitor visitor) {
      return false;
    }
  }

  private static final class Index implements Domain<String, String> {

    private final Map<String, Value> held = new TreeMap<>();

    @Override
    public Decision<String> decide(String greeting, Batch batch) {
      String language = greeting.substring(0, greeting.indexOf('='));
      byte[] words = greeting.substring(language.length() + 1).getBytes(UTF_8);
      batch.put(language.getBytes(UTF_8), words, held.get(language));
      return revision -> {
        held.put(language, new Value(revision, words));
        return "at revision " + revision;
      };
    }

    @Override
    public void apply(long revision, Instant time, Batch batch) {
      batch.forEach(
          (key, value, _) ->
              held.put(text(key), new Value(revision, Objects.requireNonNull(value))));
    }

    @Override
    public void publish() {}

    @Override
    public void abandon() {}
  }

  @Override
  public StoredDomain stored() {
    return STORED;
  }

  @Override
  public Journal journal() {
    return journal;
  }

  @Override
  public DomainWriter<?, ?> domainWriter() {
    return writer;
  }

  @Override
  public List<Figure> figures() {
    return List.of(Figure.gauge("entries", "Greetings.", index.held.size()));
  }

  @Override
  public long verify(Findings findings) throws JournalException {
    return journal.replay(
        (key, _, _) -> {
          if (!index.held.containsKey(text(key))) {
            findings.add(STORED.name(), "no greeting for " + text(key));
          }
        });
  }

  @Override
  public List<ServerServiceDefinition> services() {
    return List.of(
        RpcRoles.none()
            .writer(PUT)
            .applyTo(
                ServerServiceDefinition.builder("test.Greetings")
                    .addMethod(PUT, ServerCalls.asyncUnaryCall(this::put))
                    .build()));
  }

  /// Writes a greeting, such as `de=Guten Tag`.
  CompletableFuture<String> put(String greeting) throws OverloadedException {
    return writer.submit(greeting, 1);
  }

  private void put(StringValue request, StreamObserver<StringValue> caller) {
    try {
      var _ =
          put(request.getValue())
              .thenAccept(
                  answer -> {
                    caller.onNext(StringValue.of(answer));
                    caller.onCompleted();
                  });
    } catch (OverloadedException e) {
      caller.onError(e);
    }
  }

  @Override
  public List<ServerServiceDefinition> aliases() {
    return List.of();
  }

  @Override
  public void onStopped(Consumer<List<String>> told) {
    var _ = writer.stopped().thenRun(() -> told.accept(ServedFront.names(services())));
  }

  @Override
  public void shutdown() {
    isShutDown = true;
  }

  @Override
  public void close() {
    writer.close();
  }
}
