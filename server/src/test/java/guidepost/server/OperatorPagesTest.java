package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.calls.Reason;
import guidepost.settings.Setting;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What the pages for operators name is there, and what operators meet is on them.
final class OperatorPagesTest {

  private static final Path PAGES = Path.of("..", "docs", "operating");

  /// Statuses that are the server's doing, or ask for more than an operator allows.
  private static final Set<Status.Code> OPERATORS =
      EnumSet.of(
          Status.Code.UNAVAILABLE,
          Status.Code.DATA_LOSS,
          Status.Code.INTERNAL,
          Status.Code.UNAUTHENTICATED,
          Status.Code.RESOURCE_EXHAUSTED);

  /// Requests or trips that are too large by themselves: only their clients can do something.
  private static final Set<Reason> CLIENTS =
      EnumSet.of(Reason.MESSAGE_TOO_LARGE, Reason.TOO_MANY_RESULTS, Reason.TRIP_TOO_LONG);

  @Test
  void shouldSayWhatToDoAboutEachReasonThatAnOperatorCanMeet() throws IOException {
    String page = Files.readString(PAGES.resolve("trouble.md"));
    List<Reason> met =
        Arrays.stream(Reason.values())
            .filter(
                reason ->
                    OPERATORS.contains(reason.code()) || reason.remedy().contains("the operator"))
            .filter(reason -> !CLIENTS.contains(reason))
            .toList();
    assertThat(met).hasSizeGreaterThan(20);
    assertThat(met).allSatisfy(reason -> assertThat(page).contains("`" + reason + "`"));
  }

  @Test
  void shouldNameOnlySettingsThatThereAre() throws IOException {
    Set<String> settings =
        ServerSettings.TABLE.settings().stream().map(Setting::toString).collect(Collectors.toSet());
    Set<String> groups =
        settings.stream().map(name -> name.replaceFirst("\\..*", "")).collect(Collectors.toSet());
    for (String page : List.of("trouble.md", "alerts.md", "monitor.md", "size.md")) {
      Set<String> named =
          Pattern.compile("`((\\w+)\\.[a-z_.]+)[:`]")
              .matcher(Files.readString(PAGES.resolve(page)))
              .results()
              .filter(found -> groups.contains(found.group(2)))
              .map((MatchResult found) -> found.group(1))
              .filter(name -> !name.endsWith(".token") && !name.endsWith(".yml"))
              .collect(Collectors.toSet());
      assertThat(settings).as(page).containsAll(named);
    }
  }
}
