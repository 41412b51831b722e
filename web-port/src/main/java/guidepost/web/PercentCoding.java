package guidepost.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.QueryParamsBuilder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Reads what a path and a query say. What is no text is refused: replaced by marks of that, it
/// could name something else.
///
/// Threads: any.
final class PercentCoding {

  private PercentCoding() {}

  /// The text of a part of a path, in which a plus is a plus.
  ///
  /// @throws IllegalArgumentException if it is no percent-encoded UTF-8
  static String decoded(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    byte[] given = text.getBytes(UTF_8);
    for (int i = 0; i < given.length; i++) {
      if (given[i] != '%') {
        bytes.write(given[i]);
        continue;
      }
      if (i + 2 >= given.length) {
        throw new IllegalArgumentException("a percent sign without two digits");
      }
      bytes.write(HexFormat.fromHexDigits(new String(given, i + 1, 2, US_ASCII)));
      i += 2;
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("no UTF-8", e);
    }
  }

  /// The parameters of a query, in which a plus is a space.
  ///
  /// @param query without its question mark; null if there is none
  /// @throws IllegalArgumentException if it is no percent-encoded UTF-8
  static QueryParams query(@Nullable String query) {
    if (query == null || query.isEmpty()) {
      return QueryParams.of();
    }
    QueryParamsBuilder parameters = QueryParams.builder();
    for (String each : query.split("&", -1)) {
      int equals = each.indexOf('=');
      String name = equals < 0 ? each : each.substring(0, equals);
      String value = equals < 0 ? "" : each.substring(equals + 1);
      if (!each.isEmpty()) {
        parameters.add(decoded(name.replace('+', ' ')), decoded(value.replace('+', ' ')));
      }
    }
    return parameters.build();
  }
}
