package guidepost.routes.service;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.calls.Reason;
import guidepost.calls.Rejection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
  private static final Set<String> OF_FIELDS =
      Set.of("IPV4_BYTES", "IPV6_BYTES", "SOURCES_MAX", "TAGS_MAX", "DISTANCE_RANGE");

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
        Stream.concat(rulesBelow("src/main/java"), rulesBelow("../route-table/src/main/java"))
            .map(RouteReasonTest::inWordsOfV1)
            .map(Rejection::reason)
            .collect(Collectors.toCollection(TreeSet::new));
    named.addAll(OF_FIELDS);
    Set<String> listed =
        Stream.concat(Arrays.stream(Reason.values()), Arrays.stream(RouteReason.values()))
            .map(Enum::name)
            .collect(Collectors.toSet());
    assertThat(named).hasSizeGreaterThan(60).isSubsetOf(listed);
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
