package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.protobuf.StringValue;
import guidepost.calls.Role;
import guidepost.calls.ServedFront;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which role each rpc of a real server needs: of every contract, under every name.
/// `docs/reference/roles.md` is made of it.
final class RpcRolesTest {

  private static final String HEAD =
      """
      # Roles

      The role that each rpc needs. A role may do what those before it may: reader, writer, moderator, admin. What a caller with the role may
      read and change is a matter of its grants. A service under another name needs the same. This page is made of the code (`RpcRolesTest`).

      | rpc | role |
      |---|---|
      """;

  @TempDir Path directory;
  private @Nullable GuidepostServer server;

  private GuidepostServer start(Domains domains) throws ServerStartException {
    GuidepostServer started =
        GuidepostServer.start(
            ServerOptions.with(Engines.embedded(directory.resolve("data")))
                .listeningOn(List.of(new ListenAddress("127.0.0.1", 0))),
            domains);
    server = started;
    return started;
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void shouldKnowTheRoleOfEveryRpcOfEveryContractUnderEveryName() throws Exception {
    assertThat(start(Domains.GUIDEPOST).roles().keySet()).isEqualTo(Contracts.rpcs().keySet());
  }

  @Test
  void shouldAnswerNothingWithoutARole() throws Exception {
    GuidepostServer started = start(Domains.GUIDEPOST);
    assertThat(started.served()).isEqualTo(started.roles().keySet());
  }

  @Test
  void shouldRefuseToStartWithAnRpcWithoutARole() {
    Domains bare =
        new Domains(
            List.of(Greetings.STORED),
            (store, options, front) -> front.accept(new Bare(new Greetings(store.journal("g")))));
    assertThatIllegalStateException()
        .isThrownBy(() -> start(bare))
        .withMessage("test.Greetings/Put: must declare a role");
  }

  @Test
  void shouldListTheRoleOfEveryRpc() throws Exception {
    Map<String, Role> roles = new TreeMap<>(start(Domains.GUIDEPOST).roles());
    Contracts.ALIASES
        .keySet()
        .forEach(alias -> roles.keySet().removeIf(rpc -> rpc.startsWith(alias + "/")));
    String made =
        HEAD
            + roles.entrySet().stream()
                .map(each -> "| `%s` | %s |\n".formatted(each.getKey(), each.getValue()))
                .collect(Collectors.joining());
    Path copy = Files.writeString(Path.of("target", "roles.md"), made);
    assertThat(Files.readString(Path.of("..", "docs", "reference", "roles.md")))
        .as("docs/reference/roles.md: copy server/%s there", copy)
        .isEqualTo(made);
  }

  /// A front whose author forgot the roles.
  private record Bare(Greetings greetings) implements ServedFront {

    @Override
    public List<ServerServiceDefinition> services() {
      return List.of(
          ServerServiceDefinition.builder("test.Greetings")
              .addMethod(
                  Greetings.PUT,
                  ServerCalls.asyncUnaryCall(
                      (StringValue request, io.grpc.stub.StreamObserver<StringValue> caller) ->
                          caller.onCompleted()))
              .build());
    }

    @Override
    public List<ServerServiceDefinition> aliases() {
      return List.of();
    }

    @Override
    public void onStopped(Consumer<List<String>> told) {}

    @Override
    public void shutdown() {}

    @Override
    public void close() {
      greetings.close();
    }
  }
}
