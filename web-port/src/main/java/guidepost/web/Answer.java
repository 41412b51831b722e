package guidepost.web;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What travels of a call's messages: the head of an answer goes out with its first bytes, so a
/// call that fails before has the status of HTTP that says so.
///
/// Threads: one message at a time, from any.
final class Answer implements HttpCall.Sink {

  /// How messages become bytes.
  interface Format {

    /// What the bytes are.
    MediaType type();

    /// The bytes before the first message.
    default byte[] opening() {
      return new byte[0];
    }

    /// True if there is one message, which is the whole answer.
    default boolean isOne() {
      return false;
    }

    /// The bytes of a message; empty if it has none of its own.
    byte[] message(byte[] encoded);

    /// The bytes after the last message.
    ///
    /// @param error why it is the last; null if there are no more
    byte[] end(@Nullable WebError error);

    /// True if [#end] can tell of an error; otherwise the answer breaks off.
    boolean tellsErrors();
  }

  /// What a server of a cluster tells of an answer, for the next request to any server: under the
  /// names that it has in gRPC.
  private static final List<Metadata.Key<String>> TOLD =
      Stream.of("guidepost-revision", "guidepost-timeline", "guidepost-as-of")
          .map(name -> Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER))
          .toList();

  private final Outgoing out;
  private final Format format;
  private Metadata told = new Metadata();
  private boolean begun;
  private byte @Nullable [] whole;
  private long wroteNanos = System.nanoTime();

  Answer(Outgoing out, Format format) {
    this.out = out;
    this.format = format;
  }

  HttpResponse response() {
    return out.response();
  }

  @Override
  public synchronized void message(byte[] encoded) {
    byte[] bytes = format.message(encoded);
    if (format.isOne()) {
      whole = bytes;
    } else if (bytes.length > 0) {
      write(bytes);
    }
  }

  /// Bytes between the messages, if there was none for a while and the client reads.
  synchronized void writeIfQuiet(byte[] bytes, long nanos) {
    if (System.nanoTime() - wroteNanos >= nanos && out.isReady()) {
      write(bytes);
    }
  }

  private synchronized void write(byte[] bytes) {
    begin();
    wroteNanos = System.nanoTime();
    out.write(bytes);
  }

  @Override
  public synchronized void headers(Metadata headers) {
    told = headers;
  }

  private void begin() {
    if (!begun) {
      begun = true;
      ResponseHeadersBuilder headers = ResponseHeaders.builder(HttpStatus.OK);
      headers.contentType(format.type());
      headers.set("x-content-type-options", "nosniff");
      headers.set("cache-control", "no-store");
      for (Metadata.Key<String> each : TOLD) {
        String value = told.get(each);
        if (value != null) {
          headers.set(each.name(), value);
        }
      }
      if (whole != null) {
        headers.contentLength(whole.length);
      }
      out.headers(headers.build());
      byte[] opening = format.opening();
      if (opening.length > 0) {
        out.write(opening);
      }
    }
  }

  /// Sends the head of the answer, if it has not been: it will take a while.
  synchronized void open() {
    begin();
  }

  @Override
  public synchronized void end(Status status, Metadata trailers) {
    WebError error = status.isOk() ? null : WebError.of(status, trailers);
    if (error == null) {
      begin();
      out.write(whole == null ? format.end(null) : whole);
      out.close();
    } else if (!begun) {
      begun = true;
      out.headers(error.headers());
      out.write(error.json());
      out.close();
    } else if (format.tellsErrors()) {
      out.write(format.end(error));
      out.close();
    } else {
      out.cut();
    }
  }

  @Override
  public boolean isReady() {
    return out.isReady();
  }
}
