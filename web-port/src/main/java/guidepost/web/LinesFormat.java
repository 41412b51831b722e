package guidepost.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.Descriptor;
import com.linecorp.armeria.common.MediaType;
import org.jspecify.annotations.Nullable;

/// A list as lines of JSON: one for each entry, and a last one that says how it ended, so that a
/// list that breaks off is known by the lack of it.
///
/// ```json
/// {"prefix":"10.0.0.0/8","nextHop":"192.0.2.1", …}
/// {"prefix":"10.1.0.0/16","nextHop":"192.0.2.2", …}
/// {"end":{"revision":"812","nextPageToken":"…"}}
/// ```
///
/// or `{"error":{"code":…,"reason":…,"field":…,"message":…}}`.
final class LinesFormat implements Answer.Format {

  static final MediaType TYPE = MediaType.create("application", "x-ndjson").withCharset(UTF_8);

  private final Entries entries;
  private final JsonShape whole;
  private final JsonShape entry;

  /// @param entry of an entry
  LinesFormat(JsonShape whole, JsonShape entry) {
    Descriptor list = whole.type();
    this.entries = new Entries(list);
    this.whole = whole;
    this.entry = entry;
  }

  @Override
  public MediaType type() {
    return TYPE;
  }

  @Override
  public byte[] message(byte[] encoded) {
    JsonBytes lines = new JsonBytes(3 * encoded.length + 64);
    entries.split(
        encoded,
        (bytes, from, to) -> {
          entry.write(bytes, from, to, lines);
          lines.raw('\n');
        });
    return lines.toByteArray();
  }

  @Override
  public byte[] end(@Nullable WebError error) {
    JsonBytes line = new JsonBytes(128);
    if (error == null) {
      byte[] rest = entries.rest();
      line.ascii("{\"end\":");
      whole.write(rest, 0, rest.length, line);
    } else {
      line.ascii("{\"error\":").raw(error.json());
    }
    return line.ascii("}\n").toByteArray();
  }

  @Override
  public boolean tellsErrors() {
    return true;
  }
}
