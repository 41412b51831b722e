package guidepost.routes.table;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads and writes addresses as text: strict in, canonical out.
///
/// In: dotted quads of four decimal numbers without leading zeros; IPv6 as RFC 4291, 2.2 [1],
/// without a zone. Out: RFC 5952 [2]: lower case, no leading zeros, the first longest run of two or
/// more zero groups as `::`, IPv4-mapped addresses with a dotted tail.
///
/// [1] https://www.rfc-editor.org/rfc/rfc4291 [2] https://www.rfc-editor.org/rfc/rfc5952
final class AddressText {

  /// The most that an address takes: `ffff:` seven times and `ffff`.
  static final int BYTES_MAX = 39;

  private static final int GROUPS = 8;

  private final String field;
  private final String text;

  private AddressText(String field, String text) {
    this.field = field;
    this.text = text;
  }

  static Address parse(String field, String text) {
    AddressText reader = new AddressText(field, text);
    return text.indexOf(':') >= 0 ? reader.ipv6() : reader.ipv4(text);
  }

  private InvalidRouteException invalid(String rule, String reason) {
    return new InvalidRouteException(rule, field, text, reason);
  }

  /// Reads `quad`, which is the text or its tail.
  private Address ipv4(String quad) {
    int bits = 0;
    int start = 0;
    for (int i = 0; i < 4; i++) {
      int end = i < 3 ? quad.indexOf('.', start) : quad.length();
      if (end < 0) {
        throw invalid("address.syntax", "must be an IPv4 dotted quad or an IPv6 address");
      }
      bits = bits << 8 | octet(quad, start, end);
      start = end + 1;
    }
    return Address.ipv4(bits);
  }

  private int octet(String quad, int start, int end) {
    int length = end - start;
    if (length < 1 || !isDecimal(quad, start, end)) {
      throw invalid("address.syntax", "must be an IPv4 dotted quad or an IPv6 address");
    }
    if (length > 1 && quad.charAt(start) == '0') {
      throw invalid("address.leading_zero", "numbers of a dotted quad must not begin with 0");
    }
    int value = length > 3 ? 256 : Integer.parseInt(quad, start, end, 10);
    if (value > 255) {
      throw invalid("address.octet", "numbers of a dotted quad must be 0..255");
    }
    return value;
  }

