package guidepost.tracing;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the variables `OTEL_...` may say: checked before the library reads them, which names them
/// otherwise and often not at all.
///
/// The rules are those of the [environment variables of
/// OpenTelemetry](https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/),
/// as far as this program follows them. An empty variable is the same as none.
final class Variables {

  private static final String PREFIX = "OTEL_";
  static final String SAMPLER = "OTEL_TRACES_SAMPLER";
  private static final String SAMPLER_ARG = "OTEL_TRACES_SAMPLER_ARG";
  private static final String OTLP = "OTEL_EXPORTER_OTLP_";
  private static final String TRACES = "TRACES_";
  private static final String HTTP = "http/protobuf";

  private static final List<String> SAMPLERS =
      List.of(
          "always_on",
          "always_off",
          "traceidratio",
          "parentbased_always_on",
          "parentbased_always_off",
          "parentbased_traceidratio");

  private static final Set<String> PROPAGATORS = Set.of("tracecontext", "baggage", "none");

  private static final Pattern DURATION = Pattern.compile("\\d{1,12} *(ms|s|m|h|d)?");
  private static final Pattern COUNT = Pattern.compile("0*\\d{1,9}");
  private static final Pattern NOT_ZERO = Pattern.compile("0*[1-9]\\d{0,8}");
  private static final Pattern RATIO = Pattern.compile("\\d{1,40}|\\d{0,40}\\.\\d{1,40}");

  private static final Pattern PAIR = Pattern.compile("[^=\\s][^=]*=([^%]|%[0-9a-fA-F]{2})*");

  /// A name of the library, as it stands in its messages.
  private static final Pattern PROPERTY = Pattern.compile("\\botel(\\.[a-z0-9]+)+");

  /// @param isSecret the value is not repeated: it may hold a key
  private record Rule(List<String> names, Predicate<String> holds, String text, boolean isSecret) {

    private Rule(String name, Predicate<String> holds, String text) {
      this(List.of(name), holds, text, false);
    }
  }

  private static final List<Rule> RULES =
      List.of(
          new Rule(
              ofExporter("PROTOCOL"),
              HTTP::equals,
              "must be %s, to port 4318 of most collectors".formatted(HTTP),
              false),
          new Rule(
              "OTEL_TRACES_EXPORTER",
              Set.of("otlp", "none")::contains,
              "must be otlp, or none for no spans"),
          new Rule(SAMPLER, SAMPLERS::contains, "must be one of " + String.join(", ", SAMPLERS)),
          new Rule(
              ofExporter("ENDPOINT"),
              Variables::isUrl,
              "must be a URL like http://127.0.0.1:4318, with http or https and a host",
              false),
          new Rule(
              ofExporter("COMPRESSION"),
              Set.of("gzip", "none")::contains,
              "must be gzip or none",
              false),
          new Rule(
              ofExporter("HEADERS"),
              Variables::arePairs,
              "must be NAME=VALUE, several separated by commas, with %XX for other characters",
              true),
          new Rule(
              "OTEL_RESOURCE_ATTRIBUTES",
              Variables::arePairs,
              "must be NAME=VALUE, several separated by commas, with %XX for other characters"),
          new Rule(
              "OTEL_PROPAGATORS",
              value ->
                  Arrays.stream(value.split(","))
                      .map(String::strip)
                      .allMatch(PROPAGATORS::contains),
              "must be tracecontext, baggage, or both separated by a comma, or none"),
          new Rule(ofExporter("CERTIFICATE"), Variables::isFile, "must be a file to read", false),
          new Rule(
              ofExporter("CLIENT_CERTIFICATE"), Variables::isFile, "must be a file to read", false),
          new Rule(ofExporter("CLIENT_KEY"), Variables::isFile, "must be a file to read", false),
          new Rule(
              List.of(
                  "OTEL_BSP_SCHEDULE_DELAY",
                  "OTEL_BSP_EXPORT_TIMEOUT",
                  OTLP + "TIMEOUT",
                  OTLP + TRACES + "TIMEOUT"),
              value -> DURATION.matcher(value).matches(),
              "must be milliseconds from 0, or a number with ms, s, m, h or d after it",
              false),
          new Rule(
              List.of("OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE"),
              value -> NOT_ZERO.matcher(value).matches(),
              "must be a whole number from 1 to 999999999",
              false),
          new Rule(
              List.of(
                  "OTEL_ATTRIBUTE_COUNT_LIMIT",
                  "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
                  "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
                  "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
                  "OTEL_SPAN_EVENT_COUNT_LIMIT",
                  "OTEL_SPAN_LINK_COUNT_LIMIT",
                  "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT",
                  "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT"),
              value -> COUNT.matcher(value).matches(),
              "must be a whole number from 0 to 999999999",
              false));

