package guidepost.client;

import com.google.protobuf.BytesValue;
import com.google.protobuf.UnsafeByteOperations;
import guidepost.routes.table.Address;
import guidepost.routes.table.Family;
import guidepost.routes.v1.LookupBatchRequest;
import guidepost.routes.v1.LookupBatchResponse;
import guidepost.routes.v1.LookupStreamRequest;
import guidepost.routes.v1.LookupStreamResponse;
import guidepost.routes.v1.Route;
import guidepost.routes.v1.RoutesGrpc;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/// Looks many addresses up without waiting for each answer; answers come in the order of the
/// addresses, on the thread that writes, while it writes.
///
/// Addresses go out in batches of 512; at most 16,384 are unanswered at a time.
///
/// Threads: one.
public final class LookupStream implements AutoCloseable {

  private final ModifyStream<BytesValue, Optional<Route>> stream;

  private LookupStream(ModifyStream<BytesValue, Optional<Route>> stream) {
    this.stream = stream;
  }

  static LookupStream open(
      Channel channel, String table, Duration patience, Consumer<Optional<Route>> answers) {
    Batches batches = new Batches(table);
    return new LookupStream(
        ModifyStream.open(
            RoutesGrpc.newStub(channel)::lookupStream,
            batches::request,
            batches::answers,
            answers,
            patience));
  }

  /// Which addresses of a batch are IPv4: the answers to these come first.
  private static final class Batches {
    private final String table;
    private final Queue<List<Boolean>> sent = new ConcurrentLinkedQueue<>();

    Batches(String table) {
      this.table = table;
    }

    LookupStreamRequest request(List<BytesValue> addresses) {
      List<Boolean> areIpv4 = new ArrayList<>(addresses.size());
      LookupBatchRequest.Builder batch = LookupBatchRequest.newBuilder().setTable(table);
      java.io.ByteArrayOutputStream ipv4 = new java.io.ByteArrayOutputStream();
      java.io.ByteArrayOutputStream ipv6 = new java.io.ByteArrayOutputStream();
      for (BytesValue address : addresses) {
        boolean isIpv4 = address.getValue().size() == Family.IPV4.bits() / Byte.SIZE;
        areIpv4.add(isIpv4);
        (isIpv4 ? ipv4 : ipv6).writeBytes(address.getValue().toByteArray());
      }
      sent.add(areIpv4);
      batch.setIpv4(UnsafeByteOperations.unsafeWrap(ipv4.toByteArray()));
      batch.setIpv6(UnsafeByteOperations.unsafeWrap(ipv6.toByteArray()));
      return LookupStreamRequest.newBuilder().setBatch(batch).build();
    }

    List<Optional<Route>> answers(LookupStreamResponse response) {
      List<Boolean> areIpv4 = sent.remove();
      LookupBatchResponse batch = response.getBatch();
      int next4 = 0;
      int next6 = (int) areIpv4.stream().filter(isIpv4 -> isIpv4).count();
      List<Optional<Route>> answers = new ArrayList<>(areIpv4.size());
      for (boolean isIpv4 : areIpv4) {
        int index = batch.getIndexes(isIpv4 ? next4++ : next6++);
        answers.add(index == 0 ? Optional.empty() : Optional.of(batch.getRoutes(index - 1)));
      }
      return answers;
    }
  }

  /// Takes an address, and hands over the answers that have arrived.
  ///
  /// @throws StatusRuntimeException if the call has ended
  public void write(Address address) {
    stream.write(BytesValue.of(UnsafeByteOperations.unsafeWrap(address.toBytes())));
  }

  /// Sends what is waiting and hands over the answers that have arrived.
  ///
  /// @throws StatusRuntimeException if the call has ended
  public void flush() {
    stream.flush();
  }

  /// The same, and waits for all answers.
  ///
  /// @throws StatusRuntimeException if the call has ended
  public void sync() {
    stream.sync();
  }

  /// Sends what is waiting, waits for all answers, hands them over and ends the call.
  ///
  /// @throws StatusRuntimeException if the call ends badly
  public void finish() {
    stream.finish();
  }

  @Override
  public void close() {
    stream.close();
  }
}
