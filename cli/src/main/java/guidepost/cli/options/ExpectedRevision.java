package guidepost.cli.options;

import guidepost.cli.output.CommandException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Only if nobody changed it meanwhile.
public final class ExpectedRevision {

  @Option(
      names = "--expected-revision",
      paramLabel = "N",
      description = {
        "Only if revision N was the last to write it;",
        "0: only if it is not there. Otherwise exit code 1."
      })
  private @Nullable Long revision;

  /// Hands the revision over, if one was given.
  ///
  /// @throws CommandException if it is negative
  public void ifGiven(LongConsumer expected) {
    if (revision != null && revision < 0) {
      throw CommandException.usage(
          "--expected-revision %d: must not be negative".formatted(revision));
    }
    if (revision != null) {
      expected.accept(revision);
    }
  }
}
