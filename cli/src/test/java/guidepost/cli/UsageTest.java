package guidepost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.cli.output.ExitCodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class UsageTest {

  private final Recorder terminal = new Recorder();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "route gett                   | 'gett', did you mean get?",
        "route list --longr           | Unknown option: '--longr'",
        "route list --longer          | --longer, --shorter and --exact need a PREFIX",
        "route list 10.0.0.0/8 --from 10.0.0.0/8 | --from needs the whole table, or a PREFIX with"
            + " --longer",
        "route list --from banana     | from \"banana\": must be an IPv4 dotted quad",
        "route get                    | Missing required parameter: 'DEST'",
        "route get 1.2.3              | dest \"1.2.3\": must be an IPv4 dotted quad",
        "route get 10.0.0.0 0.0.0.255 | did you mean 255.255.255.0 (/24)?",
        "route add 10.0.0.1/8 --nh 192.0.2.1 | did you mean 10.0.0.0/8?",
        "route add 10.0.0.0/8         | nh \"\": must not be empty without an interface",
        "route add 10.0.0.0/8 --nh x  | nh \"x\": must be an IPv4 dotted quad",
        "route add 10.0.0.0/8 --interface e --metric -1 | metric \"-1\": must be 0..4294967295",
        "route add 10.0.0.0/8 --nh 192.0.2.1 --blackhole | must be empty for a blackhole",
        "route get ::1 --server ::1   | server \"::1\": an IPv6 address must be in brackets",
        "route get ::1 --timeout 0    | timeout \"0\": must be 0.001..86400 seconds",
        "route export --format xml    | format \"xml\": must be csv or jsonl",
        "route import                 | exactly one of FILE and --from-kernel must be given",
        "route import f --from-kernel | exactly one of FILE and --from-kernel must be given",
        "route import /no/such        | file \"/no/such\": does not exist",
        "route import /               | file \"/\": is a directory",
        "route import - --format xml  | format \"xml\": must be prefixes, csv, tsv",
        "route import - --nh banana   | nh \"banana\": must be an IPv4 dotted quad",
        "route watch --after -5       | after \"-5\": must not be negative",
        "route watch --changes 0      | changes \"0\": must be at least 1",
        "route watch --changes -3     | changes \"-3\": must be at least 1",
        "route watch --after 1 --snapshot | at most one of --after and --snapshot may be given",
        "feature watch --after -1     | after \"-1\": must not be negative",
        "feature watch --changes 0    | changes \"0\": must be at least 1",
        "source put a --distance 0    | distance \"0\": must be 1..255",
        "source put a --distance 256  | distance \"256\": must be 1..255",
        "source put B+D --distance 1  | name \"B+D\": must be 1 to 128 characters of a-z",
        "source put a --on-disconnect keep --delete-after 5 | delete-after \"5\": must be 0 with"
            + " --on-disconnect keep",
        "source put a --distance 1 --delete-after -1 | delete-after \"-1\": must be 0..604800",
        "source put a --on-disconnect drop | on-disconnect \"drop\": must be keep or delete",
        "route list --kind multicast  | kind \"multicast\": must be unicast or blackhole",
        "route list --family ip       | family \"ip\": must be ipv4 or ipv6",
        "route list --distance-min 256 | distance \"256\": must be 0..255",
        "table create B+D             | name \"B+D\": must be 1 to 128 characters of a-z",
        "route lookup x               | address \"x\": must be",
        "route add 10.0.0.0/8 192.0.2.1 | mask \"192.0.2.1\": is no mask; a next hop is written"
            + " --nh 192.0.2.1 or via 192.0.2.1",
        "route add 10.0.0.0 8 192.0.2.1 | mask \"192.0.2.1\": is no mask; a next hop is written",
        "route add default 192.0.2.1  | mask \"192.0.2.1\": is no mask; a next hop is written",
        "route add 10.0.0.0 0.0.0.255 --nh 192.0.2.1 | looks like an inverse mask",
        "route add 10.0.0.0/8 via     | via \"\": must be followed by its value",
        "route add 10.0.0.0/8 via 192.0.2.1 --nh 192.0.2.2 | via \"192.0.2.1\": must be given once",
        "route add 10.0.0.0/8 8 proto | word \"proto\": must be via ADDRESS, dev NAME or metric N",
        "route add default dev eth0   | dest \"default\": must be 0.0.0.0/0 or ::/0",
        "route get default            | dest \"default\": must be 0.0.0.0/0 or ::/0",
        "route lookup x y             | address \"x\": must be",
        "route sync - --source a --distance 300 | distance \"300\": must be 1..255",
        "feature get bern             | point \"bern\": must be LAT,LON in degrees, like"
            + " 42.53176,1.56654; an id goes behind --id",
        "feature get 91,0             | point \"91,0\": latitude must be -90..90 degrees",
        "feature list 1,2 here        | point \"here\": must be LAT,LON in degrees",
        "feature list -1,2            | Missing required parameter: 'NORTH,EAST'",
        "trip record /no/such         | file \"/no/such\": does not exist",
        "trip export x --format xml   | format \"xml\": must be one of gpx, geojson",
        "note post 1,2 x --severity q | severity \"q\": must be one of",
        "note close abc               | id \"abc\": must be a whole number, at most"
            + " 9223372036854775807",
        "feature in 1,2 3,4 --limit x | limit \"x\": must be a whole number, at most 2147483647",
        "feature near 1,2 --k 9999999999 | count \"9999999999\": must be a whole number",
        "note watch --near 1,2 --speed x | speed \"x\": must be a number",
        "note watch --near 1,2 --within 2kmh | distance \"2kmh\": must be metres, like 200 or"
            + " 1.5km",
        "feature list 1,2 3,4 --limit -1 | limit \"-1\": must not be negative",
        "feature along - --within 10 --limit -1 | limit \"-1\": must not be negative",
        "feature near 1,2 --k -1      | count \"-1\": must be at least 1",
        "note post 1,2 x --heading -1 | heading \"-1\": must be 0..359",
        "feature list 1,2 3,4 --named --unnamed | at most one of --named and --unnamed may be"
            + " given",
        "help nope                    | command \"nope\": must be one that \"guidepost help\""
            + " lists",
        "help route nope              | must be one that \"guidepost help route\" lists",
        "feature near 1,2 --within 0  | within \"0\": must be more than 0 m",
      })
  void badCommandLineIsOneLineAndExitCode2(String line, String message) {
    assertThat(terminal.run(line.split(" "))).isEqualTo(ExitCodes.USAGE);
    assertThat(terminal.err()).contains(message).startsWith("guidepost: ").hasLineCount(1);
    assertThat(terminal.out()).isEmpty();
  }

  @Test
  void withJsonAnErrorIsAnObject() {
    assertThat(terminal.run("route", "get", "1.2.3", "--json")).isEqualTo(2);
    assertThat(terminal.err())
        .isEqualTo(
            """
            {"error":"usage","message":"dest \\"1.2.3\\": must be an IPv4 dotted quad or an IPv6 \
            address","exit_code":2}
            """);
  }

  @Test
  void serverThatIsNotThereIsNamedWithWhatToTry() {
    assertThat(terminal.run("route", "get", "192.0.2.1", "--server", "127.0.0.1:1")).isEqualTo(3);
    assertThat(terminal.err())
        .startsWith("guidepost: server 127.0.0.1:1: not available (")
        .contains("Connection refused", "guidepost serve", "--server HOST:PORT")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "route watch",
        "feature watch",
        "note watch --near 1,2",
        "note watch --follow -",
        "chat 1,2",
        "route list",
        "feature list 1,2 3,4",
        "note list",
        "trip list",
        "status",
      })
  void commandEndsWithExitCode3WhereNoServerIs(String line) {
    String input = "lat,lon\n46,7\n46.02,7\n";
    String[] words = (line + " --server 127.0.0.1:1").split(" ");
    assertThat(terminal.reading(input).run(words)).isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(terminal.err()).contains("127.0.0.1:1: not available (Connection refused)");
    assertThat(terminal.err()).hasLineCount(1);
    assertThat(terminal.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify", "compact", "dump", "backup f", "restore f", "load f"})
  void emptyDirectoryIsRefusedInOneLine(String line) {
    String[] words =
        Stream.concat(Stream.of(line.split(" ")), Stream.of("--data", "")).toArray(String[]::new);
    assertThat(terminal.run(words)).isEqualTo(ExitCodes.USAGE);
    assertThat(terminal.err())
        .startsWith("guidepost: data \"\": must be the path of a file or directory; see guidepost ")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "backup,",
        "restore,,--data,x",
        "load,,--data,x",
        "feature import,",
        "feature along,,--within,5",
        "trip record,",
        "man,"
      })
  void emptyFileIsRefusedInOneLine(String line) {
    String[] words = line.replace(" ", ",").split(",", -1);
    assertThat(terminal.run(words)).isEqualTo(ExitCodes.USAGE);
    assertThat(terminal.err()).contains(" \"\": must be the path of a ").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"route,csv", "route,jsonl", "feature,geojson", "feature,jsonl", "feature,csv"})
  void exportFromAServerThatIsNotThereWritesNothing(String noun, String format) {
    assertThat(terminal.run(noun, "export", "--format", format, "--server", "127.0.0.1:1"))
        .isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(terminal.out()).isEmpty();
  }

  @Test
  void exportToAFileFromAServerThatIsNotThereLeavesNoFile(@TempDir Path directory) {
    String file = directory.resolve("routes.csv").toString();

    assertThat(terminal.run("route", "export", file, "--server", "127.0.0.1:1"))
        .isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void controlCharactersOfAnArgumentAreShownAndNotSent() {
    assertThat(terminal.run("route", "get", "\u001b[2J")).isEqualTo(ExitCodes.USAGE);
    assertThat(terminal.err()).contains("dest \"\\x1B[2J\"").doesNotContain("\u001b");
  }

  @Test
  void failureThatNobodyForesawIsOneLine() {
    CommandLine command = Main.wholeLine(terminal.terminal());
    int code =
        new ErrorReport(terminal.terminal())
            .handleExecutionException(
                new IllegalStateException("odd\nmore"), command, command.parseArgs());

    assertThat(code).isEqualTo(ExitCodes.REJECTED);
    assertThat(terminal.err()).isEqualTo("guidepost: IllegalStateException: odd\n");
  }

  @Test
  void unknownColumnIsFoundBeforeTheServerIsAsked(@TempDir Path directory) throws Exception {
    Path file =
        Files.writeString(directory.resolve("routes.csv"), "prefix,colour\n10.0.0.0/8,red\n");

    assertThat(terminal.run("route", "import", file.toString(), "--server", "127.0.0.1:1"))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(terminal.err()).contains("column \"colour\" is not known; known are dest, ");
  }

  @Test
  void everyCommandHasHelpWithItsExitCodes() {
    for (CommandLine command : Main.wholeLine(terminal.terminal()).getSubcommands().values()) {
      String name = command.getCommandName();
      Recorder help = new Recorder();

      assertThat(help.run(name, "--help")).as(name).isZero();
      assertThat(help.out()).as(name).contains("Exit codes:", "3   no server answers");
    }
  }

  /// A line of help that is longer than the screen breaks, and one that goes on behind it does so
  /// in the middle.
  @Test
  void helpBreaksOnlyWhereTheScreenEnds() {
    for (CommandLine noun : Main.wholeLine(terminal.terminal()).getSubcommands().values()) {
      for (CommandLine verb : noun.getSubcommands().values()) {
        String[] lines = verb.getCommandSpec().usageMessage().description();
        for (int i = 1; i < lines.length; i++) {
          boolean goesOn = Character.isLowerCase(lines[i].charAt(0));
          assertThat(goesOn && lines[i - 1].length() > 80)
              .as("%s: %s", lines[i - 1], lines[i])
              .isFalse();
        }
      }
    }
  }

  @Test
  void commandThatIsNamedIsMadeAloneAndSaysTheSameAsAmongAll() {
    for (CommandLine noun : Main.wholeLine(terminal.terminal()).getSubcommands().values()) {
      for (CommandLine verb : noun.getSubcommands().values()) {
        Recorder alone = new Recorder();

        assertThat(alone.run(noun.getCommandName(), verb.getCommandName(), "--help")).isZero();
        assertThat(alone.out()).isEqualTo(verb.getUsageMessage());
      }
    }
    CommandLine one = new Commands(terminal.terminal()).wanted("note", "list");
    assertThat(one.getSubcommands()).containsOnlyKeys("note");
    assertThat(one.getSubcommands().values())
        .singleElement()
        .satisfies(note -> assertThat(note.getSubcommands()).containsOnlyKeys("list"));
  }

  @Test
  void completionIsAScriptThatKnowsTheVerbs() {
    assertThat(terminal.run("completion")).isZero();
    assertThat(terminal.out()).contains("complete -F", "import", "--from-kernel");
  }

  @Test
  void completionForFishKnowsVerbsOptionsWordsAndFiles() {
    assertThat(terminal.run("completion", "fish")).isZero();
    assertThat(terminal.out().lines())
        .allMatch(line -> line.isEmpty() || line.startsWith("complete -c guidepost "))
        .anyMatch(line -> line.contains(" -a import -d "))
        .anyMatch(line -> line.matches(".*from route; and .*from list show ls' -l tag .*-x .*"))
        .anyMatch(line -> line.matches(".*from completion' -x -a 'bash zsh fish'"))
        .anyMatch(line -> line.matches(".*from route; and .*from import' -F"));
  }

  @Test
  void completionRefusesAShellThatItDoesNotKnow() {
    assertThat(terminal.run("completion", "tcsh")).isEqualTo(2);
    assertThat(terminal.err()).contains("tcsh", "bash", "zsh", "fish");
  }
}
