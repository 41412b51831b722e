package guidepost.guide.notes;

import com.google.protobuf.ByteString;
import guidepost.calls.Fields;
import guidepost.calls.PageToken;
import guidepost.guide.v1.ListNotesRequest;
import guidepost.guide.v1.ListNotesResponse;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// A page of ListNotes. Its token is the place of its last note in the order of the [NoteMap],
/// which no other note's coming or going changes.
final class NotePage {

  /// A screen or two.
  private static final int SIZE_DEFAULT = 100;

  /// With the longest texts a message of some megabytes: see BYTES_MAX.
  private static final int SIZE_MAX = 1_000;

  /// A quarter of what clients take as one message by default.
  private static final int BYTES_MAX = 1 << 20;

  private NotePage() {}

  /// @param timeline of the notes
  static ListNotesResponse of(
      ListNotesRequest request, NoteView view, NoteRules rules, long timeline) {
    NoteArea area = NoteAreas.of(request);
    Set<String> kinds =
        NoteMessages.kinds(request.getFilter().getKindsList(), "filter.kinds", rules);
    int question = PageToken.question(request);
    NoteMap.Walk walk = view.map().walk(area, kinds, mark(request, question, timeline));
    int size = Fields.pageSize(request.getPageSize(), SIZE_DEFAULT, SIZE_MAX);
    return page(walk, size, last -> token(last, question, timeline, view.revision()))
        .setRevision(view.revision())
        .build();
  }

  private static NoteMap.Mark mark(ListNotesRequest request, int question, long timeline) {
    String text = request.getPageToken();
    if (text.isEmpty()) {
      return NoteMap.Mark.BEGIN;
    }
    PageToken token = PageToken.parse(text, question, timeline);
    if (token.position().size() != 2 * Long.BYTES) {
      throw PageToken.foreign(text);
    }
    ByteBuffer position = token.position().asReadOnlyByteBuffer();
    return new NoteMap.Mark(position.getLong(), position.getLong());
  }

  private static String token(Note last, int question, long timeline, long revision) {
    NoteMap.Mark mark = NoteMap.Mark.of(last);
    ByteBuffer position = ByteBuffer.allocate(2 * Long.BYTES);
    position.putLong(mark.code()).putLong(mark.id()).flip();
    return new PageToken(question, timeline, revision, ByteString.copyFrom(position)).text();
  }

  /// One note further than it holds, to know whether there is a next page.
  private static ListNotesResponse.Builder page(
      NoteMap.Walk walk, int size, Function<Note, String> token) {
    ListNotesResponse.Builder page = ListNotesResponse.newBuilder();
    int bytes = 0;
    Optional<Note> next = walk.next();
    while (next.isPresent()) {
      var message = NoteMessages.message(next.get());
      bytes += message.getSerializedSize();
      page.addNotes(message);
      Optional<Note> last = next;
      next = walk.next();
      if (next.isPresent() && (page.getNotesCount() == size || bytes >= BYTES_MAX)) {
        return page.setNextPageToken(token.apply(last.get()));
      }
    }
    return page;
  }
}
