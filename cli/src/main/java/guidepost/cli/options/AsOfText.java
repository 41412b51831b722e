package guidepost.cli.options;

import com.google.protobuf.Timestamp;
import guidepost.cli.output.CommandException;
import guidepost.common.v1.AsOf;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads when: `now`, a revision, a time, a time ago.
///
/// ```
///   57                       revision 57
///   2026-11-20T09:00Z        that time; without Z or offset in this machine's time zone
///   2026-11-20               the beginning of that day here
///   -2h  -30m  -1d  -45s     so long before now
/// ```
public final class AsOfText {

  private static final Pattern REVISION = Pattern.compile("\\d{1,19}");
  private static final Pattern AGO = Pattern.compile("-(\\d{1,9})([smhd])");

  private static final String RULE =
      "must be now, a revision (57), a time (2026-11-20T09:00Z, 2026-11-20) or a time ago (-2h,"
          + " -30m)";

  private AsOfText() {}

  /// Reads a revision, a time, or how long ago.
  ///
  /// @param option for messages
  /// @param now what the time is
  public static AsOf read(String option, String text, Instant now) {
    String when = text.strip();
    if (when.equals("now")) {
      return AsOf.getDefaultInstance();
    }
    if (REVISION.matcher(when).matches()) {
      return AsOf.newBuilder().setRevision(Long.parseUnsignedLong(when)).build();
    }
    return ago(when, now)
        .or(() -> time(when))
        .map(AsOfText::moment)
        .orElseThrow(() -> CommandException.usage("%s \"%s\": %s".formatted(option, when, RULE)));
  }

  private static Optional<Instant> ago(String text, Instant now) {
    Matcher matcher = AGO.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(matcher.group(1));
    Duration age =
        switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          case "h" -> Duration.ofHours(count);
          default -> Duration.ofDays(count);
        };
    return Optional.of(now.minus(age));
  }

  private static Optional<Instant> time(String text) {
    ZoneId here = ZoneId.systemDefault();
    List<Function<String, Instant>> forms =
        List.of(
            form -> OffsetDateTime.parse(form).toInstant(),
            form -> LocalDateTime.parse(form).atZone(here).toInstant(),
            form -> LocalDate.parse(form).atStartOfDay(here).toInstant());
    return forms.stream().flatMap(form -> parsed(form, text).stream()).findFirst();
  }

  private static Optional<Instant> parsed(Function<String, Instant> form, String text) {
    try {
      return Optional.of(form.apply(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static AsOf moment(Instant time) {
    return AsOf.newBuilder()
        .setTime(Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano()))
        .build();
  }
}