  private static boolean isDecimal(String s, int start, int end) {
    for (int i = start; i < end; i++) {
      if (s.charAt(i) < '0' || s.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /// Reads groups from left to right and remembers where `::` stood.
  private Address ipv6() {
    if (text.indexOf('%') >= 0) {
      throw invalid("address.zone", "must have no zone: routes are not bound to a link");
    }
    int[] groups = new int[GROUPS];
    int count = 0;
    int gap = text.startsWith("::") ? 0 : -1;
    int at = gap == 0 ? 2 : 0;
    while (at < text.length()) {
      int end = groupEnd(at);
      count = addGroup(groups, count, at, end);
      at = end + 1;
      if (end == text.length() - 1) {
        throw groupCount();
      }
      if (at < text.length() && text.charAt(at) == ':') {
        gap = requireFirstGap(gap, count);
        at++;
      }
    }
    return address(spread(groups, count, gap));
  }

  private int groupEnd(int start) {
    int colon = text.indexOf(':', start);
    return colon < 0 ? text.length() : colon;
  }

  /// Reads the group between two colons, or the dotted quad at the end, which fills two.
  private int addGroup(int[] groups, int count, int start, int end) {
    int dot = end == text.length() ? text.indexOf('.', start) : -1;
    int width = dot < 0 ? 1 : 2;
    if (count + width > GROUPS) {
      throw groupCount();
    }
    if (dot < 0) {
      groups[count] = group(start, end);
    } else {
      long tail = ipv4(text.substring(start)).low();
      groups[count] = (int) (tail >>> 16);
      groups[count + 1] = (int) (tail & 0xffff);
    }
    return count + width;
  }

  private int requireFirstGap(int gap, int count) {
    if (gap >= 0) {
      throw groupCount();
    }
    return count;
  }

  /// Moves the groups behind the gap to the end; without a gap there must be all eight.
  private int[] spread(int[] groups, int count, int gap) {
    if (gap < 0 ? count != GROUPS : count == GROUPS) {
      throw groupCount();
    }
    if (gap >= 0) {
      int behind = count - gap;
      System.arraycopy(groups, gap, groups, GROUPS - behind, behind);
      Arrays.fill(groups, gap, GROUPS - behind, 0);
    }
    return groups;
  }

  private InvalidRouteException groupCount() {
    return invalid("address.syntax", "must have 8 groups, or fewer and one '::'");
  }

  private int group(int start, int end) {
    int value = 0;
    for (int i = start; i < end; i++) {
      value = value << 4 | hexDigit(text.charAt(i));
    }
    if (end == start || end - start > 4 || value < 0) {
      throw invalid("address.syntax", "groups of an IPv6 address must be 1 to 4 hex digits");
    }
    return value;
  }

  /// The digit's value; a negative number, which stays negative when shifted in, if it is none.
  private static int hexDigit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int letter = c | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }

  private static Address address(int[] groups) {
    return Address.ipv6(join(groups, 0), join(groups, 4));
  }

  private static long join(int[] groups, int from) {
    long bits = 0;
    for (int i = from; i < from + 4; i++) {
      bits = bits << 16 | groups[i];
    }
    return bits;
  }

  /// The canonical text of an address with these bits from the left.
  static String text(Family family, long high, long low) {
    byte[] text = new byte[BYTES_MAX];
    return new String(text, 0, write(family, high, low, text, 0), StandardCharsets.ISO_8859_1);
  }

  /// Writes the canonical text of an address with these bits from the left.
  ///
  /// @param to has room for [#BYTES_MAX] more bytes
  /// @return where it ends
  static int write(Family family, long high, long low, byte[] to, int from) {
    return family == Family.IPV4 ? quad((int) (high >>> 32), to, from) : ipv6(high, low, to, from);
  }

  private static int quad(int bits, byte[] to, int from) {
    int at = number(bits >>> 24, to, from);
    for (int shift = 16; shift >= 0; shift -= 8) {
      to[at++] = '.';
      at = number(bits >>> shift & 0xff, to, at);
    }
    return at;
  }

  /// Writes a decimal number of at most three digits.
  ///
  /// @return where it ends
  static int number(int value, byte[] to, int from) {
    int at = from;
    if (value >= 100) {
      to[at++] = (byte) ('0' + value / 100);
    }
    if (value >= 10) {
      to[at++] = (byte) ('0' + value / 10 % 10);
    }
    to[at++] = (byte) ('0' + value % 10);
    return at;
  }

  private static int ipv6(long high, long low, byte[] to, int from) {
    int[] groups = groups(high, low);
    boolean isMapped = isMapped(groups);
    int gap = longestZeroRun(groups);
    int gapEnd = gap < 0 ? GROUPS : gap + zeroRun(groups, gap);
    int at = from;
    for (int i = 0; i < (isMapped ? GROUPS - 2 : GROUPS); i++) {
      if (i == gap) {
        to[at++] = ':';
        to[at++] = ':';
        i = gapEnd - 1;
        continue;
      }
      if (i > 0 && i != gapEnd) {
        to[at++] = ':';
      }
      at = hex(groups[i], to, at);
    }
    if (isMapped) {
      to[at++] = ':';
      at = quad((int) low, to, at);
    }
    return at;
  }

  private static int[] groups(long high, long low) {
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = (int) ((i < 4 ? high : low) >>> (48 - 16 * (i % 4))) & 0xffff;
    }
    return groups;
  }

  private static int hex(int group, byte[] to, int from) {
    int at = from;
    int shift = Math.max(0, (31 - Integer.numberOfLeadingZeros(group | 1)) / 4 * 4);
    for (; shift >= 0; shift -= 4) {
      to[at++] = (byte) Character.forDigit(group >>> shift & 0xf, 16);
    }
    return at;
  }

  private static boolean isMapped(int[] groups) {
    return zeroRun(groups, 0) == 5 && groups[5] == 0xffff;
  }

  /// Where the first longest run of at least two zero groups begins, or -1.
  private static int longestZeroRun(int[] groups) {
    int best = -1;
    int bestLength = 1;
    for (int i = 0; i < GROUPS; i++) {
      int length = zeroRun(groups, i);
      if (length > bestLength) {
        best = i;
        bestLength = length;
      }
    }
    return best;
  }

  private static int zeroRun(int[] groups, int from) {
    int end = from;
    while (end < GROUPS && groups[end] == 0) {
      end++;
    }
    return end - from;
  }
}