  private Variables() {}

  /// Those of an environment that say something.
  static Map<String, String> of(Map<String, String> environment) {
    Map<String, String> ours = new HashMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX) && !value.isBlank()) {
            ours.put(name, value.strip());
          }
        });
    return Map.copyOf(ours);
  }

  /// Refuses what the library would not follow.
  ///
  /// @param given of [#of]
  /// @throws IllegalArgumentException with the variable, its value and the rule
  static void require(Map<String, String> given) {
    for (Rule rule : RULES) {
      for (String name : rule.names()) {
        String value = given.get(name);
        if (value != null && !rule.holds().test(value)) {
          throw refused(name, rule.isSecret() ? "(not shown)" : quoted(value), rule.text());
        }
      }
    }
    requireRatio(given);
    requireBoth(given, OTLP);
    requireBoth(given, OTLP + TRACES);
  }

  /// Samplers of other kinds do not read it.
  private static void requireRatio(Map<String, String> given) {
    String ratio = given.get(SAMPLER_ARG);
    boolean isRead = given.getOrDefault(SAMPLER, "").endsWith("traceidratio");
    if (ratio != null && isRead && !isRatio(ratio)) {
      throw refused(
          SAMPLER_ARG, quoted(ratio), "must be a number from 0 to 1: the part of traces recorded");
    }
  }

  private static void requireBoth(Map<String, String> given, String prefix) {
    String certificate = prefix + "CLIENT_CERTIFICATE";
    String key = prefix + "CLIENT_KEY";
    if (given.containsKey(key) != given.containsKey(certificate)) {
      boolean hasKey = given.containsKey(key);
      String there = hasKey ? key : certificate;
      throw refused(
          there,
          quoted(given.getOrDefault(there, "")),
          "must come with " + (hasKey ? certificate : key));
    }
  }

  /// What the library says of a fault that no rule here foresees, with the variables' own names.
  static String words(Throwable fault) {
    Throwable deepest = fault;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    String said = String.valueOf(fault.getMessage());
    String cause = String.valueOf(deepest.getMessage());
    String both = said.contains(cause) ? said : said + ": " + cause;
    return "the variables %s...: %s"
        .formatted(
            PREFIX,
            PROPERTY
                .matcher(both)
                .replaceAll(name -> Matcher.quoteReplacement(variable(name.group()))));
  }

  private static String variable(String property) {
    return property.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  private static List<String> ofExporter(String what) {
    return List.of(OTLP + what, OTLP + TRACES + what);
  }

  private static IllegalArgumentException refused(String name, String value, String rule) {
    return new IllegalArgumentException("%s %s: %s".formatted(name, value, rule));
  }

  private static String quoted(String value) {
    return "\"" + value + "\"";
  }

  private static boolean isRatio(String text) {
    return RATIO.matcher(text).matches() && Double.parseDouble(text) <= 1;
  }

  private static boolean isUrl(String text) {
    try {
      URI url = new URI(text);
      return Set.of("http", "https").contains(String.valueOf(url.getScheme()))
          && url.getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean arePairs(String text) {
    return Arrays.stream(text.split(","))
        .filter(pair -> !pair.isBlank())
        .allMatch(pair -> PAIR.matcher(pair.strip()).matches());
  }

  private static boolean isFile(String text) {
    try {
      return Files.isReadable(Path.of(text)) && !Files.isDirectory(Path.of(text));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
