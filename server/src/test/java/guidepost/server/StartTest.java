package guidepost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.access.AccessOptions;
import guidepost.access.TokenFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server opens its data and what it knows of its callers at the same time.
final class StartTest {

  private static final String NOBODY =
      """
      identities:
        - {name: one, by: "token:one"}
      grants:
        - {who: one, role: reader, tables: [default]}
      """;

  @TempDir Path directory;

  private ServerOptions options(Path access) throws Exception {
    Path tokens = directory.resolve("tokens");
    new TokenFile(tokens).create("one", Instant.now(), Optional.empty());
    return ServerOptions.with(Engines.embedded(directory.resolve("data")))
        .listeningOn(List.of(new ListenAddress("127.0.0.1", 0)))
        .withAccess(AccessOptions.NONE.withAccess(access, Optional.of(tokens), Optional.empty()));
  }

  /// A pipe is read once somebody writes it, and written once somebody reads it: neither of the two
  /// can come first.
  @Test
  void shouldOpenItsDataWhileItReadsItsAccessFile() throws Exception {
    Path pipe = directory.resolve("access.yaml");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Domains writing =
        new Domains(
            Domains.GUIDEPOST.stored(),
            (store, options, front) -> {
              write(pipe);
              Domains.GUIDEPOST.opening().open(store, options, front);
            });
    try (GuidepostServer server = GuidepostServer.start(options(pipe), writing)) {
      assertThat(server.addresses()).hasSize(1);
    }
  }

  private static void write(Path pipe) {
    try {
      Files.writeString(pipe, NOBODY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldCloseItsDataIfItsAccessFileHasAMistake() throws Exception {
    Path access = Files.writeString(directory.resolve("access.yaml"), "identitties: []\n");
    ServerOptions options = options(access);
    assertThatExceptionOfType(ServerStartException.class)
        .isThrownBy(() -> GuidepostServer.start(options))
        .withMessageContaining("identitties");
    Files.writeString(access, NOBODY);
    try (GuidepostServer server = GuidepostServer.start(options)) {
      assertThat(server.addresses()).hasSize(1);
    }
  }
}
