package guidepost.journal.kafka;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import guidepost.journal.JournalDraft;
import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import guidepost.journal.QuietLog;
import guidepost.journal.rocksdb.RocksReplica;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Copies of the state with its log, kept by the brokers: what a new server begins with, so that
/// the log need not be kept from its beginning.
///
/// ```
///   partition 0   begun  complete  verified     begun  complete  verified  ...     small
///   partition 1   chunk chunk chunk             chunk chunk chunk          ...     the files
/// ```
///
/// Threads: any; one makes at a time.
final class SnapshotTopic implements AutoCloseable {

  private static final QuietLog QUIET = new QuietLog(LoggerFactory.getLogger(SnapshotTopic.class));

  private static final Duration POLL = Duration.ofMillis(200);

  /// Chunks under way at once: enough for the network, little for the memory.
  private static final int UNDER_WAY_MAX = 8;

  private final KafkaOptions options;
  private final KafkaLink link;
  private final TopicPartition index;
  private final TopicPartition chunks;

  @GuardedBy("this")
  private final KafkaConsumer<byte[], byte[]> consumer;

  @GuardedBy("this")
  private final Map<Long, SnapshotEntry.Complete> complete = new LinkedHashMap<>();

  @GuardedBy("this")
  private final TreeSet<Long> verified = new TreeSet<>();

  @GuardedBy("this")
  private SnapshotEntry.@Nullable Begun begun;

  @GuardedBy("this")
  private long begunNanos;

  /// That of the last one that this process has begun. It is never under way for the one that made
  /// it: once it asks, it is complete, or was given up.
  @GuardedBy("this")
  private long own;

  /// Makes the topic if it is absent.
  ///
  /// @throws JournalException as [KafkaLink#topic()]
  SnapshotTopic(KafkaOptions options, KafkaLink link) throws JournalException {
    this.options = options;
    this.link = link;
    this.index = new TopicPartition(options.snapshots(), 0);
    this.chunks = new TopicPartition(options.snapshots(), 1);
    link.snapshotTopic();
    this.consumer = link.consumer(index);
    refreshFromBegin();
  }

  private synchronized void refreshFromBegin() throws JournalException {
    try {
      consumer.seek(index, KafkaLink.begin(consumer));
      refresh();
    } catch (KafkaException | JournalException e) {
      consumer.close();
      throw new JournalException(Reason.IO, "%s: %s".formatted(options, e), e);
    }
  }

