package guidepost.routes.service;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.calls.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every rule that the sources name is a reason that clients can look up.
final class RouteReasonTest {

  /// A rule where one is made: the first argument of an exception, or that after the problem.
  private static final Pattern RULE =
      Pattern.compile(
          "(?:InvalidRouteException\\(|Problem\\.[A-Z]+,|missing\\(|wrongDelay\\(|invalid\\(|require\\()"
              + "\\s*\"([a-z0-9_]+\\.[a-z0-9_]+)\"");

  /// Rules whose first word is a field's name, put in front of these.
  private static final List<String> OF_FIELDS =
      List.of("ipv4.bytes", "ipv6.bytes", "sources.max", "tags.max", "distance.range");

  private static Stream<String> rules(Path source) {
    try {
      Matcher rules = RULE.matcher(Files.readString(source));
      return rules.results().map(each -> each.group(1));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Stream<String> rulesBelow(String directory) throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of(directory))) {
      return sources.filter(path -> path.toString().endsWith(".java")).toList().stream()
          .flatMap(RouteReasonTest::rules);
    }
  }

  /// As v1 says it: the seed's words for two fields are others.
  private static String inWordsOfV1(String rule) {
    return rule.replaceFirst("^nh\\.", "next_hop.").replaceFirst("^dest\\.", "prefix.");
  }

  @Test
  void shouldListEveryRuleThatIsNamed() throws Exception {
    Set<String> named =
        Stream.of(
                rulesBelow("src/main/java"),
                rulesBelow("../route-table/src/main/java"),
                OF_FIELDS.stream())
            .flatMap(rules -> rules)
            .map(RouteReasonTest::inWordsOfV1)
            .map(RouteReason::of)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> listed =
        Stream.concat(Arrays.stream(Reason.values()), Arrays.stream(RouteReason.values()))
            .map(Enum::name)
            .collect(Collectors.toSet());
    assertThat(named).hasSizeGreaterThan(40).isSubsetOf(listed);
  }

  @Test
  void shouldTellARuleThatOtherRequestsHaveTooWithTheirReason() {
    assertThat(RouteReason.of("destination.missing")).isEqualTo(Reason.FIELD_REQUIRED.name());
    assertThat(RouteReason.of("operations.max")).isEqualTo(Reason.COUNT_OUT_OF_RANGE.name());
    assertThat(RouteReason.of("metric.range")).isEqualTo(Reason.VALUE_OUT_OF_RANGE.name());
    assertThat(RouteReason.of("mask.noncontiguous")).isEqualTo("MASK_NONCONTIGUOUS");
    assertThat(Arrays.stream(RouteReason.values()).map(Enum::name))
        .as("a rule that others have too: use their reason")
        .noneMatch(name -> name.matches(".*_(MAX_COUNT|MISSING_FIELD|RANGE|UNKNOWN_VALUE)"))
        .doesNotContain("PREFIX_MISSING", "NAME_MISSING", "TAGS_MAX", "KIND_UNKNOWN");
  }

  @Test
  void shouldSayWhatIsWrongAndWhatToDo() {
    assertThat(RouteReason.values())
        .allSatisfy(
            reason -> {
              assertThat(reason.meaning()).matches("(?s)\\S.*\\.");
              assertThat(reason.remedy()).matches("(?s)\\S.*\\.");
            });
    assertThat(Arrays.stream(RouteReason.values()).map(Enum::name))
        .doesNotContainAnyElementsOf(Arrays.stream(Reason.values()).map(Enum::name).toList());
  }
}
