package guidepost.routes.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import guidepost.calls.Fields;
import guidepost.calls.PageToken;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/// A page of a list by name: which name it comes behind, and how long it is. What is added or
/// deleted between two pages moves nothing.
///
/// The position of its [PageToken] is the last name, in UTF-8.
///
/// @param size entries
/// @param after the last name of the page before; empty before the first
/// @param question that the list answers
/// @param timeline the server's
record NamePage(int size, String after, int question, long timeline) {

  /// As many as fit into one message by far.
  static final int SIZE_MAX = 1_000;

  /// The page that a request asks for.
  ///
  /// @param request with the fields `page_size` and `page_token`
  /// @param size its page_size: 0 for the most; more is taken for that
  /// @param token its page_token: empty for the first page
  /// @throws guidepost.calls.RejectedException if the token is none of this question or timeline
  static NamePage of(Message request, int size, String token, long timeline) {
    int question = PageToken.question(request);
    String after = token.isEmpty() ? "" : name(PageToken.parse(token, question, timeline));
    return new NamePage(Fields.pageSize(size, SIZE_MAX, SIZE_MAX), after, question, timeline);
  }

  private static String name(PageToken token) {
    if (token.position().isEmpty() || !token.position().isValidUtf8()) {
      throw PageToken.foreign(token.text());
    }
    return token.position().toStringUtf8();
  }

  /// What is on it.
  ///
  /// @param nextToken where the next page begins; empty if there is none
  record Found<T>(List<T> entries, String nextToken) {}

  /// Takes the page off what comes behind [#after].
  ///
  /// @param following in the order of their names
  /// @param revision of the list
  <T> Found<T> of(Iterable<T> following, Function<T, String> name, long revision) {
    List<T> entries = new ArrayList<>();
    Iterator<T> rest = following.iterator();
    while (rest.hasNext() && entries.size() < size) {
      entries.add(rest.next());
    }
    return new Found<>(
        entries, rest.hasNext() ? token(name.apply(entries.getLast()), revision) : "");
  }

  private String token(String name, long revision) {
    return new PageToken(question, timeline, revision, ByteString.copyFromUtf8(name)).text();
  }
}
