package guidepost.feeds;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DatabindException;

/// Says where a text stops being JSON, and why: the parser's own words speak of its classes and
/// options.
///
/// Threads: any.
public final class JsonFault {

  /// What stands in quotes in the parser's words: a character or a token that is out of place.
  private static final Pattern OUT_OF_PLACE =
      Pattern.compile("^(?:Unexpected|Unrecognized|Non-standard) [a-z ]*\\(?'(.+?)'(?=[ :]|$)");

  private JsonFault() {}

  /// Line, column and what is wrong there.
  public static String inText(JacksonException e) {
    TokenStreamLocation at = e.getLocation();
    return at == null
        ? what(e)
        : "line %d, column %d: %s".formatted(at.getLineNr(), at.getColumnNr(), what(e));
  }

  /// Column and what is wrong there, for a text that is one line.
  public static String inLine(JacksonException e) {
    TokenStreamLocation at = e.getLocation();
    return at == null ? what(e) : "column %d: %s".formatted(at.getColumnNr(), what(e));
  }

  private static String what(JacksonException e) {
    String words = String.valueOf(e.getOriginalMessage());
    if (e instanceof StreamConstraintsException) {
      return "the JSON is nested too deep, or has a name, text or number that is too long";
    }
    if (e instanceof DatabindException) {
      return "there is more after the end of the JSON";
    }
    if (words.startsWith("Unexpected end-of-input")) {
      return "the JSON ends in the middle of " + whole(words, e);
    }
    if (words.startsWith("Illegal")) {
      return "a control character must not stand here in JSON";
    }
    Matcher outOfPlace = OUT_OF_PLACE.matcher(words);
    return outOfPlace.find()
        ? "'%s' must not stand here in JSON".formatted(Shortened.of(outOfPlace.group(1)))
        : "this is not JSON";
  }

  private static String whole(String words, JacksonException e) {
    if (words.contains("property name")) {
      return "a name";
    }
    if (words.contains("string value")) {
      return "a text";
    }
    TokenStreamContext context =
        e.processor() instanceof JsonParser parser ? parser.streamReadContext() : null;
    if (context == null || context.inRoot()) {
      return "a value";
    }
    return context.inObject() ? "an object" : "an array";
  }
}
