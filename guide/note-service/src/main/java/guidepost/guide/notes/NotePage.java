package guidepost.guide.notes;

import guidepost.calls.Fields;
import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import guidepost.guide.v1.ListNotesRequest;
import guidepost.guide.v1.ListNotesResponse;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page of ListNotes. Its token is the place of its last note in the order of the [NoteMap],
/// which no other note's coming or going changes.
final class NotePage {

  private static final int SIZE_DEFAULT = 100;
  private static final int SIZE_MAX = 1_000;
  private static final int BYTES_MAX = 1 << 20;
  private static final int RADIX = 16;
  private static final Pattern TOKEN = Pattern.compile("([0-9a-f]{16})([0-7][0-9a-f]{15})");

  private NotePage() {}

  static ListNotesResponse of(ListNotesRequest request, NoteView view, NoteRules rules) {
    NoteArea area = NoteAreas.of(request);
    Set<String> kinds = NoteMessages.kinds(request.getKindsList(), "kinds", rules);
    NoteMap.Walk walk = view.map().walk(area, kinds, mark(request.getPageToken()));
    return page(walk, Fields.pageSize(request.getPageSize(), SIZE_DEFAULT, SIZE_MAX))
        .setRevision(view.revision())
        .build();
  }

  private static NoteMap.Mark mark(String token) {
    if (token.isEmpty()) {
      return NoteMap.Mark.BEGIN;
    }
    Matcher parts = TOKEN.matcher(token);
    if (!parts.matches()) {
      throw Rejection.of(
              Reason.PAGE_TOKEN_FOREIGN,
              "page_token",
              token,
              "must be the next_page_token of the same request")
          .asException();
    }
    return new NoteMap.Mark(
        Long.parseUnsignedLong(parts.group(1), RADIX), Long.parseLong(parts.group(2), RADIX));
  }

  /// One note further than it holds, to know whether there is a next page.
  private static ListNotesResponse.Builder page(NoteMap.Walk walk, int size) {
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
        return page.setNextPageToken(token(NoteMap.Mark.of(last.get())));
      }
    }
    return page;
  }

  private static String token(NoteMap.Mark mark) {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(mark.code()) + hex.toHexDigits(mark.sequence());
  }
}
