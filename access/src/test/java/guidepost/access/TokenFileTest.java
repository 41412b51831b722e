package guidepost.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import guidepost.settings.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Static tokens, and the file that keeps what is left of them.
final class TokenFileTest {

  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("tokens");
  }

  @Test
  void shouldShowATokenOnceAndKeepItsHashAlone() throws Exception {
    TokenFile tokens = new TokenFile(file());
    String token = tokens.create("r7", NOW, Optional.empty());
    assertThat(token).startsWith("guidepost_").hasSize("guidepost_".length() + 43);
    assertThat(Files.readString(file()))
        .isEqualTo("r7 %s 2026-11-29T12:00:00Z -\n".formatted(TokenHash.of(token).hex()))
        .doesNotContain(token.substring("guidepost_".length()));
    assertThat(tokens.read().getFirst().hash()).isEqualTo(TokenHash.of(token));
  }

  @Test
  void shouldBeReadableByItsOwnerAlone() throws Exception {
    new TokenFile(file()).create("r7", NOW, Optional.empty());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldRefuseAFileThatOthersMayRead() throws Exception {
    new TokenFile(file()).create("r7", NOW, Optional.empty());
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> new TokenFile(file()).list())
        .withMessageContaining("mode \"rw-r--r--\"")
        .withMessageContaining("chmod 640 " + file());
  }

  @Test
  void shouldMakeNoTokenTwice() throws Exception {
    TokenFile tokens = new TokenFile(file());
    assertThat(tokens.create("a", NOW, Optional.empty()))
        .isNotEqualTo(tokens.create("b", NOW, Optional.empty()));
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> tokens.create("a", NOW, Optional.empty()))
        .withMessage("name \"a\": has a token already; revoke it first");
  }

  @Test
  void shouldListAndRevoke() throws Exception {
    TokenFile tokens = new TokenFile(file());
    tokens.create("a", NOW, Optional.of(NOW.plusSeconds(60)));
    tokens.create("b", NOW, Optional.empty());
    assertThat(tokens.revoke("b")).isTrue();
    assertThat(tokens.revoke("b")).isFalse();
    assertThat(tokens.list())
        .isEqualTo(List.of(new TokenFile.Entry("a", NOW, Optional.of(NOW.plusSeconds(60)))));
  }

  @Test
  void shouldLoseNoneOfManyMadeAtOnce() throws Exception {
    var made =
        IntStream.range(0, 16)
            .mapToObj(
                i ->
                    CompletableFuture.runAsync(
                        () -> {
                          try {
                            new TokenFile(file()).create("t" + i, NOW, Optional.empty());
                          } catch (SettingsException e) {
                            throw new IllegalStateException(e);
                          }
                        }))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(made).get();
    assertThat(new TokenFile(file()).list()).hasSize(16);
  }

  @Test
  void shouldNotQuoteALineThatItCannotRead() throws Exception {
    Files.createFile(
        file(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file(), "# tokens\nr7 guidepost_secret 2026-11-29T12:00:00Z -\n");
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> new TokenFile(file()).list())
        .withMessage(
            "%s:2: must be a name, 64 hexadecimal digits, and two times".formatted(file()));
  }
}
