package guidepost.calls;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/// Where a page of a list ended, so that the next one begins there: the same question, in the same
/// state, of the same timeline.
///
/// To callers it is a word; what it says is this, in base64url:
///
/// ```
///   question   4 bytes   checksum of the request and its type, without page_size and page_token
///   timeline   8 bytes   that the revision belongs to
///   revision   8 bytes   of the first page
///   position   the rest  of the last entry, in the order of the list
/// ```
///
/// Threads: any; immutable.
///
/// @param question tells one question from another
/// @param timeline that the revision belongs to
/// @param revision of the first page
/// @param position behind which the next page begins
public record PageToken(int question, long timeline, long revision, ByteString position) {

  private static final int HEAD_BYTES = Integer.BYTES + 2 * Long.BYTES;

  /// What tells the question of a request from another, of another call too.
  public static int question(Message request) {
    Descriptor type = request.getDescriptorForType();
    Message question =
        request.toBuilder()
            .clearField(type.findFieldByName("page_size"))
            .clearField(type.findFieldByName("page_token"))
            .build();
    byte[] bytes = new byte[question.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      question.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CRC32C sum = new CRC32C();
    sum.update(type.getFullName().getBytes(UTF_8));
    sum.update(bytes);
    return (int) sum.getValue();
  }

  /// The token of a request.
  ///
  /// @param question of the request
  /// @param timeline of the server
  /// @throws RejectedException if it is none of this question or timeline, or not written as
  ///   [#text] writes it
  public static PageToken parse(String text, int question, long timeline) {
    PageToken token = read(text);
    if (token.question != question || !token.text().equals(text)) {
      throw foreign(text);
    }
    if (token.timeline != timeline) {
      throw Rejection.of(
              Reason.TIMELINE_OTHER,
              "page_token",
              text,
              "must be of the server's timeline, %s; start again without a token"
                  .formatted(Long.toUnsignedString(timeline)))
          .asException();
    }
    return token;
  }

  private static PageToken read(String text) {
    try {
      ByteBuffer in = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      return new PageToken(in.getInt(), in.getLong(), in.getLong(), ByteString.copyFrom(in));
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw foreign(text);
    }
  }

  /// It is not a token of this question.
  public static RejectedException foreign(String text) {
    return Rejection.of(
            Reason.PAGE_TOKEN_FOREIGN,
            "page_token",
            text,
            "must be the next_page_token of the same request")
        .asException();
  }

  /// The word for callers.
  public String text() {
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + position.size());
    out.putInt(question).putLong(timeline).putLong(revision);
    position.copyTo(out);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.array());
  }
}
