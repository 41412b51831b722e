package guidepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import guidepost.client.FeaturesClient;
import guidepost.client.GuidepostClient;
import guidepost.client.ModifyStream;
import guidepost.client.ServerAddress;
import guidepost.common.v1.OperationResult;
import guidepost.guide.v1.Feature;
import guidepost.guide.v1.GeoPoint;
import guidepost.guide.v1.Note;
import guidepost.guide.v1.PostNoteRequest;
import guidepost.routes.v1.Operation;
import guidepost.routes.v1.Route;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `verify` and `compact` say of a server in use and of what it left.
final class VerifyTest {

  private static final GeoPoint HERE =
      GeoPoint.newBuilder().setLatitudeE7(450_000_000).setLongitudeE7(60_000_000).build();

  @TempDir Path directory;

  @Test
  void shouldFindNothingWrongWithAServerInUseNorWithWhatItLeft() throws Exception {
    Path data = directory.resolve("data");
    try (ServerProcess server = ServerProcess.start(data)) {
      fill(server);
      Terminal verify = Terminal.run(server, "verify");
      assertThat(verify.err()).isEmpty();
      assertThat(verify.out())
          .contains(
              "routes: revision 3, 1 entry: 1 route found in the index as stored; 3 changes in 3"
                  + " revisions of log\n")
          .contains("features: revision 1, 1 entry: 1 feature found in the index as stored; ")
          .contains("notes: revision 1, 1 entry: 1 entry found in the index as stored; ")
          .endsWith("ok\n");
      assertThat(verify.exitCode()).isZero();

      Terminal compact = Terminal.run(server, "compact", "--json");
      assertThat(compact.out()).matches("\\{\"bytes_before\":\\d+,\"bytes_after\":\\d+}\n");
      server.terminate();
      assertThat(server.awaitExit()).isZero();
    }
    Terminal verify = Terminal.run("verify", "--json", "--data", data.toString());
    assertThat(verify.out()).startsWith("{\"ok\":true,").contains("\"entries\":1,\"indexed\":1");
    assertThat(verify.exitCode()).isZero();
    assertThat(Terminal.run("compact", "--data", data.toString()).exitCode()).isZero();
  }

  /// Three changes of routes, a feature and a note.
  private static void fill(ServerProcess server) {
    try (GuidepostClient client = GuidepostClient.connect(ServerAddress.parse(server.address()));
        ModifyStream<Operation, OperationResult> routes =
            client.routes().modify(VerifyTest::shouldBeDone);
        ModifyStream<guidepost.guide.v1.Operation, FeaturesClient.Result> features =
            client.features().modify(result -> shouldBeDone(result.result()))) {
      routes.write(add("10.0.0.0/8"));
      routes.sync();
      routes.write(Operation.newBuilder().setDeletePrefix("10.0.0.0/8").build());
      routes.sync();
      routes.write(add("10.3.0.0/16"));
      routes.finish();
      Feature here = Feature.newBuilder().setPoint(HERE).setName("Here").build();
      features.write(guidepost.guide.v1.Operation.newBuilder().setPut(here).build());
      features.finish();
      Note note =
          Note.newBuilder().setPoint(HERE).setKind("hazard").setText("ice").setAuthor("me").build();
      assertThat(client.notes().post(PostNoteRequest.newBuilder().setNote(note).build()).getNote())
          .isNotEqualTo(note);
    }
  }

  private static Operation add(String prefix) {
    Route route = Route.newBuilder().setPrefix(prefix).setNextHop("192.0.2.1").build();
    return Operation.newBuilder().setAdd(route).build();
  }

  private static void shouldBeDone(OperationResult result) {
    assertThat(result.getEntriesChanged()).as("%s", result).isEqualTo(1);
  }
}
