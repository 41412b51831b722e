package guidepost.cli.files;

import guidepost.cli.output.Json;
import guidepost.common.v1.OperationResult;
import guidepost.common.v1.ResultCode;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/// Counts what becomes of the rows of an import, so that in the end read = accepted + rejected.
public final class ImportTally {

  /// Rejects that are shown: the first by their place in the text.
  public static final int REJECTS_SHOWN = 10;

  private final TreeMap<Long, String> firstRejects = new TreeMap<>();

  /// Rows that broke a rule in a row from the first one on, at which an import gives up.
  static final int ALIKE_MAX = 1_000;

  /// How many rows broke which. The names are the program's own, so there are few.
  private final Map<String, Long> rulesBroken = new TreeMap<>();

  private final Map<String, Long> leftOut = new TreeMap<>();
  private long read;
  private long accepted;
  private long rejected;
  private long unchanged;

  /// The latest that an answer named; 0 if none did.
  private long revision;

  /// What is in none of the rows.
  public void leaveOut(Map<String, Long> counts) {
    leftOut.putAll(counts);
  }

  /// A row was read that is well-formed.
  void parsed() {
    read++;
  }

  /// A row was read that is not.
  ///
  /// @param rule the rule that it breaks; empty if that has no name
  void unreadable(long number, String rule, String reason) {
    read++;
    rulesBroken.merge(rule, 1L, Long::sum);
    reject(number, reason);
  }

  /// A well-formed row was refused.
  public void reject(long number, String reason) {
    rejected++;
    firstRejects.merge(number, reason, (first, second) -> first);
    if (firstRejects.size() > REJECTS_SHOWN) {
      firstRejects.pollLastEntry();
    }
  }

  /// A well-formed row is taken without asking the server.
  public void accept() {
    accepted++;
  }

  /// The server has answered; the id is the row's number.
  public void answered(OperationResult result) {
    revision = Math.max(revision, result.getRevision());
    if (result.getCode() != ResultCode.RESULT_CODE_OK) {
      reject(result.getId(), result.getText());
      return;
    }
    accepted++;
    unchanged += result.getEntriesChanged() == 0 ? 1 : 0;
  }

  public long read() {
    return read;
  }

  long accepted() {
    return accepted;
  }

  public long rejected() {
    return rejected;
  }

  /// The first rejects by number.
  SortedMap<Long, String> firstRejects() {
    return new TreeMap<>(firstRejects);
  }

  /// True if a row that was read breaks this rule.
  boolean isBroken(String rule) {
    return rulesBroken.containsKey(rule);
  }

  /// True if all rows so far broke one rule, and they are many: then so will the others.
  boolean isHopeless() {
    return read >= ALIKE_MAX
        && rulesBroken.size() == 1
        && !rulesBroken.containsKey("")
        && rulesBroken.containsValue(read);
  }

  /// One line for people.
  public String text(double seconds) {
    String sum =
        String.format(
            Locale.ROOT,
            "read %d = accepted %d%s + rejected %d in %.1f s, %,d/s",
            read,
            accepted,
            unchanged == 0 ? "" : " (%d unchanged)".formatted(unchanged),
            rejected,
            seconds,
            rate(seconds));
    return revision == 0 ? sum : sum + ", revision " + revision;
  }

  /// What is in none of the rows, to be said behind; empty if there is nothing.
  String leftOutText() {
    return leftOut.isEmpty() ? "" : "; left out: " + LeftOutReport.text(leftOut);
  }

  private long rate(double seconds) {
    return Math.round(read / Math.max(seconds, 1e-3));
  }

  /// The same for programs.
  public ObjectNode json(double seconds) {
    ObjectNode sum =
        Json.object()
            .put("read", read)
            .put("accepted", accepted)
            .put("rejected", rejected)
            .put("unchanged", unchanged)
            .put("seconds", Math.round(seconds * 1000) / 1000.0)
            .put("rows_per_second", rate(seconds));
    LeftOutReport.put(sum, leftOut);
    return revision == 0 ? sum : sum.put("revision", revision);
  }
}
