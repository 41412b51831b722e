package guidepost.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.linecorp.armeria.common.MediaType;
import guidepost.common.v1.Progress;
import guidepost.common.v1.WatchStart;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A watch as server-sent events: one for each message, named as what it holds. A message that says
/// how far the watch is gives the event its id, which a browser sends back when it reconnects.
///
/// ```
///   event: changes
///   id: 812@13832763421573416
///   data: {"changes":{"changes":[…]},"progress":{"revision":"812","timeline":"…"}}
///
///   event: heartbeat          every 15 s without another
///   data: {}
///
///   event: end                the last: why it ended, in the shape of every error
///   data: {"code":"UNAVAILABLE","reason":"SHUTTING_DOWN", …}
/// ```
final class EventsFormat implements Answer.Format {

  /// A browser reconnects by itself after so long, ms.
  private static final int RETRY_MILLIS = 2_000;

  private static final Pattern ID = Pattern.compile("(\\d{1,20})@(\\d{1,20})");

  private static final FieldDescriptor AFTER =
      WatchStart.getDescriptor().findFieldByNumber(WatchStart.AFTER_FIELD_NUMBER);

  private final JsonShape shape;
  private final FieldDescriptor progress;

  EventsFormat(JsonShape shape) {
    this.shape = shape;
    this.progress = progress(shape.type());
  }

  private static FieldDescriptor progress(Descriptor response) {
    return response.getFields().stream()
        .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
        .filter(field -> field.getMessageType().equals(Progress.getDescriptor()))
        .filter(field -> field.getContainingOneof() == null)
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException(response.getFullName() + ": says no progress"));
  }

  static final byte[] HEARTBEAT = "event: heartbeat\ndata: {}\n\n".getBytes(UTF_8);

  private static final byte[] OPENING = ("retry: " + RETRY_MILLIS + "\n\n").getBytes(UTF_8);

  /// The request that goes on after the event of that id.
  ///
  /// @param id as an event had it
  /// @throws guidepost.calls.RejectedException if it is none
  static DynamicMessage resumed(DynamicMessage request, FieldDescriptor start, String id) {
    Matcher parts = ID.matcher(id);
    if (!parts.matches()) {
      throw FieldReader.wrong("Last-Event-ID", id, "must be REVISION@TIMELINE, as an event had it");
    }
    Descriptor type = Progress.getDescriptor();
    FieldDescriptor revision = type.findFieldByNumber(Progress.REVISION_FIELD_NUMBER);
    FieldDescriptor timeline = type.findFieldByNumber(Progress.TIMELINE_FIELD_NUMBER);
    Message after =
        DynamicMessage.newBuilder(type)
            .setField(revision, FieldReader.value(revision, "Last-Event-ID", parts.group(1)))
            .setField(timeline, FieldReader.value(timeline, "Last-Event-ID", parts.group(2)))
            .build();
    return request.toBuilder()
        .setField(
            start, DynamicMessage.newBuilder(start.getMessageType()).setField(AFTER, after).build())
        .build();
  }

  @Override
  public MediaType type() {
    return MediaType.EVENT_STREAM;
  }

  @Override
  public byte[] opening() {
    return OPENING;
  }

  @Override
  public byte[] message(byte[] encoded) {
    String name = progress.getJsonName();
    String id = "";
    Wire in = new Wire(encoded, 0, encoded.length);
    while (!in.isAtEnd()) {
      int tag = in.tag();
      FieldDescriptor field = shape.type().findFieldByNumber(tag >>> 3);
      if (field == null) {
        in.skip(tag & 7);
      } else if (field.equals(progress)) {
        int before = in.narrow();
        id = id(in);
        in.widen(before);
      } else {
        name = field.getContainingOneof() == null ? name : field.getJsonName();
        in.skip(tag & 7);
      }
    }
    JsonBytes event = new JsonBytes(3 * encoded.length + 128);
    event.ascii("event: ").ascii(name).raw('\n');
    if (!id.isEmpty()) {
      event.ascii("id: ").ascii(id).raw('\n');
    }
    event.ascii("data: ");
    shape.write(encoded, 0, encoded.length, event);
    return event.ascii("\n\n").toByteArray();
  }

  private static String id(Wire in) {
    long revision = 0;
    long timeline = 0;
    while (!in.isAtEnd()) {
      switch (in.tag() >>> 3) {
        case Progress.REVISION_FIELD_NUMBER -> revision = in.varint();
        case Progress.TIMELINE_FIELD_NUMBER -> timeline = in.fixed64();
        default -> throw new IllegalStateException("Progress has two fields");
      }
    }
    return Long.toUnsignedString(revision) + "@" + Long.toUnsignedString(timeline);
  }

  @Override
  public byte[] end(@Nullable WebError error) {
    JsonBytes event = new JsonBytes(128).ascii("event: end\ndata: ");
    return event
        .raw(error == null ? "{}".getBytes(UTF_8) : error.json())
        .ascii("\n\n")
        .toByteArray();
  }

  @Override
  public boolean tellsErrors() {
    return true;
  }
}