  /// Reads what is new of the small records.
  ///
  /// @throws JournalException if the brokers do not answer
  synchronized void refresh() throws JournalException {
    try {
      long end = KafkaLink.end(consumer);
      while (consumer.position(index) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(index)) {
          take(record.value());
        }
      }
    } catch (KafkaException e) {
      throw new JournalException(Reason.IO, "%s: %s".formatted(options, e), e);
    }
  }

  /// What cannot be read is no snapshot.
  private synchronized void take(byte[] value) {
    SnapshotEntry entry;
    try {
      entry = SnapshotEntry.decode(value);
    } catch (IllegalArgumentException e) {
      QUIET.warn(
          "snapshot entry",
          "%s: a record of %s is passed over: %s".formatted(options, index, e.getMessage()));
      return;
    }
    switch (entry) {
      case SnapshotEntry.Begun e -> {
        if (e.id() != own) {
          begun = e;
          begunNanos = System.nanoTime();
        }
      }
      case SnapshotEntry.Complete e -> {
        complete.put(e.id(), e);
        begun = null;
      }
      case SnapshotEntry.Verified e -> verified.add(e.id());
      case SnapshotEntry.Chunk _ -> {}
    }
  }

  /// All that are complete, the furthest first.
  synchronized List<SnapshotEntry.Complete> complete() {
    return complete.values().stream()
        .sorted(
            Comparator.comparingLong((SnapshotEntry.Complete each) -> each.position().offset())
                .reversed())
        .toList();
  }

  /// Those that were read again after they were made, the furthest first.
  synchronized List<SnapshotEntry.Complete> verified() {
    TreeSet<Long> read = verified;
    return complete().stream().filter(each -> read.contains(each.id())).toList();
  }

  /// True if another server has begun one within a time, not completed it, and is there to do so.
  ///
  /// @param takesPart whether the server of an address does
  synchronized boolean isUnderWay(Duration within, Predicate<String> takesPart) {
    return begun != null
        && System.nanoTime() - begunNanos < within.toNanos()
        && takesPart.test(begun.address());
  }

  /// A number for one that this process begins.
  private synchronized long drawOwn() {
    own = ThreadLocalRandom.current().nextLong();
    return own;
  }

  /// Puts the furthest snapshot of a log that is whole in the place of a copy.
  ///
  /// @param begin the first offset that the log has
  /// @param told of each one that is damaged
  /// @return it; empty if there is none
  /// @throws JournalException if the directory cannot be written, or the brokers do not answer
  Optional<SnapshotEntry.Complete> install(
      Position start, long begin, Path copy, java.util.function.Consumer<String> told)
      throws JournalException {
    for (SnapshotEntry.Complete each : complete()) {
      if (!each.position().topic().equals(start.topic()) || each.position().offset() < begin) {
        continue;
      }
      try (JournalDraft draft = RocksReplica.taking(copy, each.timeline())) {
        write(each, draft.files().orElseThrow());
        draft.store();
        draft.complete();
        return Optional.of(each);
      } catch (DamagedException e) {
        told.accept(String.valueOf(e.getMessage()));
      }
    }
    return Optional.empty();
  }

  /// A snapshot is not what its maker wrote.
  private static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1;

    DamagedException(SnapshotEntry.Complete snapshot, String what) {
      super(
          "the snapshot %016x, of offset %d of the log: %s"
              .formatted(snapshot.id(), snapshot.position().offset(), what));
    }
  }

  /// Takes bytes of a snapshot.
  private interface Sink {
    void write(byte[] bytes, int from, int length) throws IOException;
  }

  private void write(SnapshotEntry.Complete snapshot, JournalDraft.CopiedFiles files)
      throws JournalException, DamagedException {
    for (String name : snapshot.files().keySet()) {
      if (!files.takes(name)) {
        throw new DamagedException(snapshot, "has a file \"%s\"".formatted(name));
      }
    }
    try (FileSplitter splitter = new FileSplitter(snapshot.files(), files)) {
      read(snapshot, splitter);
      if (!splitter.isAtEnd()) {
        throw new DamagedException(snapshot, "is shorter than its files");
      }
    } catch (JournalException e) {
      throw e;
    } catch (IOException e) {
      throw new JournalException(Reason.IO, "%s: %s".formatted(options.copy(), e), e);
    }
  }

  /// Cuts bytes into files.
  private static final class FileSplitter implements Sink, AutoCloseable {
    private final Iterator<Map.Entry<String, Long>> next;
    private final JournalDraft.CopiedFiles files;
    private @Nullable OutputStream out;
    private long left;

    FileSplitter(Map<String, Long> lengths, JournalDraft.CopiedFiles files) throws IOException {
      this.next = lengths.entrySet().iterator();
      this.files = files;
      advance();
    }

    private void advance() throws IOException {
      while (left == 0) {
        close();
        if (!next.hasNext()) {
          return;
        }
        Map.Entry<String, Long> file = next.next();
        out = files.create(file.getKey());
        left = file.getValue();
      }
    }

    boolean isAtEnd() {
      return left == 0 && !next.hasNext();
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      int at = from;
      int rest = length;
      while (rest > 0) {
        OutputStream open = out;
        if (open == null) {
          throw new IOException("a snapshot is longer than its files");
        }
        int now = (int) Math.min(left, rest);
        open.write(bytes, at, now);
        at += now;
        rest -= now;
        left -= now;
        advance();
      }
    }

    @Override
    public void close() throws IOException {
      OutputStream open = out;
      out = null;
      if (open != null) {
        open.close();
      }
    }
  }

  /// Reads the chunks of a snapshot, all or with an error.
  private void read(SnapshotEntry.Complete snapshot, Sink sink)
      throws DamagedException, IOException {
    MessageDigest digest = sha256();
    int number = 0;
    long bytes = 0;
    try (KafkaConsumer<byte[], byte[]> reader = link.consumer(chunks)) {
      if (KafkaLink.begin(reader) > snapshot.firstChunk()
          || KafkaLink.end(reader) <= snapshot.lastChunk()) {
        throw new DamagedException(snapshot, "its chunks were deleted");
      }
      reader.seek(chunks, snapshot.firstChunk());
      while (reader.position(chunks) <= snapshot.lastChunk()) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL).records(chunks)) {
          SnapshotEntry.Chunk chunk = chunk(snapshot, record);
          if (chunk == null) {
            continue;
          }
          bytes += chunk.bytes().length;
          if (chunk.number() != number || bytes > snapshot.bytes()) {
            throw new DamagedException(snapshot, "chunk %d is not there".formatted(number));
          }
          number++;
          digest.update(chunk.bytes());
          sink.write(chunk.bytes(), 0, chunk.bytes().length);
        }
      }
    } catch (KafkaException e) {
      throw new JournalException(Reason.IO, "%s: %s".formatted(options, e), e);
    }
    if (!Arrays.equals(digest.digest(), snapshot.sha256())) {
      throw new DamagedException(snapshot, "its SHA-256 is another one");
    }
  }

  /// Null if it is of another snapshot, which was made at the same time.
  private static SnapshotEntry.@Nullable Chunk chunk(
      SnapshotEntry.Complete snapshot, ConsumerRecord<byte[], byte[]> record)
      throws DamagedException {
    if (record.offset() > snapshot.lastChunk()) {
      return null;
    }
    try {
      return SnapshotEntry.decode(record.value()) instanceof SnapshotEntry.Chunk chunk
              && chunk.id() == snapshot.id()
          ? chunk
          : null;
    } catch (IllegalArgumentException e) {
      throw new DamagedException(snapshot, "chunk at offset %d: %s".formatted(record.offset(), e));
    }
  }

  /// Reads a snapshot, and says what is wrong with it; empty if nothing is.
  ///
  /// @throws JournalException if the brokers do not answer
  Optional<String> damage(SnapshotEntry.Complete snapshot) throws JournalException {
    try {
      read(snapshot, (_, _, _) -> {});
      return Optional.empty();
    } catch (DamagedException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (JournalException e) {
      throw e;
    } catch (IOException e) {
      throw new JournalException(Reason.IO, "%s: %s".formatted(options, e), e);
    }
  }

  /// Makes a snapshot of a copy, and reads it again.
  ///
  /// @param timeline of the log
  /// @throws JournalException if it could not be made; then it does no harm
  void make(RocksReplica replica, long timeline, String address) throws JournalException {
    long id = drawOwn();
    try (KafkaProducer<byte[], byte[]> producer = link.producer();
        RocksReplica.Snapshot snapshot = replica.snapshot()) {
      send(producer, index, new SnapshotEntry.Begun(id, address)).get(patience(), SECONDS);
      SnapshotEntry.Complete made = sendFiles(producer, id, timeline, snapshot);
      send(producer, index, made).get(patience(), SECONDS);
      Optional<String> damage = damage(made);
      if (damage.isPresent()) {
        throw new JournalException(Reason.CORRUPT, damage.get(), null);
      }
      send(producer, index, new SnapshotEntry.Verified(id)).get(patience(), SECONDS);
    } catch (JournalException e) {
      throw e;
    } catch (IOException
        | CompletionException
        | java.util.concurrent.ExecutionException
        | TimeoutException
        | KafkaException e) {
      throw new JournalException(Reason.IO, "%s: a snapshot: %s".formatted(options, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JournalException(Reason.CLOSED, "%s: a snapshot".formatted(options), e);
    }
  }

  private static final TimeUnit SECONDS = TimeUnit.SECONDS;

  private long patience() {
    return options.writeTimeout().toSeconds() + 5;
  }

  private SnapshotEntry.Complete sendFiles(
      KafkaProducer<byte[], byte[]> producer,
      long id,
      long timeline,
      RocksReplica.Snapshot snapshot)
      throws IOException {
    MessageDigest digest = sha256();
    Map<String, Long> lengths = new LinkedHashMap<>();
    Deque<CompletableFuture<Long>> underWay = new ArrayDeque<>();
    List<Long> ends = new ArrayList<>();
    int number = 0;
    for (String name : snapshot.files().names()) {
      long length = 0;
      try (InputStream in = snapshot.files().open(name)) {
        while (true) {
          byte[] bytes = in.readNBytes(Frame.PART_BYTES_MAX);
          if (bytes.length == 0) {
            break;
          }
          length += bytes.length;
          digest.update(bytes);
          underWay.add(send(producer, chunks, new SnapshotEntry.Chunk(id, number, bytes)));
          number++;
          if (underWay.size() >= UNDER_WAY_MAX) {
            end(underWay, ends);
          }
        }
      }
      lengths.put(name, length);
    }
    while (!underWay.isEmpty()) {
      end(underWay, ends);
    }
    return new SnapshotEntry.Complete(
        id,
        timeline,
        System.currentTimeMillis(),
        ends.getFirst(),
        ends.getLast(),
        digest.digest(),
        Position.decode(snapshot.position()),
        snapshot.revisions(),
        lengths);
  }

  /// Waits for the first chunk under way; keeps the offsets of the first and of the last one.
  private static void end(Deque<CompletableFuture<Long>> underWay, List<Long> ends) {
    long offset = underWay.removeFirst().join();
    if (ends.size() > 1) {
      ends.removeLast();
    }
    ends.add(offset);
  }

  private static CompletableFuture<Long> send(
      KafkaProducer<byte[], byte[]> producer, TopicPartition to, SnapshotEntry entry) {
    CompletableFuture<Long> offset = new CompletableFuture<>();
    var _ =
        producer.send(
            new ProducerRecord<>(to.topic(), to.partition(), null, entry.encode()),
            (metadata, failure) -> {
              if (failure != null) {
                offset.completeExceptionally(failure);
              } else {
                offset.complete(metadata.offset());
              }
            });
    return offset;
  }

  /// Deletes the chunks that no snapshot needs from one on.
  ///
  /// @throws JournalException if the brokers refuse, or do not answer
  void keepFrom(SnapshotEntry.Complete oldest) throws JournalException {
    try (KafkaConsumer<byte[], byte[]> reader = link.consumer(chunks)) {
      if (KafkaLink.begin(reader) >= oldest.firstChunk()) {
        return;
      }
    } catch (KafkaException e) {
      throw new JournalException(Reason.IO, "%s: %s".formatted(options, e), e);
    }
    link.deleteBefore(chunks, oldest.firstChunk());
    synchronized (this) {
      complete.values().removeIf(each -> each.firstChunk() < oldest.firstChunk());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public synchronized void close() {
    consumer.close();
  }
}
