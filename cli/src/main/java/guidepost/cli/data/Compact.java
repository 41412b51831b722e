package guidepost.cli.data;

import guidepost.cli.output.ExitCodes;
import guidepost.cli.output.Json;
import guidepost.cli.output.Plural;
import guidepost.cli.output.Terminal;
import guidepost.client.AdminClient;
import guidepost.server.LocalData;
import guidepost.server.v1.CompactResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `compact`.
@Command(
    name = "compact",
    description = "Rewrite the files without what was overwritten, deleted and trimmed.")
final class Compact implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private DataOptions data = new DataOptions();

  Compact(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    CompactResponse done = data.open(AdminClient::compact, LocalData::compact);
    terminal.line(
        data.json()
            ? Json.object()
                .put("bytes_before", done.getBytesBefore())
                .put("bytes_after", done.getBytesAfter())
                .toString()
            : "%s before, %,d after"
                .formatted(Plural.grouped(done.getBytesBefore(), "byte"), done.getBytesAfter()));
    return ExitCodes.OK;
  }
}
